"""Exponential streams that keep their buckets: moved and summed together, written into their windows later.

A sender repeats the same exponential streams at every flush, and most flushes change no layout. Such points are checked
and subtracted as one array, and what they add is gathered until somebody looks, a pane ends, or one of the streams does
anything else: then it is written to where the long way would have put it at once.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from driftline.processors.observations import ExponentialPoint, ExponentialPoints, Tally
from driftline.processors.pipeline.entries import Entry, Standing
from driftline.processors.pipeline.spreads import Streams, fold_exponentials
from driftline.processors.pipeline.validity import MOST
from driftline.processors.windows import ExponentialCounts

Numbers = NDArray[np.int64]
MOST_BUCKETS = 1 << 20
"""Buckets of all ledgers that are kept, about 24 bytes each."""
_FEWEST = 2
"""Streams worth a ledger."""
_TIME, _COUNT, _ZERO = 1, 2, 3
"""Columns of the counts of points."""


class Ledger:
    """One set of incarnations of exponential streams, all with one layout each.

    Args:
        entries: the streams.
        standings: where their incarnations stand: at `points`.
        points: the last points of all of them.
    """

    def __init__(self, entries: Sequence[Entry], standings: Sequence[Standing], points: ExponentialPoints) -> None:
        self._entries, self._standings = entries, standings
        self.streams = points.streams
        self._layout = points.layout
        self._counts, self._buckets = points.counts, points.buckets
        lengths = points.layout[:, 2] + points.layout[:, 4]
        self._ends = np.cumsum(lengths)
        self._filled = np.flatnonzero(lengths)
        self._starts = (self._ends - lengths)[self._filled]
        self._everys = {panes.spec.every_ns for entry in entries for panes, _ in entry.fields}
        self._soonest_ns = min(entry.block.every_ns for entry in entries)
        self._gathered: Numbers | None = None
        self._zeros: Numbers = np.zeros(len(entries), dtype=np.int64)
        self._heard_ns: Numbers = np.zeros(len(entries), dtype=np.int64)
        self._since_ns = 0  # a time in the panes that what was gathered counts in

    @property
    def size(self) -> int:
        """Buckets it holds."""
        return len(self._buckets) + len(self._entries)

    def move(self, points: ExponentialPoints, now_ns: int, late_before_ns: int) -> bool:
        """Count points of exactly these incarnations, in this order and these layouts; False: nothing was done."""
        times = points.counts[:, _TIME]
        earliest, latest = int(np.minimum.reduce(times)), int(np.maximum.reduce(times))
        if earliest < late_before_ns or latest > now_ns + self._soonest_ns or not self._newer(times):
            return False
        if any(earliest // every != latest // every for every in self._everys):
            return False
        moved = points.counts - self._counts
        added = points.buckets - self._buckets
        if not self._valid(points, moved, added):
            return False
        if self._gathered is not None and any(latest // every != self._since_ns // every for every in self._everys):
            self.settle()
        if self._gathered is None:
            self._since_ns = latest
        self._gather(moved, added, now_ns)
        self._counts, self._buckets = points.counts, points.buckets
        return True

    def settle(self) -> None:
        """Write down where the streams stand, and let count what was gathered."""
        if self._gathered is None:
            return
        gathered, zeros, heard, self._gathered = self._gathered, self._zeros, self._heard_ns.tolist(), None
        start = 0
        rows = zip(
            self._entries, self._standings, self._ends.tolist(), self._counts.tolist(), self._layout.tolist(),
            zeros.tolist(), heard, strict=True,
        )  # fmt: skip
        for entry, standing, end, (_, time_ns, _, zero), layout, new_zero, heard_ns in rows:
            standing.counts, standing.time_ns = _counts(zero, layout, self._buckets[start:end]), time_ns
            if heard_ns:
                increment = _counts(new_zero, layout, gathered[start:end])
                for sink in entry.exponential:
                    sink(self._since_ns, increment, heard_ns)
            start = end

    def _newer(self, times: Numbers) -> bool:
        return bool((times > self._counts[:, _TIME]).all())

    def _valid(self, points: ExponentialPoints, moved: Numbers, added: Numbers) -> bool:
        # Below zero reads as huge when unsigned.
        if np.maximum.reduce(added.view(np.uint64), initial=0) > MOST:
            return False
        if np.minimum.reduce(moved[:, _ZERO]) < 0 or np.maximum.reduce(points.counts[:, _COUNT]) > MOST:
            return False
        sums = points.counts[:, _ZERO].copy()
        sums[self._filled] += np.add.reduceat(points.buckets, self._starts) if len(self._starts) else 0
        return bool((sums == points.counts[:, _COUNT]).all())

    def _gather(self, moved: Numbers, added: Numbers, now_ns: int) -> None:
        heard = np.where(moved[:, _COUNT] != 0, now_ns, 0)
        if self._gathered is None:
            self._gathered, self._zeros, self._heard_ns = added, moved[:, _ZERO], heard
        else:
            self._gathered += added
            self._zeros = self._zeros + moved[:, _ZERO]
            np.maximum(self._heard_ns, heard, out=self._heard_ns)


class Ledgers:
    """Ledgers by the streams, starts and layouts of a request's exponential points. A stream is in one at most."""

    def __init__(self) -> None:
        self._ledgers: dict[bytes, Ledger] = {}
        self._keys: dict[int, bytes] = {}
        self._buckets = 0

    def fold(
        self,
        streams: Streams,
        points: Sequence[ExponentialPoint],
        now_ns: int,
        lateness_ns: int,
        tally: Tally,
    ) -> None:
        """Count points as `fold_exponentials` does."""
        key = _key(points) if isinstance(points, ExponentialPoints) else b""
        ledger = self._ledgers.get(key)
        if ledger is not None and ledger.move(points, now_ns, now_ns - lateness_ns):  # type: ignore[arg-type]  # its key is that of columns
            streams.see_all(ledger.streams, now_ns)
            tally.accepted += len(points)
            return
        numbers = points.streams.tolist() if isinstance(points, ExponentialPoints) else [p.stream for p in points]
        for number in numbers:
            self._dissolve(self._keys.get(number))
        fold_exponentials(streams, points, now_ns, lateness_ns, tally)
        if isinstance(points, ExponentialPoints) and len(points) >= _FEWEST:
            self._keep(key, streams, points)

    def settle(self) -> None:
        """Write everything down: before anybody looks at windows or at where streams stand."""
        for ledger in self._ledgers.values():
            ledger.settle()

    def close(self) -> None:
        """Write everything down and begin anew: before streams are forgotten."""
        self.settle()
        self._ledgers.clear()
        self._keys.clear()
        self._buckets = 0

    def _dissolve(self, key: bytes | None) -> None:
        ledger = None if key is None else self._ledgers.pop(key, None)
        if ledger is not None:
            ledger.settle()
            self._buckets -= ledger.size
            for number in ledger.streams.tolist():
                del self._keys[number]

    def _keep(self, key: bytes, streams: Streams, points: ExponentialPoints) -> None:
        entries, standings = [], []
        for point in points:
            entry = streams.entry(point.stream)
            standing = None if entry is None else entry.standings.get(point.start_ns)
            if entry is None or standing is None or not _stands_at(standing, point):
                return
            entries.append(entry)
            standings.append(standing)
        if len(set(points.streams.tolist())) < len(points):
            return
        ledger = Ledger(entries, standings, points)
        while self._ledgers and self._buckets + ledger.size > MOST_BUCKETS:
            self._dissolve(next(iter(self._ledgers)))
        self._ledgers[key] = ledger
        self._buckets += ledger.size
        self._keys.update(dict.fromkeys(points.streams.tolist(), key))


def _stands_at(standing: Standing, point: ExponentialPoint) -> bool:
    """Whether an incarnation stands at a point, with its very buckets: nothing trimmed, nothing downscaled."""
    counts = standing.counts
    return (
        counts is not None
        and standing.time_ns == point.time_ns
        and (counts.scale, counts.positive_offset, counts.negative_offset)
        == (point.scale, point.positive_offset, point.negative_offset)
        and counts.zero == point.zero
        and np.array_equal(counts.positive, point.positive)
        and np.array_equal(counts.negative, point.negative)
    )


def _counts(zero: int, layout: Sequence[int], buckets: Numbers) -> ExponentialCounts:
    scale, up_offset, up, down_offset, _ = layout
    return ExponentialCounts(scale, zero, up_offset, buckets[:up], down_offset, buckets[up:])


def _key(points: ExponentialPoints) -> bytes:
    return points.streams.tobytes() + points.counts[:, 0].tobytes() + points.layout.tobytes()
