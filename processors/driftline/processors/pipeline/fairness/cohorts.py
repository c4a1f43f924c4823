"""How groups are treated as outcomes show it: the newest cohort of each grouping, counted from its joined rows."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from driftline.processors.findings import Fairness, Identity, Performance
from driftline.processors.monitor import Monitor, Spec
from driftline.processors.monitor.fairness import Fairness as Wanted
from driftline.processors.outcomes import Joined
from driftline.processors.pipeline.fairness.comparing import Matter, asked_for, compared
from driftline.processors.pipeline.fairness.grouping import name_of
from driftline.processors.statistics.fairness import Confusion, Groups, Scores
from driftline.semconv import OTHER_CATEGORY, PerformanceKind

Floats = NDArray[np.float64]
RowsOf = Callable[[Identity, int, int], Joined]
_Grouping = tuple[Identity, tuple[str, ...]]
BUCKETS = 100
"""Of the scores, equally wide: what a bucket hides is taken care of by its own mean score."""


class CohortFairness:
    """Compares the groups of cohorts. What was compared is remembered until the cohort changes.

    Args:
        joined: joined predictions of an identity, its segment included, made in [start, end).
        monitor_of: the monitor of an identity.
    """

    def __init__(self, joined: RowsOf, monitor_of: Callable[[Identity], Monitor]) -> None:
        self._joined = joined
        self._monitor_of = monitor_of
        self._known: dict[_Grouping, tuple[tuple[Performance, ...], Spec, Fairness]] = {}

    def look(self, performances: Sequence[Performance], now_ns: int) -> list[Fairness]:
        """A finding for each identity and grouping that has outcomes; final cohorts go before provisional ones.

        Args:
            performances: of all identities, segments included, as the join measured them.
            now_ns: the time of the look.
        """
        found = {}
        newest = _newest(performances, self._monitor_of)
        sharing = Counter(self._monitor_of(identity).name for identity, _ in newest)
        for key, cohort in newest.items():
            known = self._known.get(key)
            same, spec = tuple(replace(each, time_ns=0) for each in cohort), self._monitor_of(key[0]).spec
            if known is None or known[:2] != (same, spec):
                alpha = spec.fairness.false_alarms.per_look(spec.performance.cohort)
                part = alpha / sharing[self._monitor_of(key[0]).name]
                known = same, spec, self._compare(key, cohort, part, now_ns)
            found[key] = known
        self._known = found
        return [replace(fairness, time_ns=now_ns) for *_, fairness in found.values()]

    def _compare(self, key: _Grouping, cohort: Sequence[Performance], alpha: float, now_ns: int) -> Fairness:
        identity, attributes = key
        spec, window, kind = self._monitor_of(identity).spec, cohort[0].window, cohort[0].kind
        rows = {
            name_of(each.identity.segment): self._joined(each.identity, window.start_ns, window.end_ns)
            for each in sorted(cohort, key=lambda each: name_of(each.identity.segment))
        }
        matter = Matter(identity, attributes, list(rows), window.start_ns, window.end_ns, now_ns, kind)
        groups = counted(list(rows.values()), spec.fairness, spec.performance.positive)
        return compared(matter, groups, spec.fairness, alpha)


def _newest(
    performances: Sequence[Performance], monitor_of: Callable[[Identity], Monitor]
) -> dict[_Grouping, Sequence[Performance]]:
    """By identity and grouping the performances of its groups over one cohort: the newest final one, if there is."""
    held: dict[_Grouping, dict[tuple[bool, int], list[Performance]]] = defaultdict(dict)
    for each in performances:
        names = tuple(name for name, _ in each.identity.segment)
        if each.kind is PerformanceKind.ESTIMATED or OTHER_CATEGORY in dict(each.identity.segment).values():
            continue
        wanted = monitor_of(each.identity).spec.fairness
        if names in wanted.groupings and asked_for(wanted, outcomes=True):
            age = each.kind is PerformanceKind.REALIZED, each.window.start_ns
            held[replace(each.identity, segment=()), names].setdefault(age, []).append(each)
    return {key: cohorts[max(cohorts)] for key, cohorts in held.items()}


def counted(groups: Sequence[Joined], wanted: Wanted, positive: str | None) -> Groups:
    """Joined rows of each group as counts.

    Args:
        groups: the rows of each.
        wanted: which outputs and outcomes are favourable.
        positive: the class that a single score is the probability of; None: the scores say nothing of calibration.
    """
    cells = np.array([_cells(each, wanted) for each in groups], dtype=np.int64).reshape(-1, 4).T
    confusion = Confusion(*cells)
    favourable = confusion.true_positives + confusion.false_positives
    return Groups(favourable, cells.sum(axis=0), confusion, _scores(groups, wanted, positive))


def _cells(rows: Joined, wanted: Wanted) -> tuple[int, int, int, int]:
    """True and false positives, false and true negatives; rows without the output that is judged are left out."""
    said = [_is_favourable(value, score, wanted) for value, score in zip(rows.values, rows.scores, strict=True)]
    both = [(one, was == _good(wanted)) for one, was in zip(said, rows.outcomes, strict=True) if one is not None]
    true, false = both.count((True, True)), both.count((True, False))
    return true, false, both.count((False, True)), both.count((False, False))


def _good(wanted: Wanted) -> str | None:
    """The favourable outcome."""
    return wanted.favourable_outcome or (wanted.favourable.category if wanted.favourable else None)


def _is_favourable(value: str | None, score: float | None, wanted: Wanted) -> bool | None:
    favourable = wanted.favourable
    if favourable is None:
        return None
    if favourable.category is not None:
        return None if value is None else value == favourable.category
    if score is None:
        return None
    return score > favourable.above if favourable.above is not None else score <= (favourable.at_most or 0.0)


def _scores(groups: Sequence[Joined], wanted: Wanted, positive: str | None) -> Scores | None:
    """Per bucket, where every score is a probability of the favourable outcome; None where they are something else."""
    good = _good(wanted)
    tables = [_probabilities(each, good, positive) for each in groups]
    everything = np.concatenate([scores for scores, _ in tables]) if tables else np.zeros(0)
    if good is None or not len(everything) or everything.min() < 0 or everything.max() > 1:
        return None
    at = [np.minimum((scores * BUCKETS).astype(np.int64), BUCKETS - 1) for scores, _ in tables]
    observed, hits, sums = (
        np.array([np.bincount(places, weights, BUCKETS) for places, weights in zip(at, each, strict=True)])
        for each in ([None] * len(tables), [was for _, was in tables], [scores for scores, _ in tables])
    )
    return Scores(hits.astype(np.int64), observed.astype(np.int64), sums / np.maximum(observed, 1))


def _probabilities(rows: Joined, good: str | None, positive: str | None) -> tuple[Floats, Floats]:
    """Scores of the favourable outcome, and whether it came; of the rows that have one."""
    pairs = [
        (score, float(outcome == good))
        for single, by_class, outcome in zip(rows.scores, rows.by_class, rows.outcomes, strict=True)
        if (score := _probability(single, by_class, good, positive)) is not None
    ]
    table = np.array(pairs, dtype=np.float64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def _probability(single: float | None, by_class: str | None, good: str | None, positive: str | None) -> float | None:
    if by_class is not None:
        found = json.loads(by_class).get(good)
        return None if found is None else float(found)
    if single is None or positive is None:
        return None
    return single if positive == good else 1 - single
