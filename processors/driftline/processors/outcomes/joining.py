"""The join: takes predictions and outcomes in any order, any number of times, and says how good the model was."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Final, TypeVar

from driftline.processors.findings import Identity, Performance
from driftline.processors.health import Health
from driftline.processors.outcomes.census import Census, MonitorOf, named
from driftline.processors.outcomes.errors import OutcomesError
from driftline.processors.outcomes.performances import Performances
from driftline.processors.outcomes.records import Predicted, Proved, Result
from driftline.processors.outcomes.rows import Joined
from driftline.processors.outcomes.showing import Shown
from driftline.processors.outcomes.taking import Taking
from driftline.processors.outcomes.tidying import forget_old, make_room, rows
from driftline.semconv import PerformanceKind

if TYPE_CHECKING:
    from driftline.processors.outcomes.store import Store

T = TypeVar("T")

PAGE: Final = 10_000
"""Rows read at once: what receives never waits longer for a reader than this takes, some 50 ms."""
_BATCH: Final = 5_000  # records of one transaction


class Outcomes:
    """Joins predictions with outcomes by their id. Every method may be called from every thread.

    What `predict` and `prove` have taken is in the store when they return: telling the same again changes nothing, and
    a process that is killed loses nothing it has answered for.

    Args:
        folder: where the store is kept; None keeps it in memory. It is opened at the first record, or by `open`: what
            keeps it is slow to import.
        monitor_of: the monitor of an identity.
        health: counts what became of predictions and outcomes.
        most_rows: predictions and orphans held at most; over it the oldest cohorts go.
        timer: seconds, for how long measuring takes.

    >>> from driftline.processors.monitor import MonitorSet
    >>> monitors = MonitorSet()
    >>> outcomes = Outcomes(None, lambda one: monitors.for_identity(one.model), Health())
    >>> outcomes.prove([Proved("order-17", "paid", time_ns=5)], now_ns=10)
    Counter({<Result.ORPHAN: 'orphan'>: 1})
    >>> outcomes.predict([Predicted(Identity("credit"), "order-17", 1, "paid", 0.9)], now_ns=11)
    Counter({'accepted': 1})
    >>> outcomes.measure(now_ns=12)[0].coverage
    1.0
    """

    def __init__(
        self,
        folder: Path | None,
        monitor_of: MonitorOf,
        health: Health,
        *,
        most_rows: int = 1_000_000,
        timer: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._lock = RLock()
        self._folder = folder
        self._store: Store | None = None
        self._monitor_of = monitor_of
        self._shown = Shown(health)
        self._most_rows = most_rows
        self._census = Census(monitor_of)
        self._performances = Performances(self.joined, timer)
        self._latest: list[Performance] = []
        self._settled: list[Performance] = []

    def open(self) -> Store:
        """Open the store, where that has not happened yet, and count what it holds from before."""
        with self._lock:
            if self._store is None:
                from driftline.processors.outcomes.store import Store

                self._store = Store(self._folder)
                self._recount(self._store)
            return self._store

    def predict(self, records: Sequence[Predicted], now_ns: int) -> Counter[str]:
        """Take predictions; how many were `accepted`, `duplicate`, `expired`, `refused`."""
        done: Counter[str] = Counter()
        for some in _batches(records):
            with self._lock, self._failing():
                done += self._predict(self.open(), some, now_ns)
        self._shown.predictions(done)
        return done

    def prove(self, records: Sequence[Proved], now_ns: int) -> Counter[Result]:
        """Take outcomes; how many met each `Result`."""
        done: Counter[Result] = Counter()
        for some in _batches(records):
            with self._lock, self._failing():
                done += self._prove(self.open(), some, now_ns)
        self._shown.outcomes(done)
        return done

    def measure(self, now_ns: int) -> list[Performance]:
        """The newest final cohort, and the newest provisional one that has outcomes, of every identity that ever had
        an outcome. Only what changed since is computed again; receiving goes on meanwhile.
        """
        with self._lock:
            newest = self._performances.newest(self._census, now_ns)
            settled = self._performances.settled(self._census, self._promised, now_ns)
        found = self._performances.of([*newest, *settled], now_ns)
        shown = {(one.identity, one.start_ns) for one in newest}
        self._latest = [each for each in found if (each.identity, each.window.start_ns) in shown]
        self._settled = [each for each in found if each.kind is PerformanceKind.REALIZED]
        return self._latest

    def latest(self) -> list[Performance]:
        """What the last `measure` found."""
        return self._latest

    def settled(self) -> list[Performance]:
        """Every final cohort that the last `measure` found, of identities whose objectives stand on outcomes."""
        return self._settled

    def history(self, model: str, now_ns: int, most: int | None = None) -> list[Performance]:
        """The cohorts held of a model, the oldest first; what is not known is computed now.

        Args:
            model: its name.
            now_ns: the time.
            most: so many of each identity, the newest; None: all.
        """
        with self._lock:
            wanted = self._performances.all(self._census, model, now_ns, most)
        return self._performances.of(wanted, now_ns, keep=False)

    def joined(self, identity: Identity, start_ns: int, end_ns: int) -> Joined:
        """The predictions of an identity (with its segment) made in [start, end) that have an outcome."""
        found = Joined()
        with self._lock:
            sources = self._census.sources(identity)
            if not sources:
                return found
            store = self.open()
            numbers = store.joined(sources, start_ns, end_ns)
        for first in range(0, len(numbers), PAGE):
            with self._lock:
                page = store.rows(numbers[first : first + PAGE])
            found.extend(page)
        return found

    def segment(self, identity: Identity, values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        """Of a prediction's attributes those that its monitor's segments name: the `segment` of a `Predicted`."""
        return named(self._monitor_of(identity), values)

    def tidy(self, now_ns: int) -> None:
        """Forget what is too old; called every minute or so."""
        with self._lock:
            if self._store is not None:
                self._shown.forgotten(forget_old(self._store, self._census, now_ns))
                self._shown.store(self._store)

    def reload(self) -> None:
        """Other monitors are in force: count cohorts as they ask for."""
        with self._lock:
            self._census = Census(self._monitor_of)
            self._performances.clear()
            if self._store is not None:
                self._recount(self._store)

    def close(self) -> None:
        """Let go of the store."""
        with self._lock:
            if self._store is not None:
                self._store.close()

    @contextmanager
    def _failing(self) -> Iterator[None]:
        """Count what could not be stored: nothing of the batch was taken."""
        try:
            yield
        except OutcomesError:
            self._shown.failed()
            raise

    def _recount(self, store: Store) -> None:
        cohorts = {number: self._census.of(number, source) for number, source in store.sources.items()}
        lengths = {number: of[0].wanted.cohort for number, of in cohorts.items()}
        for number, start, predictions, proved in store.counts(lengths):
            for each in cohorts[number]:
                each.predicted(start, predictions)
                each.proved(start, proved)
        self._shown.store(store)

    def _predict(self, store: Store, records: Sequence[Predicted], now_ns: int) -> Counter[str]:
        room = self._most_rows - rows(store)
        if len(records) > room:
            room = self._room(store, len(records))
        done, joined = Taking(store, self._census).predict(records, room, now_ns)
        self._shown.store(store)
        self._shown.outcomes(joined)
        return done

    def _prove(self, store: Store, records: Sequence[Proved], now_ns: int) -> Counter[Result]:
        done = Taking(store, self._census).prove(records, now_ns)
        self._shown.store(store)
        if rows(store) > self._most_rows:
            self._room(store, 0)
        return done

    def _promised(self, identity: Identity) -> bool:
        """Whether an objective of the identity's monitor stands on outcomes."""
        return any(slo.sli.needs_outcomes for slo in self._monitor_of(identity).spec.slos)

    def _room(self, store: Store, needed: int) -> int:
        """Make room; for how many rows there is some."""
        self._shown.forgotten(make_room(store, self._census, self._most_rows, needed))
        return self._most_rows - rows(store)


def _batches(records: Sequence[T]) -> Iterator[Sequence[T]]:
    return (records[start : start + _BATCH] for start in range(0, len(records), _BATCH))
