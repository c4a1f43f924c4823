"""Which points and streams are refused, and why."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from driftline.processors.observations import BucketPoints, Reason, Stream, StreamKind, Tally
from driftline.processors.windows import Part, Target

DAY_NS = 86_400 * 1_000_000_000
MOST = 1 << 53
"""The largest count a double holds exactly; what claims more is no count of anything."""
_KINDS = {
    Part.DISTRIBUTION: {StreamKind.HISTOGRAM, StreamKind.EXPONENTIAL},
    Part.DURATIONS: {StreamKind.HISTOGRAM, StreamKind.EXPONENTIAL},
    Part.EVENTS: {StreamKind.HISTOGRAM, StreamKind.EXPONENTIAL},
    Part.CATEGORY: {StreamKind.SUM},
    Part.DEFECT: {StreamKind.SUM},
    Part.PREDICTIONS: {StreamKind.SUM},
}


def refuse_stream(stream: Stream, targets: Sequence[Target]) -> Reason | None:
    """Why no point of a stream can count; None when they can.

    >>> bad = Stream("m", "", StreamKind.HISTOGRAM, True, False, "", {}, {}, bounds=(2.0, 1.0))
    >>> refuse_stream(bad, ())
    <Reason.BOUNDS_NOT_ASCENDING: 'bounds_not_ascending'>
    """
    if not all(map(math.isfinite, stream.bounds)):
        return Reason.BOUNDS_NOT_ASCENDING
    if any(lower >= upper for lower, upper in zip(stream.bounds, stream.bounds[1:], strict=False)):
        return Reason.BOUNDS_NOT_ASCENDING
    if any(stream.kind not in _KINDS[target.part] for target in targets):
        return Reason.UNSUPPORTED
    if stream.kind is StreamKind.SUM and not stream.monotonic:
        return Reason.UNSUPPORTED
    return None


def refuse_time(start_ns: int, time_ns: int, now_ns: int) -> Reason | None:
    """Why a point's times are refused. Times past 2262 wrap to below zero in int64: they are ahead, too."""
    if time_ns == 0:
        return Reason.TIME_ZERO
    if time_ns < 0 or start_ns < 0 or time_ns > now_ns + DAY_NS:
        return Reason.TOO_FAR_AHEAD
    return None


def refuse_points(points: BucketPoints, kind: StreamKind, now_ns: int, tally: Tally) -> BucketPoints:
    """The points that may count; the others are rejected in `tally`, each with the first reason that holds."""
    times = (points.time_ns <= 0) | (points.time_ns > now_ns + DAY_NS) | (points.start_ns < 0)
    if kind is StreamKind.SUM:
        values = ~((points.values >= 0) & (points.values <= MOST)).all(axis=1)
    else:
        # Below zero reads as huge when unsigned: one pass finds both.
        values = (points.values.view(np.uint64) > MOST).any(axis=1)
        values |= points.values.sum(axis=1) != points.count
    bad = np.asarray(times | values)
    if not bad.any():
        return points
    for at in np.flatnonzero(bad).tolist():
        tally.reject(_reason(points, at, kind, now_ns))
    return take(points, ~bad)


def take(points: BucketPoints, which: NDArray[np.bool_] | NDArray[np.int64]) -> BucketPoints:
    """The points under a mask, or at indices."""
    return BucketPoints(
        points.streams[which],
        points.start_ns[which],
        points.time_ns[which],
        points.values[which],
        points.count[which],
        points.total[which],
    )


def _reason(points: BucketPoints, at: int, kind: StreamKind, now_ns: int) -> Reason:
    time = refuse_time(int(points.start_ns[at]), int(points.time_ns[at]), now_ns)
    if time is not None:
        return time
    values = points.values[at]
    if not np.isfinite(values).all():
        return Reason.VALUE_NOT_FINITE
    if (values < 0).any() or points.count[at] < 0:
        return Reason.NEGATIVE_COUNT
    if (values > MOST).any():
        return Reason.UNSUPPORTED
    return Reason.UNSUPPORTED if kind is StreamKind.SUM else Reason.COUNT_MISMATCH
