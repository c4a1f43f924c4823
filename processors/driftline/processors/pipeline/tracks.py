"""The beaten track: streams that arrive together, request after request, and the rows they stand at and count in.

A sender repeats the same set of streams at every flush. So where the points of a request stand, and where they count,
is looked up once; the next request of the same set moves and counts with a dozen array operations, on views where the
rows lie side by side. A track only takes what is plainly right (all points newer, none fell, none late or ahead, every
count the sum of its buckets); anything else it leaves, untouched, to the long way, whose result it must equal.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from driftline.processors.observations import BucketPoints, StreamKind
from driftline.processors.pipeline.entries import Block
from driftline.processors.pipeline.links import Increments, PaneSink, Sink
from driftline.processors.pipeline.validity import MOST
from driftline.processors.windows.positions import risen
from driftline.processors.windows.rows import Span, span_of

Rows = NDArray[np.int64]
MOST_POINTS = 1 << 18
"""Points of all tracks that are kept, about 60 bytes each."""


@dataclass(frozen=True, slots=True)
class Goal:
    """Where points count: `rows` of one sink."""

    sink: Sink
    rows: Rows
    span: Span | None
    """The same rows, when each is there once and all points of the track count in them; else None."""
    points: Rows
    """The points of the track that count in them, (k,)."""


class Track:
    """One set of incarnations of one block.

    Args:
        block: their block.
        streams: their numbers, (n,).
        rows: where they stand in the block's positions, (n,), each once.
        slots: their slots in the block's links, (n,).
    """

    __slots__ = ("_changes", "_goals", "_rows", "_slots", "block", "size", "streams")

    def __init__(self, block: Block, streams: Rows, rows: Rows, slots: Rows) -> None:
        self.block, self.size = block, len(rows)
        self.streams: Span = span_of(streams)
        self._rows: Span = span_of(rows)
        self._changes = block.changes
        self._goals = [_goal(link.sink, column) for link in block.links.values() for column in link.columns(slots)]

    @property
    def holds(self) -> bool:
        """Whether the rows are still those of the streams."""
        return self._changes == self.block.changes

    def move(self, points: BucketPoints, now_ns: int, late_before_ns: int) -> int | None:
        """Count points of exactly these incarnations, in this order.

        Returns:
            The newest time of the points when all of them counted; None when nothing was done.
        """
        positions, rows, times = self.block.positions, self._rows, points.time_ns
        earliest = latest = times.item(0)
        if times.tobytes() == times[:1].tobytes() * self.size:
            newer = earliest > np.maximum.reduce(positions.time_ns[rows])
        else:
            earliest, latest = int(np.minimum.reduce(times)), int(np.maximum.reduce(times))
            newer = (times > positions.time_ns[rows]).all()
        if points.values.shape[1] != self.block.buckets:
            return None
        if not newer or earliest < late_before_ns or latest > now_ns + self.block.every_ns or positions.bases:
            return None
        increments = points.values - positions.values[rows]
        if not self._valid(points, increments):
            return None
        self._count(points, increments, (earliest, latest), now_ns)
        positions.values[rows] = points.values
        positions.time_ns[rows], positions.totals[rows] = times, points.total
        return latest

    def _valid(self, points: BucketPoints, increments: NDArray[Any]) -> bool:
        if self.block.kind is StreamKind.SUM:  # what is not a number is neither over 0 nor under the most
            return bool(
                np.minimum.reduce(increments, axis=None) >= 0 and np.maximum.reduce(points.values, axis=None) <= MOST
            )
        # Below zero reads as huge when unsigned, so this finds a bucket that fell, too.
        if np.maximum.reduce(increments.view(np.uint64), axis=None) > MOST or np.maximum.reduce(points.count) > MOST:
            return False
        return bool(np.add.reduce(points.values, axis=1).tobytes() == points.count.tobytes())

    def _count(self, points: BucketPoints, increments: NDArray[Any], between: tuple[int, int], now_ns: int) -> None:
        added = self._added(points, increments)
        moved = None if np.count_nonzero(added) == self.size else added != 0
        if moved is not None and not moved.any():
            return
        for goal in self._goals:
            sink = goal.sink
            if goal.span is not None and isinstance(sink, PaneSink) and sink.takes(*between):
                sink.cells.add_open(goal.span, increments, moved, now_ns=now_ns)
            else:
                self._add(goal, points, increments, moved, now_ns)

    def _added(self, points: BucketPoints, increments: NDArray[Any]) -> NDArray[Any]:
        """How many observations each point added, (n,)."""
        if self.block.kind is StreamKind.SUM:
            return increments[:, 0]
        counts, rows = self.block.positions.counts, self._rows
        added: NDArray[Any] = points.count - counts[rows]
        counts[rows] = points.count
        return added

    def _add(
        self,
        goal: Goal,
        points: BucketPoints,
        increments: NDArray[Any],
        moved: NDArray[np.bool_] | None,
        now_ns: int,
    ) -> None:
        """The general case: some points only, rows that repeat, panes that are not open, totals."""
        which, rows = goal.points, goal.rows
        if moved is not None:
            which, rows = which[moved[which]], rows[moved[which]]
        if len(which):
            totals = risen(points.total[which], self.block.positions.totals[self._rows][which])
            goal.sink.add(rows, Increments(points.time_ns[which], increments[which], totals, now_ns))


class Tracks:
    """Tracks by the streams and starts of a request's points, within a limit; those walked longest ago go first."""

    def __init__(self) -> None:
        self._tracks: OrderedDict[bytes, Track] = OrderedDict()
        self._points = 0

    def find(self, points: BucketPoints) -> Track | None:
        """The track of these points."""
        key = _key(points)
        track = self._tracks.get(key)
        if track is None or track.holds:
            return track
        self._points -= self._tracks.pop(key).size
        return None

    def keep(self, points: BucketPoints, block: Block, rows: Rows, slots: Rows) -> None:
        """Remember where these points stood, each in a row of its own."""
        if self.find(points) or len(rows) > MOST_POINTS // 16 or len(np.unique(rows)) < len(rows):
            return
        self._tracks[_key(points)] = Track(block, points.streams, rows, slots)
        self._points += len(rows)
        while self._points > MOST_POINTS:
            _, oldest = self._tracks.popitem(last=False)
            self._points -= oldest.size


def _key(points: BucketPoints) -> bytes:
    return points.streams.tobytes() + points.start_ns.tobytes()


def _goal(sink: Sink, column: Rows) -> Goal:
    """The goal of the points whose rows a column of a link says; -1: none."""
    points = np.flatnonzero(column >= 0)
    rows = column[points]
    whole = len(rows) == len(column) == len(np.unique(rows))
    return Goal(sink, rows, span_of(rows) if whole else None, points)
