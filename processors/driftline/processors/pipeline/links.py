"""From stream to where it counts: padded index arrays, so that streams with several targets fold at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from driftline.processors.findings import Identity
from driftline.processors.pipeline.totals import Totals, onto_contract, rebinned
from driftline.processors.windows import Cells, Panes

Rows = NDArray[np.int64]
_EMPTY = -1


@dataclass(frozen=True, slots=True)
class Increments:
    """What a request added: `time_ns` (m,), `counts` (m, B), `totals` (m,), as of our clock `now_ns`."""

    time_ns: Rows
    counts: NDArray[Any]
    totals: NDArray[np.float64]
    now_ns: int

    def take(self, which: NDArray[Any]) -> Increments:
        """Those at indices, or under a mask."""
        return Increments(self.time_ns[which], self.counts[which], self.totals[which], self.now_ns)


class Sink(Protocol):
    """Where increments go; `rows` (m,) says to which row of it each goes, and may repeat."""

    def add(self, rows: Rows, increments: Increments) -> None: ...


@dataclass(frozen=True, slots=True)
class PaneSink:
    """Into the panes of one window length."""

    panes: Panes
    cells: Cells

    def takes(self, earliest_ns: int, latest_ns: int) -> bool:
        """Whether all these times fall into the open pane."""
        every = self.panes.spec.every_ns
        return earliest_ns // every == self.cells.pane == latest_ns // every

    def add(self, rows: Rows, increments: Increments) -> None:
        every, now_ns = self.panes.spec.every_ns, increments.now_ns
        panes = increments.time_ns // every
        latest = int(panes.max())
        if latest > now_ns // every:
            panes = np.where(increments.time_ns > now_ns + every, now_ns // every, panes)
            latest = int(panes.max())
        earliest = int(panes.min())
        if earliest == latest:
            self.cells.add(rows, increments.counts, pane=latest, now_ns=now_ns)
            return
        for pane in np.unique(panes).tolist():
            those = panes == pane
            self.cells.add(rows[those], increments.counts[those], pane=pane, now_ns=now_ns)


class TotalsSink:
    """Into totals that are never windowed: predictions, or durations on some bounds."""

    def __init__(self, add: Callable[[tuple[Identity, str], NDArray[Any], float, int], None]) -> None:
        self._add = add
        self._places: list[tuple[Identity, str]] = []
        self._rows: dict[tuple[Identity, str], int] = {}

    def row(self, place: tuple[Identity, str]) -> int:
        """The row that stands for a place."""
        row = self._rows.setdefault(place, len(self._places))
        if row == len(self._places):
            self._places.append(place)
        return row

    def add(self, rows: Rows, increments: Increments) -> None:
        for row, counts, total in zip(rows.tolist(), increments.counts, increments.totals.tolist(), strict=True):
            self._add(self._places[row], counts, total, increments.now_ns)


def predictions_sink(totals: Totals) -> TotalsSink:
    """Counts of one bucket into predictions."""
    return TotalsSink(lambda place, counts, _, now_ns: totals.add_predictions(place, float(counts[0]), now_ns))


def durations_sink(totals: Totals, bounds: tuple[float, ...]) -> TotalsSink:
    """Counts on `bounds` into durations on the contract's bounds."""
    onto = onto_contract(bounds)
    return TotalsSink(
        lambda place, counts, total, now_ns: totals.add_durations(place, rebinned(counts[None], onto)[0], total, now_ns)
    )


def events_sink(totals: Totals, good: int) -> TotalsSink:
    """Counts of which the first `good` buckets are good events into an objective's events."""

    def add(place: tuple[Identity, str], counts: NDArray[Any], _: float, now_ns: int) -> None:
        totals.add_events(place, int(counts[:good].sum()), int(counts.sum()), now_ns)

    return TotalsSink(add)


class Link:
    """Which rows of one sink each stream of a block feeds: (slots, targets), padded with -1."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self._rows = np.full((0, 1), _EMPTY, dtype=np.int64)

    def connect(self, slot: int, row: int) -> None:
        """Let the stream in `slot` count in `row`, once however often it is said."""
        if slot >= len(self._rows):
            longer = np.full((max(64, 2 * slot), self._rows.shape[1]), _EMPTY, dtype=np.int64)
            longer[: len(self._rows)] = self._rows
            self._rows = longer
        taken = self._rows[slot]
        if row in taken:
            return
        free = np.flatnonzero(taken == _EMPTY)
        if not len(free):
            free = np.array([self._rows.shape[1]])
            self._rows = np.pad(self._rows, ((0, 0), (0, 1)), constant_values=_EMPTY)
        self._rows[slot, free[0]] = row

    def disconnect(self, slot: int) -> None:
        """The stream in `slot` is gone."""
        if slot < len(self._rows):
            self._rows[slot] = _EMPTY

    def columns(self, slots: Rows) -> Iterator[Rows]:
        """The rows that the streams in `slots` (n,) feed, (n,) each, -1 where none; once for each row a stream has."""
        known = slots < len(self._rows)
        for target in range(self._rows.shape[1]):
            rows = np.where(known, self._rows[np.where(known, slots, 0), target], _EMPTY) if len(self._rows) else None
            if rows is not None and (rows != _EMPTY).any():
                yield rows

    def add(self, slots: Rows, increments: Increments) -> None:
        """Count what the streams in `slots` (m,) added."""
        if slots.max() >= len(self._rows):  # a block's later streams that never fed this sink
            reached = slots < len(self._rows)
            slots, increments = slots[reached], increments.take(reached)
        for target in range(self._rows.shape[1]):
            rows = self._rows[slots, target]
            if len(rows) and rows.min() >= 0:
                self.sink.add(rows, increments)
                continue
            connected = rows >= 0
            if connected.any():
                self.sink.add(rows[connected], increments.take(connected))
