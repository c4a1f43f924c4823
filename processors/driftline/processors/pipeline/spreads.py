"""Exponential points: moved one by one, as their buckets have no common layout."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from driftline.processors.findings import Identity
from driftline.processors.observations import ExponentialPoint, Reason, Tally
from driftline.processors.pipeline.entries import Entry, Standing
from driftline.processors.pipeline.thresholds import exponential_events
from driftline.processors.pipeline.totals import Totals, exponential_durations
from driftline.processors.pipeline.validity import DAY_NS, MOST, refuse_time
from driftline.processors.windows import ExponentialCounts, Panes, ScaleError, Spread

ExponentialSink = Callable[[int, ExponentialCounts, int], None]


class Streams(Protocol):
    """What this needs of the registry."""

    def entry(self, number: int) -> Entry | None: ...
    def is_base(self, entry: Entry, start_ns: int) -> bool: ...
    def see(self, number: int, now_ns: int) -> None: ...
    def see_all(self, numbers: NDArray[np.int64], now_ns: int) -> None: ...


def spread_into(panes: Panes, spread: Spread) -> ExponentialSink:
    """Counts into the panes of one field."""
    every = panes.spec.every_ns

    def add(time_ns: int, counts: ExponentialCounts, now_ns: int) -> None:
        spread.last_ns = now_ns
        spread.add(counts, pane=panes.pane_at(now_ns if time_ns > now_ns + every else time_ns))

    return add


def durations_into(totals: Totals, place: tuple[Identity, str]) -> ExponentialSink:
    """Counts into the durations of one identity; exponential points carry no sum here, so seconds stay as they are."""

    def add(_time_ns: int, counts: ExponentialCounts, now_ns: int) -> None:
        totals.add_durations(place, exponential_durations(counts), 0.0, now_ns)

    return add


def events_into(totals: Totals, place: tuple[Identity, str], largest: float) -> ExponentialSink:
    """Counts into the events of one objective."""

    def add(_time_ns: int, counts: ExponentialCounts, now_ns: int) -> None:
        totals.add_events(place, *exponential_events(counts, largest), now_ns)

    return add


def fold_exponentials(
    streams: Streams, points: Sequence[ExponentialPoint], now_ns: int, lateness_ns: int, tally: Tally
) -> None:
    """Count points; the order they came in decides nothing."""
    for point in sorted(points, key=lambda point: (point.stream, point.time_ns, -point.count)):
        entry = streams.entry(point.stream)
        if entry is None:
            tally.ignored += 1
            continue
        increment = _go_on(entry, point, now_ns, lateness_ns) or _long_way(streams, entry, point, now_ns, lateness_ns)
        if isinstance(increment, Reason):
            tally.reject(increment)
            continue
        streams.see(entry.id, now_ns)
        tally.accepted += 1
        tally.ahead += point.time_ns > now_ns + entry.block.every_ns
        if not increment.empty:
            for sink in entry.exponential:
                sink(point.time_ns, increment, now_ns)


def _go_on(entry: Entry, point: ExponentialPoint, now_ns: int, lateness_ns: int) -> ExponentialCounts | None:
    """The increment of a point with the buckets of the last one, which is in time and fell nowhere; else None.

    It is what the long way finds, at a fraction of its cost: nothing is trimmed, aligned or laid out.
    """
    standing = entry.standings.get(point.start_ns)
    if standing is None or standing.counts is None or not standing.time_ns < point.time_ns <= now_ns + DAY_NS:
        return None
    counts = ExponentialCounts(
        point.scale, point.zero, point.positive_offset, point.positive, point.negative_offset, point.negative
    )
    before = standing.counts
    if point.time_ns < now_ns - lateness_ns or point.count > MOST or not counts.same_layout(before):
        return None
    zero = point.zero - before.zero
    up, down = point.positive - before.positive, point.negative - before.negative
    # Below zero reads as huge when unsigned.
    if zero < 0 or np.maximum.reduce(up.view(np.uint64), initial=0) > MOST:
        return None
    if len(down) and np.maximum.reduce(down.view(np.uint64)) > MOST:
        return None
    if counts.count != point.count:
        return None
    standing.counts, standing.time_ns = counts, point.time_ns
    return counts.holding(zero, up, down)


def _long_way(
    streams: Streams, entry: Entry, point: ExponentialPoint, now_ns: int, lateness_ns: int
) -> ExponentialCounts | Reason:
    counts = _read(point, now_ns)
    if isinstance(counts, Reason):
        return counts
    return _advance(streams, entry, point, counts, now_ns - lateness_ns)


def _read(point: ExponentialPoint, now_ns: int) -> ExponentialCounts | Reason:
    reason = refuse_time(point.start_ns, point.time_ns, now_ns)
    if reason is not None:
        return reason
    sides = point.positive, point.negative
    if point.zero < 0 or point.count < 0 or any((side < 0).any() for side in sides):
        return Reason.NEGATIVE_COUNT
    if point.zero > MOST or any((side > MOST).any() for side in sides):
        return Reason.UNSUPPORTED
    if point.zero + sum(int(side.sum()) for side in sides) != point.count:
        return Reason.COUNT_MISMATCH
    try:
        return ExponentialCounts.read(
            scale=point.scale,
            zero=point.zero,
            positive_offset=point.positive_offset,
            positive=point.positive,
            negative_offset=point.negative_offset,
            negative=point.negative,
        )
    except ScaleError:
        return Reason.SCALE_OUT_OF_RANGE


def _advance(
    streams: Streams, entry: Entry, point: ExponentialPoint, counts: ExponentialCounts, late_before_ns: int
) -> ExponentialCounts | Reason:
    if entry.deltas is not None:
        return entry.deltas.count(point.start_ns, point.time_ns, late_before_ns=late_before_ns) or counts
    standing = entry.standings.get(point.start_ns)
    if standing is None:
        if not entry.make_room(late_before_ns):
            return Reason.OVER_LIMIT
        standing = Standing(None, base=streams.is_base(entry, point.start_ns))
        entry.standings[point.start_ns] = standing
    return _move(standing, point, counts, late_before_ns)


def _move(
    standing: Standing, point: ExponentialPoint, counts: ExponentialCounts, late_before_ns: int
) -> ExponentialCounts | Reason:
    if point.time_ns <= standing.time_ns:
        return Reason.DUPLICATE if point.time_ns == standing.time_ns else Reason.OUT_OF_ORDER
    if point.time_ns < late_before_ns:
        return Reason.LATE
    before = standing.counts
    if before is None:
        increment = ExponentialCounts() if standing.base else counts
    else:
        increment = counts.revert(before)
        increment = counts if increment.fell else increment
    standing.counts, standing.time_ns = counts, point.time_ns
    return increment
