"""Panes of counts into a pipeline, as the cumulative points that a model server would have sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from driftline.processors.observations import (
    IGNORED,
    Batch,
    BucketPoints,
    ExponentialPoint,
    Reason,
    Stream,
    StreamId,
    StreamKind,
    Tally,
)
from driftline.processors.replay.freely_sent import FreelySent
from driftline.processors.replay.grid import Group, Pane
from driftline.processors.replay.layout import Layout, Slot
from driftline.processors.windows import Part
from driftline.semconv import attributes, metrics

SCOPE = "driftline.replay"


class Receives(Protocol):
    """The part of the pipeline that takes points."""

    def stream(self, stream: Stream) -> StreamId | Reason: ...
    def fold(self, batch: Batch, now_ns: int) -> Tally: ...


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose points these are.

    Args:
        resource: attributes of the model server but the version: the model's name, where it runs.
        start_ns: when every stream started.
    """

    resource: Mapping[str, str]
    start_ns: int

    def stream(self, group: Group, slot: Slot) -> Stream:
        """The stream that a slot of a group's counts goes out in."""
        named = {**dict(group.segments)}
        if slot.field:
            named |= {attributes.ML_FIELD_NAME: slot.field, attributes.ML_FIELD_ROLE: slot.role}
        if slot.part in _LABELS:
            named[_LABELS[slot.part]] = slot.label
        version = {} if group.version is None else {attributes.ML_MODEL_VERSION: group.version}
        name, unit, kind = _METRICS[slot.part]
        return Stream(
            name,
            unit,
            StreamKind.EXPONENTIAL if kind is StreamKind.HISTOGRAM and not slot.width else kind,
            monotonic=True,
            delta=False,
            scope=SCOPE,
            resource={**self.resource, **version},
            attributes=named,
            bounds=slot.bounds,
        )


_METRICS = {
    Part.DISTRIBUTION: (metrics.ML_FIELD_DISTRIBUTION, "", StreamKind.HISTOGRAM),
    Part.CATEGORY: (metrics.ML_FIELD_CATEGORIES, "{observation}", StreamKind.SUM),
    Part.DEFECT: (metrics.ML_FIELD_DEFECTS, "{observation}", StreamKind.SUM),
    Part.PREDICTIONS: (metrics.ML_PREDICTIONS, "{prediction}", StreamKind.SUM),
}
_LABELS = {Part.CATEGORY: attributes.ML_FIELD_CATEGORY, Part.DEFECT: attributes.ML_FIELD_DEFECT}
PREDICTIONS = Slot(0, 1, Part.PREDICTIONS, "", "")


@dataclass(slots=True)
class _Block:
    """Streams with the same kind and number of buckets: their numbers, and what they have counted so far, (n, B)."""

    kind: StreamKind
    streams: list[StreamId] = field(default_factory=list)
    values: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 1), dtype=np.int64))

    def open(self, stream: StreamId, width: int) -> int:
        """A row for a stream."""
        row = len(self.streams)
        if row == len(self.values):
            grown = np.zeros((max(64, 2 * row), width), dtype=np.int64)
            grown[:row] = self.values
            self.values = grown
        self.streams.append(stream)
        return row

    def points(self, start_ns: int, time_ns: int) -> BucketPoints:
        """A point of every stream."""
        count = len(self.streams)
        values = self.values[:count]
        summed = self.kind is StreamKind.SUM
        return BucketPoints(
            streams=np.array(self.streams, dtype=np.int64),
            start_ns=np.full(count, start_ns),
            time_ns=np.full(count, time_ns),
            values=values.astype(np.float64) if summed else values.copy(),
            count=np.zeros(count, dtype=np.int64) if summed else values.sum(axis=1),
            total=np.full(count, np.nan),
        )


@dataclass(slots=True)
class _Feeds:
    """Where the counts of one group go: for each block the places they are taken from and the rows they are added to.

    `dormant` are the slots of which nothing has been counted so far: a server sends no stream of them.
    """

    dormant: list[Slot]
    predictions: int
    waiting: NDArray[np.int64]
    """The places of all dormant slots."""
    taken: dict[tuple[StreamKind, int], tuple[NDArray[np.int64], NDArray[np.int64]]] = field(default_factory=dict)
    """Block to places, (n, B), and rows, (n,)."""


