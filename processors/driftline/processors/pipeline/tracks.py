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


@dataclass(frozen=True, slots=True)
class Stand:
    """Rows in which incarnations of one block stand, each once."""

    block: Block
    rows: Span
    size: int

    def increments(self, points: BucketPoints, times: tuple[int, int], late_before_ns: int) -> NDArray[Any] | None:
        """What points of these incarnations, in this order, add, (n, B); None when not all of it is plainly right.

        Args:
            points: their points.
            times: the earliest and the latest of the points.
            late_before_ns: a point that is older is late.
        """
        positions, rows = self.block.positions, self.rows
        if points.values.shape[1] != self.block.buckets or positions.bases or times[0] < late_before_ns:
            return None
        if times[0] == times[1]:
            newer = times[0] > np.maximum.reduce(positions.time_ns[rows])
        else:
            newer = (points.time_ns > positions.time_ns[rows]).all()
        if not newer:
            return None
        increments = points.values - positions.values[rows]
        return increments if self._valid(points, increments) else None

    def _valid(self, points: BucketPoints, increments: NDArray[Any]) -> bool:
        if self.block.kind is StreamKind.SUM:  # what is not a number is neither over 0 nor under the most
            return bool(
                np.minimum.reduce(increments, axis=None) >= 0 and np.maximum.reduce(points.values, axis=None) <= MOST
            )
        # Below zero reads as huge when unsigned, so this finds a bucket that fell, too.
        if np.maximum.reduce(increments.view(np.uint64), axis=None) > MOST or np.maximum.reduce(points.count) > MOST:
            return False
        return bool(np.add.reduce(points.values, axis=1).tobytes() == points.count.tobytes())

    def added(self, points: BucketPoints, increments: NDArray[Any]) -> NDArray[Any]:
        """How many observations each point added, (n,)."""
        if self.block.kind is StreamKind.SUM:
            return increments[:, 0]
        added: NDArray[Any] = points.count - self.block.positions.counts[self.rows]
        return added

    def place(self, points: BucketPoints) -> None:
        """Let the incarnations stand at their points."""
        positions, rows = self.block.positions, self.rows
        positions.values[rows] = points.values
        positions.time_ns[rows], positions.totals[rows] = points.time_ns, points.total
        if self.block.kind is not StreamKind.SUM:
            positions.counts[rows] = points.count


class Track:
    """One set of incarnations of one block.

    Args:
        block: their block.
        streams: their numbers, (n,).
        rows: where they stand in the block's positions, (n,), each once.
        slots: their slots in the block's links, (n,).
    """

    __slots__ = ("_changes", "_goals", "block", "destination", "rows", "size", "stand", "streams")

    def __init__(self, block: Block, streams: Rows, rows: Rows, slots: Rows) -> None:
        self.block, self.size, self.rows = block, len(rows), rows
        self.streams: Span = span_of(streams)
        self.stand = Stand(block, span_of(rows), len(rows))
        self._changes = block.changes
        self._goals = [_goal(link.sink, column) for link in block.links.values() for column in link.columns(slots)]
        self.destination = tuple((id(goal.sink), goal.rows.tobytes(), goal.points.tobytes()) for goal in self._goals)
        """Equal for tracks whose points, one by one, count in the same rows."""

    def is_open(self, times: tuple[int, int]) -> bool:
        """Whether points of these times count in open panes and nowhere else, each point in one row of each."""
        return all(
            goal.span is not None and isinstance(goal.sink, PaneSink) and goal.sink.takes(*times)
            for goal in self._goals
        )

    @property
    def holds(self) -> bool:
        """Whether the rows are still those of the streams."""
        return self._changes == self.block.changes

    def move(self, points: BucketPoints, now_ns: int, late_before_ns: int) -> int | None:
        """Count points of exactly these incarnations, in this order.

        Returns:
            The newest time of the points when all of them counted; None when nothing was done.
        """
        times = span_of_times(points.time_ns)
        if times[1] > now_ns + self.block.every_ns:
            return None
        increments = self.stand.increments(points, times, late_before_ns)
        if increments is None:
            return None
        self.count(points, increments, self.stand.added(points, increments), times, now_ns)
        self.stand.place(points)
        return times[1]

    def count(
        self,
        points: BucketPoints,
        increments: NDArray[Any],
        added: NDArray[Any],
        times: tuple[int, int],
        now_ns: int,
    ) -> None:
        """Let increments (n, B) that are right, with their sums `added` (n,), count where they go."""
        moved = None if np.count_nonzero(added) == self.size else added != 0
        if moved is not None and not moved.any():
            return
        for goal in self._goals:
            sink = goal.sink
            if goal.span is not None and isinstance(sink, PaneSink) and sink.takes(*times):
                sink.cells.add_open(goal.span, increments, moved, now_ns=now_ns)
            else:
                self._add(goal, points, increments, moved, now_ns)

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
            totals = risen(points.total[which], self.block.positions.totals[self.rows[which]])
            goal.sink.add(rows, Increments(points.time_ns[which], increments[which], totals, now_ns))


def span_of_times(times: Rows) -> tuple[int, int]:
    """The earliest and the latest of some times, (n,) with n > 0; mostly they are one."""
    first = times.item(0)
    if times.tobytes() == times[:1].tobytes() * len(times):
        return first, first
    return int(np.minimum.reduce(times)), int(np.maximum.reduce(times))


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
