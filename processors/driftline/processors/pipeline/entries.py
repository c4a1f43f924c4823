"""Streams the processor follows, and their canonical identity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from driftline.processors.findings import Identity
from driftline.processors.observations import Stream, StreamId, StreamKind
from driftline.processors.pipeline.links import Link, Sink
from driftline.processors.windows import Deltas, ExponentialCounts, Field, Panes, Positions
from driftline.processors.windows.positions import NEVER
from driftline.processors.windows.rows import Vacancies

INCARNATIONS = 8
"""Incarnations of one stream remembered beyond those that are alive."""
MOST_INCARNATIONS = 64

ExponentialSink = Callable[[int, ExponentialCounts, int], None]
"""Counts of (time_ns, increment, now_ns)."""


def stream_key(stream: Stream, *, layout: bool = True) -> bytes:
    """The canonical identity of a stream, 16 bytes: the order of attributes does not matter.

    Args:
        stream: metric, unit, kind, temporality, scope, attributes and resource are its identity.
        layout: include the bounds. Without, streams that are one accumulation under changing bounds share a key.
    """
    parts = [stream.metric, stream.unit, str(stream.kind), str(stream.monotonic), str(stream.delta), stream.scope]
    for mapping in (stream.attributes, stream.resource):
        parts.append(str(len(mapping)))
        parts.extend(text for pair in sorted(mapping.items()) for text in pair)
    if layout:
        parts.append(np.array(stream.bounds, dtype=np.float64).tobytes().hex())
    # With their lengths in front, no two lists of parts read the same.
    plain = f"{','.join(map(str, map(len, parts)))};{''.join(parts)}"
    return blake2b(plain.encode("utf-8", "surrogatepass"), digest_size=16).digest()


@dataclass(slots=True, eq=False)
class Standing:
    """Where one incarnation of an exponential stream stands; `counts` None: it has had no point."""

    counts: ExponentialCounts | None
    base: bool
    time_ns: int = NEVER


@dataclass(slots=True)
class Parked:
    """Where the incarnations of a stream stood: (start, time, values, total) each, standings, counted deltas."""

    rows: list[tuple[int, int, NDArray[Any], float]] = field(default_factory=list)
    standings: dict[int, Standing] = field(default_factory=dict)
    deltas: list[tuple[int, int]] = field(default_factory=list)
    forgotten_ns: int = -1

    @property
    def newest_ns(self) -> int:
        """The newest start that was counted."""
        return max([self.forgotten_ns, *self.standings, *(row[0] for row in self.rows)])


class Block:
    """Streams with the same number of buckets, kind and temporality."""

    def __init__(self, kind: StreamKind, buckets: int, *, delta: bool) -> None:
        self.kind, self.buckets, self.delta = kind, buckets, delta
        self.positions = Positions(buckets, np.dtype(np.float64 if kind is StreamKind.SUM else np.int64))
        self.links: dict[object, Link] = {}
        self.slots = Vacancies()
        self.every_ns = 1 << 62
        """The shortest pane anything here counts in: a point further ahead counts where it arrives."""
        self.changes = 0
        """Goes up when a row is no longer that of its stream, or its stream no longer counts alone."""
        self._leavers: list[int] = []

    def link(self, key: object, sink: Sink) -> Link:
        """The link to the sink that goes by `key`, made when it is new."""
        found = self.links.get(key)
        if found is None:
            found = self.links[key] = Link(sink)
        return found

    def leave(self, row: int) -> None:
        """Close a row once the request at hand, which may still hold it, is folded."""
        self.changes += 1
        self._leavers.append(row)

    def close_leavers(self) -> None:
        """Close the rows that left."""
        for row in self._leavers:
            self.positions.close(row)
        self._leavers.clear()


class Blocks:
    """Every block, by its number."""

    def __init__(self) -> None:
        self.all: list[Block] = []
        self._numbers: dict[tuple[StreamKind, int, bool], int] = {}

    def number(self, stream: Stream) -> int:
        """The number of the block that a stream belongs to, made when it is new."""
        buckets = len(stream.bounds) + 1 if stream.kind is StreamKind.HISTOGRAM else 1
        key = stream.kind, buckets, stream.delta
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.all)
            self.all.append(Block(stream.kind, buckets, delta=stream.delta))
        return number


@dataclass(slots=True, eq=False)
class Entry:
    """A stream that is followed: its incarnations, and what it feeds."""

    id: StreamId
    key: bytes
    owner: Identity
    declared: bool
    block: Block
    slot: int
    family: list[Entry]
    """Streams that differ only in their bounds, this one included: at most one of them counts at a time."""
    rows: dict[int, int] = field(default_factory=dict)
    """Start to the row of that incarnation, for streams with buckets."""
    standings: dict[int, Standing] = field(default_factory=dict)
    """Start to where that incarnation stands, for exponential streams."""
    deltas: Deltas | None = None
    forgotten_ns: int = -1
    """Incarnations that started up to here may have been counted before and forgotten: their first point is a base."""
    identities: list[Identity] = field(default_factory=list)
    fields: list[tuple[Panes, Field]] = field(default_factory=list)
    exponential: list[ExponentialSink] = field(default_factory=list)

    def make_room(self, late_before_ns: int) -> bool:
        """Forget incarnations whose points would be late by now, beyond a few; False when too many are alive."""
        alive = len(self.rows) + len(self.standings)
        if alive < INCARNATIONS:
            return True
        times = [(int(self.block.positions.time_ns[row]), start) for start, row in self.rows.items()]
        times += [(standing.time_ns, start) for start, standing in self.standings.items()]
        for time_ns, start in sorted(times)[: alive - INCARNATIONS + 1]:
            if NEVER < time_ns < late_before_ns:
                self._drop(start)
        return len(self.rows) + len(self.standings) < MOST_INCARNATIONS

    def park(self) -> Parked:
        """Where every incarnation stands."""
        positions = self.block.positions
        rows = [
            (start, int(positions.time_ns[row]), positions.values[row].copy(), float(positions.totals[row]))
            for start, row in self.rows.items()
            if positions.time_ns[row] != NEVER
        ]
        standings = {start: each for start, each in self.standings.items() if each.counts is not None}
        return Parked(rows, standings, self.deltas.dump() if self.deltas else [], self.forgotten_ns)

    def unpark(self, parked: Parked) -> None:
        """Go on from there."""
        for start_ns, time_ns, values, total in parked.rows:
            row = self.rows[start_ns] = self.block.positions.open(start_ns=start_ns, base=False)
            self.block.positions.place(row, time_ns, values, total)
        self.standings.update(parked.standings)
        if self.deltas is not None:
            self.deltas.load(parked.deltas)
        self.forgotten_ns = max(self.forgotten_ns, parked.forgotten_ns)

    def release(self) -> None:
        """Give back rows, slot and links."""
        for start in list(self.rows):
            self._drop(start)
        for link in self.block.links.values():
            link.disconnect(self.slot)
        self.block.slots.give_back(self.slot)
        self.family.remove(self)

    def _drop(self, start: int) -> None:
        self.forgotten_ns = max(self.forgotten_ns, start)
        self.standings.pop(start, None)
        row = self.rows.pop(start, None)
        if row is not None:
            self.block.leave(row)
