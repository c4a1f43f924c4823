"""Which budget, window and detectors would have served best on a history. Its rows are read and binned once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product, zip_longest
from typing import Any

from driftline.processors.documents import write_duration
from driftline.processors.monitor import Monitor, MonitorSet
from driftline.processors.monitor.budget import Budget, parse_budget
from driftline.processors.pipeline.actions import Action
from driftline.processors.replay.alarms import Alarms, expected
from driftline.processors.replay.errors import ReplayError
from driftline.processors.replay.grid import SMALLEST_LIMIT, Pane
from driftline.processors.replay.history import Columns, History, Told, Watch, unheard
from driftline.processors.replay.replaying import Replay
from driftline.processors.tables import Progress, silent

BUDGETS = ("1 per 7d", "1 per 30d", "1 per 90d")
DETECTORS = (("window",), ("cusum",), ("e_process",), ("window", "cusum"))
_LONGER = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to watch."""

    budget: Budget
    length_ns: int
    detectors: tuple[str, ...]

    def apply(self, monitor: Monitor) -> Monitor:
        """The monitor, watching this way."""
        spec = monitor.spec
        drift = spec.drift.model_copy(update={"false_alarms": self.budget, "detectors": self.detectors})
        window = spec.window.model_copy(update={"length": self.length_ns})
        return replace(monitor, spec=spec.model_copy(update={"drift": drift, "window": window}))

    def to_dict(self) -> dict[str, Any]:
        """The keys of a monitor that say so, as JSON values."""
        return {
            "false_alarms": _written(self.budget),
            "window": write_duration(self.length_ns),
            "detectors": list(self.detectors),
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a candidate would have done.

    Args:
        candidate: which.
        alarms: in all.
        outside: alarms before the first change; all of them where no change is known.
        allowed: how many the budget allows in that time.
        delays_ns: of each change, from it to the first alarm after it and before the next; None: missed.
        in_drift_ns: how long any model was in drift.
    """

    candidate: Candidate
    alarms: int
    outside: int
    allowed: float
    delays_ns: tuple[int | None, ...]
    in_drift_ns: int

    @property
    def missed(self) -> int:
        """Changes without an alarm."""
        return sum(delay is None for delay in self.delays_ns)

    @property
    def mean_delay_ns(self) -> float:
        """Over the changes that were found; 0 without any."""
        found = [delay for delay in self.delays_ns if delay is not None]
        return sum(found) / len(found) if found else 0.0

    @property
    def rank(self) -> tuple[float, ...]:
        """Smaller is better: missed changes, alarms outside over what the budget allows, delay, alarms outside."""
        return self.missed, max(self.outside - self.allowed, 0.0), self.mean_delay_ns, self.outside, self.in_drift_ns

    def to_dict(self) -> dict[str, Any]:
        """JSON values; delays in seconds, null where a change was missed."""
        return {
            **self.candidate.to_dict(),
            "alarms": self.alarms,
            "outside": self.outside,
            "allowed": self.allowed,
            "delays": [None if delay is None else delay / 1e9 for delay in self.delays_ns],
            "in_drift": self.in_drift_ns / 1e9,
        }


class Sweep:
    """Tries candidates on one history.

    Args:
        monitors: of one model, or `model` says which; its keys but budget, window length and detectors stay.
        columns: which columns are not fields.
        changes: when something is known to have changed, in nanoseconds since the epoch.
        model: the model of the table.
        actions: what people did to the model while it ran, as of `Replay`.
        limit: bytes of counts that the history may take.
        told: called with every notice.

    Raises:
        ReplayError: no monitor for the table.
        ProfileError: a declared profile cannot be read.
    """

    def __init__(
        self,
        monitors: MonitorSet,
        columns: Columns | None = None,
        *,
        changes: Sequence[int] = (),
        model: str | None = None,
        actions: Sequence[Action] = (),
        limit: int = SMALLEST_LIMIT,
        told: Told = unheard,
    ) -> None:
        self._monitors, self._model, self._told, self._limit = monitors, model, told, limit
        self._watch = Watch.of(monitors, model)
        self._columns = columns or Columns()
        self._changes = sorted(changes)
        self._actions = actions

    def candidates(self) -> list[Candidate]:
        """The monitor's own way first, then every budget, window and set of detectors that are worth trying."""
        spec = self._watch.ours[0].spec
        every, length = spec.window.every, spec.window.length
        own = Candidate(spec.drift.false_alarms, length, spec.drift.detectors)
        moving = spec.reference is not None and spec.reference.moving is not None
        budgets = [own.budget, *map(parse_budget, BUDGETS)]
        lengths = [length, max(length // _LONGER // every, 1) * every, length * _LONGER]
        detectors = [own.detectors, *(DETECTORS[:1] if moving else DETECTORS)]
        return list(dict.fromkeys(Candidate(*choice) for choice in product(budgets, lengths, detectors)))

    def outcomes(self, table: Any, progress: Progress = silent, read: Progress = silent) -> Iterator[Outcome]:
        """What each candidate would have done, in the order of `candidates`; told are bytes read, candidates tried.

        Raises:
            TableError: the table cannot be read, or its times cannot be told.
            ReplayError: its counts take more memory than they may.
        """
        history = History(self._watch, self._columns)
        panes = list(self._held(history.panes(table, read)))
        for notice in history.notices():
            self._told(notice)
        candidates = self.candidates()
        for done, candidate in enumerate(candidates, start=1):
            yield self._try(candidate, panes, history.step_ns)
            progress(done, len(candidates))

    def _held(self, panes: Iterable[tuple[int, Pane]]) -> Iterator[tuple[int, Pane]]:
        size = 0
        for pane, cells in panes:
            for cell in cells.values():
                cell.answered.clear()  # candidates differ in what they call drift, not in how good the model was
            size += sum(cell.size for cell in cells.values())
            if size > self._limit:
                raise ReplayError("too many panes to try candidates on: give the monitor a longer `window.every`")
            yield pane, cells

    def _try(self, candidate: Candidate, panes: Sequence[tuple[int, Pane]], step_ns: int) -> Outcome:
        ours = set(map(id, self._watch.ours))
        monitors = [candidate.apply(each) if id(each) in ours else each for each in self._monitors]
        configured = MonitorSet(monitors, self._monitors.defaults)
        replay = Replay(configured, model=self._watch.model, actions=self._actions)
        for _ in replay.play(panes, step_ns):
            pass
        start, end = replay.span_ns
        until = min([*self._changes, end])
        return Outcome(
            candidate,
            alarms=len(replay.alarms.all),
            outside=sum(alarm.begin_ns < until for alarm in replay.alarms.all)
            if self._changes
            else len(replay.alarms.all),
            allowed=expected(replay.watch.ours, until - start),
            delays_ns=tuple(delays(replay.alarms, self._changes)),
            in_drift_ns=replay.alarms.in_drift_ns(end),
        )


def delays(alarms: Alarms, changes: Sequence[int]) -> Iterator[int | None]:
    """From each change to the first alarm after it, and before the next change; None where there is none.

    >>> list(delays(Alarms(), [5])), list(delays(Alarms(), []))
    ([None], [])
    """
    begins = sorted(alarm.begin_ns for alarm in alarms.all)
    for change, following in zip_longest(changes, changes[1:]):
        first = next((begin for begin in begins if begin > change), None)
        yield None if first is None or (following is not None and first > following) else first - change


def recommend(outcomes: Sequence[Outcome]) -> tuple[Outcome, str]:
    """The best of them, the first among equals, and why.

    Raises:
        ValueError: there is none.
    """
    best = min(outcomes, key=lambda outcome: outcome.rank)
    return best, _why(best)


def _why(best: Outcome) -> str:
    within = "within" if best.outside <= best.allowed else "over"
    outside = f"{best.outside} alarms where nothing is known to have changed, {within} the {best.allowed:.1f} it allows"
    if not best.delays_ns:
        return f"no change is known (`--change TIME` names one): {outside}"
    found = len(best.delays_ns) - best.missed
    later = f" after {best.mean_delay_ns / 3.6e12:,.1f} hours on average" if found else ""
    return f"finds {found} of {len(best.delays_ns)} changes{later}; {outside}"


def _written(budget: Budget) -> str:
    return f"{budget.events:g} per {write_duration(budget.period_ns)}"
