"""Groups compared by every metric that can be told of them, into one finding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from driftline.processors.detectors.fairness import Asked, compare
from driftline.processors.findings import Comparison, Fairness, Group, Identity, State, Window
from driftline.processors.monitor.fairness import Fairness as Wanted
from driftline.processors.pipeline.fairness import words
from driftline.processors.statistics.fairness import METRICS, Groups, NotComparableError
from driftline.semconv import PerformanceKind

LARGEST_ALPHA = 0.25
"""No budget, however large, makes a verdict less sure than this."""


@dataclass(frozen=True, slots=True)
class Matter:
    """Whose groups are compared.

    Args:
        identity: the whole that the groups are parts of.
        attributes: what the groups differ in.
        names: of the groups, in the order of their counts.
        start_ns, end_ns: the stretch of the predictions.
        now_ns: when they are compared.
        kind: how their outcomes are known; None: they are not, and predictions alone are compared.
    """

    identity: Identity
    attributes: tuple[str, ...]
    names: Sequence[str]
    start_ns: int
    end_ns: int
    now_ns: int
    kind: PerformanceKind | None = None


def asked_for(wanted: Wanted, *, outcomes: bool) -> bool:
    """Whether any metric is wanted that needs outcomes, or any that does not."""
    return any(wanted.shows(name) for name, metric in METRICS.items() if metric.outcomes is outcomes)


def compared(matter: Matter, counts: Groups, wanted: Wanted, alpha: float) -> Fairness:
    """The finding of groups that arrived.

    Args:
        matter: whose groups.
        counts: of the groups.
        wanted: what the monitor asks.
        alpha: chance that any of the metrics says a treatment at its limit is beyond it.
    """
    told = [name for name in METRICS if wanted.shows(name) and _told(name, matter, counts)]
    limited = sum(wanted.limit(name) is not None for name in told)
    part = min(alpha / max(limited, 1), LARGEST_ALPHA)
    found: list[Comparison] = []
    reasons: dict[str, str] = {}
    for name in told:
        try:
            found += _comparisons(matter, name, counts, wanted, part)
        except NotComparableError as error:
            reasons[name] = str(error)
    groups = _groups(matter.names, counts, wanted.minimum_observations)
    if not found:
        reason = next(iter(reasons.values()), "the scores are no probabilities of a known class")
        return without(matter, State.NOT_ENOUGH_SAMPLES, reason, groups)
    why = words.compared(matter.attributes, found, groups, provisional=matter.kind is PerformanceKind.PROVISIONAL)
    return _finding(matter, State.OK, groups, tuple(found), why)


def without(matter: Matter, status: State, reason: str, groups: tuple[Group, ...] = ()) -> Fairness:
    """The finding of groups that were not compared."""
    return _finding(matter, status, groups, (), words.not_compared(matter.attributes, reason, groups))


def _told(name: str, matter: Matter, counts: Groups) -> bool:
    """Whether a metric is of this matter: those of outcomes where these are known, the others where they are not."""
    if not METRICS[name].outcomes:
        return matter.kind is None
    return matter.kind is not None and (counts.scores is not None or name != "calibration_gap")


def _comparisons(matter: Matter, name: str, counts: Groups, wanted: Wanted, alpha: float) -> Iterator[Comparison]:
    limit = None if matter.kind is PerformanceKind.PROVISIONAL else wanted.limit(name)  # the first to come differ
    asked = Asked(name, wanted.minimum_observations, _reference(matter, name, wanted), limit)
    found = compare(counts, asked, alpha)
    figures, whose = found.disparity.figures, found.disparity.groups
    for at, (value, lower, upper) in enumerate(np.stack(figures, axis=1).tolist()):
        group = matter.names[int(whose[at])] if METRICS[name].per_group else None
        beyond = None if found.beyond is None else bool(found.beyond[at])
        yield Comparison(name, value, lower, upper, group, asked.limit, beyond)


def _reference(matter: Matter, name: str, wanted: Wanted) -> int | None:
    """The position of the reference group; one that does not arrive cannot be compared with."""
    group = wanted.reference.get(",".join(matter.attributes)) if METRICS[name].per_group else None
    if group is None:
        return None
    if group not in matter.names:
        raise NotComparableError(f"the reference group `{group}` does not arrive")
    return list(matter.names).index(group)


def _groups(names: Sequence[str], counts: Groups, fewest: int) -> tuple[Group, ...]:
    held = zip(names, counts.favourable.tolist(), counts.predictions.tolist(), strict=True)
    return tuple(Group(name, total, good / total if total >= fewest else None) for name, good, total in held)


def _finding(
    matter: Matter, status: State, groups: tuple[Group, ...], comparisons: tuple[Comparison, ...], why: str
) -> Fairness:
    window = Window(matter.start_ns, matter.end_ns, sum(group.observations for group in groups))
    return Fairness(
        matter.identity, matter.attributes, window, matter.now_ns, status, groups, comparisons, why, matter.kind
    )
