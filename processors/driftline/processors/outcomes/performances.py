"""The performances of cohorts, computed when something changed and remembered until it does again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from driftline.processors.findings import Identity, Performance, Window
from driftline.processors.outcomes.census import Census
from driftline.processors.outcomes.cohorts import Cohort, Cohorts
from driftline.processors.outcomes.measuring import Cut, performance
from driftline.processors.outcomes.rows import Joined

_SLOW_SECONDS: Final = 0.05
_MOST_RECALLED: Final = 1_000
"""Cohorts remembered of those that people look back at, some kB each."""
_SHARE: Final = 20  # a cohort that is slow to measure waits twenty times as long until it is measured again


class Wanted(NamedTuple):
    """One cohort that somebody asks for."""

    identity: Identity
    cohorts: Cohorts
    start_ns: int
    cohort: Cohort
    final: bool


class _Measured(NamedTuple):
    changed: int
    final: bool
    due_ns: int
    found: Performance


class Performances:
    """Measures cohorts. What to measure is chosen under the join's lock; measuring itself needs none.

    Args:
        joined: the joined predictions of an identity made in [start, end).
        timer: seconds.
    """

    def __init__(self, joined: Callable[[Identity, int, int], Joined], timer: Callable[[], float]) -> None:
        self._joined = joined
        self._timer = timer
        self._known: dict[tuple[Identity, int], _Measured] = {}
        self._recalled: dict[tuple[Identity, int], _Measured] = {}

    def clear(self) -> None:
        """Remember nothing."""
        self._known, self._recalled = {}, {}

    def newest(self, census: Census, now_ns: int) -> list[Wanted]:
        """Of each identity that ever had an outcome the newest final cohort, and the newest provisional one."""
        return [
            Wanted(identity, cohorts, *found, final)
            for identity, cohorts in census
            if any(cohort.outcomes for _, cohort in cohorts)  # nothing is said of a model until outcomes come
            for final in (True, False)
            if (found := cohorts.newest(now_ns, final=final)) is not None
        ]

    def settled(self, census: Census, promised: Callable[[Identity], bool], now_ns: int) -> list[Wanted]:
        """Every final cohort of the identities of which something is promised that stands on outcomes."""
        return [
            Wanted(identity, cohorts, start, cohort, final=True)
            for identity, cohorts in census
            if promised(identity)
            for start, cohort in cohorts
            if cohort.outcomes and cohorts.is_final(start, now_ns)
        ]

    def all(self, census: Census, model: str, now_ns: int, most: int | None = None) -> list[Wanted]:
        """The cohorts of a model, the oldest of each identity first; with `most`, so many of each, the newest."""
        return [
            Wanted(identity, cohorts, start, cohort, cohorts.is_final(start, now_ns))
            for identity, cohorts in census
            if identity.model == model
            for start, cohort in sorted(cohorts, key=lambda each: each[0])[-(most or 0) :]
        ]

    def of(self, wanted: Sequence[Wanted], now_ns: int, *, keep: bool = True) -> list[Performance]:
        """The performance of each; with `keep` these alone are remembered, else they too, while there is room."""
        measured = {(one.identity, one.start_ns): self._measure(one, now_ns) for one in wanted}
        if keep:
            self._known = measured
        else:
            self._recalled = dict(list({**self._recalled, **measured}.items())[-_MOST_RECALLED:])
        return [replace(one.found, time_ns=now_ns) for one in measured.values()]

    def _measure(self, one: Wanted, now_ns: int) -> _Measured:
        key, changed = (one.identity, one.start_ns), one.cohort.changed
        known = self._known.get(key) or self._recalled.get(key)
        if known is not None and known.final is one.final and (known.changed == changed or now_ns < known.due_ns):
            return known
        began = self._timer()
        end_ns = one.start_ns + one.cohorts.wanted.cohort
        joined = self._joined(one.identity, one.start_ns, end_ns)
        window = Window(one.start_ns, end_ns, max(one.cohort.predictions, len(joined)))
        found = performance(Cut(one.identity, window, one.final), joined, one.cohorts.wanted, now_ns)
        took = self._timer() - began
        wait_ns = int(took * _SHARE * 1e9) if took > _SLOW_SECONDS else 0
        return _Measured(changed, one.final, now_ns + wait_ns, found)
