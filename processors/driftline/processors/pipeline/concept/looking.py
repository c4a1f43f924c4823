"""One look at the errors of monitors: what became final since the look before, taken by every detector."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from driftline.processors.findings import ConceptDrift, Identity, Performance, Signal, State, Window
from driftline.processors.monitor import Monitor, Spec
from driftline.processors.outcomes import Joined
from driftline.processors.pipeline.concept import words
from driftline.processors.pipeline.concept.cohort import Cohort
from driftline.processors.pipeline.concept.followers import LEARNING, Follower, OfLiterature
from driftline.semconv import PerformanceKind

RowsOf = Callable[[Identity, int, int], Joined]


@dataclass(slots=True)
class _Followed:
    """One identity: up to where its errors were taken, by whom, and what they said last."""

    asked: Spec
    until_ns: int
    followers: dict[str, Follower]
    learned: list[Cohort] = field(default_factory=list)
    found: ConceptDrift | None = None


class ConceptLook:
    """Follows the errors of classifiers. Nothing of it is saved: after a restart what the join holds is followed anew.

    Args:
        joined: joined predictions of an identity made in [start, end).
        monitor_of: the monitor of an identity.
    """

    def __init__(self, joined: RowsOf, monitor_of: Callable[[Identity], Monitor]) -> None:
        self._joined = joined
        self._monitor_of = monitor_of
        self._followed: dict[Identity, _Followed] = {}

    def look(self, performances: Sequence[Performance], now_ns: int) -> list[ConceptDrift]:
        """A finding for each identity, segments included, whose monitor names detectors and that has a final cohort.

        Args:
            performances: of all identities, as the join measured them.
            now_ns: the time of the look.
        """
        final = {each.identity: each for each in performances if each.kind is PerformanceKind.REALIZED}
        asked = {identity: each for identity, each in final.items() if self._asks(each)}
        sharing = Counter(self._monitor_of(identity).name for identity in asked)
        self._followed = held = {
            identity: self._follow(each, sharing[self._monitor_of(identity).name], now_ns)
            for identity, each in asked.items()
        }
        return [replace(each.found, time_ns=now_ns) for each in held.values() if each.found is not None]

    def _asks(self, performance: Performance) -> bool:
        classifies = performance.task in {"binary", "multiclass"}
        return classifies and bool(self._monitor_of(performance.identity).spec.concept_drift.detectors)

    def _follow(self, performance: Performance, sharing: int, now_ns: int) -> _Followed:
        """Take what became final; so many identities share the budget."""
        spec, end_ns = self._monitor_of(performance.identity).spec, performance.window.end_ns
        followed = self._followed.get(performance.identity)
        if followed is None or followed.asked != spec:
            begin_ns = max(end_ns - spec.performance.keep // spec.performance.cohort * spec.performance.cohort, 0)
            followed = _Followed(spec, begin_ns, dict(_of_literature(spec)))
        for start_ns in range(followed.until_ns, end_ns, spec.performance.cohort):
            rows = self._joined(performance.identity, start_ns, start_ns + spec.performance.cohort)
            cohort = Cohort.of(rows, spec.performance.positive)
            if len(cohort):
                window = Window(start_ns, start_ns + spec.performance.cohort, len(cohort))
                followed.found = self._take(followed, replace(performance, window=window), cohort, sharing, now_ns)
        followed.until_ns = max(followed.until_ns, end_ns)
        return followed

    def _take(self, followed: _Followed, of: Performance, cohort: Cohort, sharing: int, now_ns: int) -> ConceptDrift:
        wanted = followed.asked.concept_drift
        budgeted = [name for name in wanted.detectors if name in LEARNING]
        alpha = wanted.false_alarms.per_look(followed.asked.performance.cohort) / max(len(budgeted), 1) / sharing
        found = {name: each.take(cohort, alpha) for name, each in followed.followers.items()}
        signals = tuple(signal for name in wanted.detectors if (signal := found.get(name)) is not None)
        if budgeted and not followed.followers.keys() >= set(budgeted):
            _learn(followed, cohort, budgeted, wanted.learn)
        rate = float(cohort.errors.mean())
        status = _status(signals)
        why = words.said(signals, rate, len(cohort), status)
        return ConceptDrift(of.identity, of.window, now_ns, status, signals, rate, why)


def _of_literature(spec: Spec) -> Iterator[tuple[str, Follower]]:
    return ((name, OfLiterature(name)) for name in spec.concept_drift.detectors if name not in LEARNING)


def _learn(followed: _Followed, cohort: Cohort, names: Sequence[str], needed: int) -> None:
    """Keep a cohort for those that learn; with the last one needed they begin with the next."""
    followed.learned.append(cohort)
    if sum(map(len, followed.learned)) >= needed:
        learned = Cohort.join(followed.learned)
        followed.followers |= {name: LEARNING[name](name, learned) for name in names}
        followed.learned = []


def _status(signals: Sequence[Signal]) -> State:
    if not signals:
        return State.WARMING_UP
    return State.DRIFT if any(signal.detected for signal in signals) else State.OK
