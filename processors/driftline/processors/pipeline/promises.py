"""The memory of one objective of one identity: what was counted, over which windows, and what follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from zoneinfo import ZoneInfo

from driftline.processors.findings import Burn, Identity, Objective
from driftline.processors.monitor import Objective as Promise
from driftline.processors.slo import (
    Counts,
    Pair,
    Reading,
    Ring,
    burn_rate,
    calendar_start,
    fires,
    plan,
    remaining,
    seconds_left,
)
from driftline.processors.slo.burn import budget_of, window_name

_BURN_PANES, _BUDGET_PANES = 60, 1000
_HOUR_NS = 3600 * 10**9
_CALENDAR_PANE_NS = _HOUR_NS // 2  # clocks of all zones but a few are whole half hours apart
_LONGEST_DAYS = {"week": 8, "month": 32, "quarter": 93}


def shape_of(promise: Promise) -> str:
    """The same while what an objective counts, and over which window, stays the same."""
    indicator = getattr(promise.sli, promise.sli.kind).model_dump_json()
    return f"{promise.sli.kind} {indicator} {promise.period_ns} {promise.calendar or ''}"


class Ledger:
    """Counts of one objective, in bounded rings: one for each window of the burn table, one for the budget's own.

    Args:
        promise: the objective.
        base: good and bad predictions counted before it began.
    """

    def __init__(self, promise: Promise, base: tuple[int, int] = (0, 0)) -> None:
        self.shape = shape_of(promise)
        self.base = base
        self.events = Counts()
        self.cohorts: dict[int, tuple[int, Counts]] = {}
        """Final cohorts by their start: when each was counted, and how."""
        pairs = _plan(promise.objective, promise.period_ns)
        windows = sorted({window for pair in pairs for window in (pair.short_ns, pair.long_ns)})
        self.rings = {window: Ring(window, _BURN_PANES) for window in windows if window <= promise.period_ns}
        self._budget = _budget_ring(promise)

    def count(self, counts: Counts, now_ns: int) -> None:
        """Count events of now."""
        self.events += counts
        if counts != Counts():
            for ring in (*self.rings.values(), self._budget):
                ring.add(now_ns, counts)

    def settle(self, start_ns: int, counts: Counts, now_ns: int) -> None:
        """Count a cohort once, when it is final. One that is corrected later is restated where it was counted: in the
        budget, not in `events`, which never fall. One that was counted as nothing, being muted, stays so."""
        if start_ns not in self.cohorts:
            self.cohorts[start_ns] = now_ns, counts
            self.count(counts, now_ns)
            return
        at_ns, before = self.cohorts[start_ns]
        if before not in {counts, Counts()}:
            self.cohorts[start_ns] = at_ns, counts
            for ring in (*self.rings.values(), self._budget):
                ring.restate(at_ns, before, counts)

    def forget_before(self, start_ns: int) -> None:
        """Forget that cohorts which began before were counted."""
        self.cohorts = {start: counted for start, counted in self.cohorts.items() if start >= start_ns}

    def stand(self, identity: Identity, promise: Promise, start_ns: int, now_ns: int) -> Objective:
        """How the identity stands to the objective now."""
        if promise.calendar is not None:
            self._budget.forget_before(calendar_start(promise.calendar, now_ns, ZoneInfo(promise.time_zone)))
        share = budget_of(promise.objective)
        whole, budget = self._budget.total(now_ns), float(share)
        held = {window: ring.total(now_ns) for window, ring in self.rings.items()}
        rates = {window: rate for window, counts in held.items() if (rate := burn_rate(counts, budget)) is not None}
        left, events = remaining(whole, budget), self.events
        return Objective(
            identity,
            promise.name,
            float(1 - share),
            start_ns,
            now_ns,
            whole.sli,
            left,
            tuple(Burn(window_name(window), rate) for window, rate in rates.items()),
            seconds_left(left, rates.get(_HOUR_NS), promise.period_ns / 1e9),
            tuple(dict.fromkeys(_firing(promise, held, budget))),
            {"good": events.good, "bad": events.bad, "unknown": events.unknown} if promise.sli.decided_here else {},
        )

    def panes(self) -> Iterator[tuple[int, list[int]]]:
        """Every pane of every ring, oldest first, after the ring's window; 0 is the budget's own."""
        for window, ring in (*self.rings.items(), (0, self._budget)):
            yield from ((window, pane) for pane in ring.dump())

    def put_back(self, window: int, pane: list[int]) -> None:
        """Take up a pane; one of a window that the table no longer has is let go."""
        ring = self._budget if window == 0 else self.rings.get(window)
        if ring is not None:
            ring.load([pane])


def _firing(promise: Promise, held: Mapping[int, Counts], budget: float) -> Iterator[str]:
    for pair in _plan(promise.objective, promise.period_ns):
        if pair.fires and fires(Reading(pair, held[pair.long_ns], held[pair.short_ns]), budget, promise.minimum_events):
            yield pair.severity


@lru_cache(maxsize=1024)
def _plan(objective: float, period_ns: int) -> tuple[Pair, ...]:
    return plan(objective, period_ns)


def _budget_ring(promise: Promise) -> Ring:
    if promise.calendar is None:
        return Ring(promise.period_ns, _BUDGET_PANES)
    length = _LONGEST_DAYS[promise.calendar] * 24 * _HOUR_NS
    return Ring(length, length // _CALENDAR_PANE_NS)