class Sending:
    """Sends panes to one pipeline, in order.

    Args:
        pipeline: what receives.
        sender: who sends.
        layout_of: by which layout a version's rows were counted.
    """

    def __init__(self, pipeline: Receives, sender: Sender, layout_of: Callable[[str | None], Layout]) -> None:
        self._pipeline, self._sender, self._layout_of = pipeline, sender, layout_of
        self._blocks: dict[tuple[StreamKind, int], _Block] = {}
        self._feeds: dict[Group, _Feeds] = {}
        self._free = FreelySent(sender.start_ns, self._number, self._row)
        self.refused: dict[Reason, int] = {}
        """Streams that the pipeline refused, by reason."""

    def send(self, pane: Pane, now_ns: int) -> None:
        """Send what a pane holds, as of `now_ns`."""
        exponentials: list[ExponentialPoint] = []
        for group, cell in pane.items():
            feeds = self._feeds.get(group) or self._feed(group)
            if len(feeds.waiting) and cell.counts[feeds.waiting].any():
                self._wake(group, feeds, cell.counts)
            for key, (places, rows) in feeds.taken.items():
                self._blocks[key].values[rows] += cell.counts[places]
            if feeds.predictions >= 0:
                self._blocks[_ONE].values[feeds.predictions, 0] += cell.rows
            for row, count in self._free.categories(group, cell.free):
                self._blocks[_ONE].values[row, 0] += count
            exponentials.extend(self._free.exponentials(group, cell.free, now_ns))
        blocks = [block.points(self._sender.start_ns, now_ns) for block in self._blocks.values() if block.streams]
        self._pipeline.fold(Batch(blocks, exponentials), now_ns)

    def _feed(self, group: Group) -> _Feeds:
        slots = [slot for column in self._layout_of(group.version).columns for slot in column.slots()]
        feeds = self._feeds[group] = _Feeds(slots, self._row(group, PREDICTIONS), _places(slots))
        return feeds

    def _wake(self, group: Group, feeds: _Feeds, counts: NDArray[np.int32]) -> None:
        awake = [slot for slot in feeds.dormant if counts[slot.start : slot.start + slot.width].any()]
        starts = {slot.start for slot in awake}
        feeds.dormant = [slot for slot in feeds.dormant if slot.start not in starts]
        feeds.waiting = _places(feeds.dormant)
        for slot in awake:
            row = self._row(group, slot)
            if row >= 0:
                _take(feeds, slot, row)

    def _row(self, group: Group, slot: Slot) -> int:
        """The row in its block; -1 when the pipeline does not want the stream."""
        number = self._number(group, slot)
        if number == IGNORED:
            return -1
        key = _key(slot)
        return self._blocks.setdefault(key, _Block(key[0])).open(number, slot.width)

    def _number(self, group: Group, slot: Slot) -> StreamId:
        answer = self._pipeline.stream(self._sender.stream(group, slot))
        if isinstance(answer, Reason):
            self.refused[answer] = self.refused.get(answer, 0) + 1
            return IGNORED
        return answer


_ONE = (StreamKind.SUM, 1)


def _key(slot: Slot) -> tuple[StreamKind, int]:
    return (StreamKind.HISTOGRAM if slot.part is Part.DISTRIBUTION else StreamKind.SUM), slot.width


def _take(feeds: _Feeds, slot: Slot, row: int) -> None:
    key, place = _key(slot), np.arange(slot.start, slot.start + slot.width)[None]
    if key not in feeds.taken:
        feeds.taken[key] = place, np.array([row])
        return
    places, rows = feeds.taken[key]
    feeds.taken[key] = np.concatenate([places, place]), np.append(rows, row)


def _places(slots: list[Slot]) -> NDArray[np.int64]:
    ranges = [np.arange(slot.start, slot.start + slot.width) for slot in slots]
    return np.concatenate(ranges) if ranges else np.zeros(0, dtype=np.int64)
