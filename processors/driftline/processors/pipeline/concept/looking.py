"""One look at the errors of monitors: what became final since the look before, taken by every detector."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Lock
from typing import Any

from driftline.processors.findings import ConceptDrift, Identity, Performance
from driftline.processors.monitor import Monitor
from driftline.processors.outcomes import Joined
from driftline.processors.pipeline.concept.cohort import Cohort
from driftline.processors.pipeline.concept.followed import Followed, asked_of
from driftline.processors.pipeline.verdicts import identity_dict, identity_from
from driftline.semconv import PerformanceKind

RowsOf = Callable[[Identity, int, int], Joined]


class ConceptLook:
    """Follows the errors of classifiers. Every method may be called from every thread; a snapshot never waits.

    Args:
        joined: joined predictions of an identity made in [start, end).
        monitor_of: the monitor of an identity.
    """

    def __init__(self, joined: RowsOf, monitor_of: Callable[[Identity], Monitor]) -> None:
        self._joined = joined
        self._monitor_of = monitor_of
        self._followed: dict[Identity, Followed] = {}
        self._saved: dict[str, Any] = {"followed": []}
        self._lock = Lock()

    def look(self, performances: Sequence[Performance], now_ns: int) -> list[ConceptDrift]:
        """A finding for each identity, segments included, whose monitor names detectors and that has a final cohort.

        Args:
            performances: of all identities, as the join measured them.
            now_ns: the time of the look.
        """
        with self._lock:
            return self._look(performances, now_ns)

    def _look(self, performances: Sequence[Performance], now_ns: int) -> list[ConceptDrift]:
        final = {each.identity: each for each in performances if each.kind is PerformanceKind.REALIZED}
        asked = {identity: each for identity, each in final.items() if self._asks(each)}
        sharing = Counter(self._monitor_of(identity).name for identity in asked)
        taken = [
            self._follow(each, sharing[self._monitor_of(identity).name], now_ns) for identity, each in asked.items()
        ]
        if any(taken) or asked.keys() != self._followed.keys():
            self._followed = {identity: self._followed[identity] for identity in asked}
            self._save()
        return [replace(each.found, time_ns=now_ns) for each in self._followed.values() if each.found is not None]

    def snapshot(self) -> dict[str, Any]:
        """What a restart must not forget, as JSON can hold it."""
        return self._saved

    def restore(self, saved: dict[str, Any]) -> None:
        """Take up a snapshot, before the first look. Raises KeyError, TypeError or ValueError when it is none."""
        known = [(identity_from(each), each["state"]) for each in saved["followed"]]
        with self._lock:
            self._followed = {identity: Followed.from_dict(identity, state) for identity, state in known}
            self._save()

    def _save(self) -> None:
        states = [
            {**identity_dict(identity), "state": followed.to_dict()} for identity, followed in self._followed.items()
        ]
        self._saved = {"followed": states}

    def _asks(self, performance: Performance) -> bool:
        classifies = performance.task in {"binary", "multiclass"}
        return classifies and bool(self._monitor_of(performance.identity).spec.concept_drift.detectors)

    def _follow(self, performance: Performance, sharing: int, now_ns: int) -> bool:
        """Take what became final, where something did; so many identities share the budget."""
        identity, end_ns = performance.identity, performance.window.end_ns
        spec = self._monitor_of(identity).spec
        cohort_ns = spec.performance.cohort
        followed = self._followed.get(identity)
        if followed is None or followed.asked != asked_of(spec):
            begin_ns = max(end_ns - spec.performance.keep // cohort_ns * cohort_ns, 0)
            followed = self._followed[identity] = Followed.begun(spec, begin_ns)
        before = followed.until_ns
        while followed.until_ns < end_ns:
            rows = self._joined(identity, followed.until_ns, followed.until_ns + cohort_ns)
            cohort = Cohort.of(rows, spec.performance.positive)
            if len(cohort):
                followed.take(spec, identity, cohort, sharing=sharing, now_ns=now_ns)
            followed.until_ns += cohort_ns
        return followed.until_ns > before
