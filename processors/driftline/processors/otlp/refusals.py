"""What is refused before it is counted: facts of a stream once a stream, the rest vectorised over points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from driftline.processors.observations import BucketPoints, ExponentialPoint, Reason, Tally
from driftline.processors.windows.exponential import SCALES

UNSPECIFIED, DELTA, CUMULATIVE = 0, 1, 2
"""OTLP's aggregation temporalities."""
_LATEST_NS = (1 << 63) - 1
_INDEX_LIMIT = 1 << 31

_Flags = NDArray[np.bool_]


def refuse_bounds(bounds: Sequence[float], buckets: int) -> Reason | None:
    """Whether bucket bounds can be used: finite, ascending, one fewer than the buckets.

    A histogram without any bucket counts and bounds is one bucket that holds everything.

    >>> refuse_bounds((1.0, 2.0), buckets=3) is None
    True
    >>> str(refuse_bounds((2.0, 1.0), buckets=3)), str(refuse_bounds((1.0,), buckets=3))
    ('bounds_not_ascending', 'buckets_do_not_match_bounds')
    """
    if any(not math.isfinite(bound) for bound in bounds):
        return Reason.BOUNDS_NOT_ASCENDING
    if any(left >= right for left, right in pairwise(bounds)):
        return Reason.BOUNDS_NOT_ASCENDING
    if buckets != len(bounds) + 1 and (buckets or bounds):
        return Reason.BUCKETS_DO_NOT_MATCH_BOUNDS
    return None


def refuse_temporality(temporality: int) -> Reason | None:
    """Only delta and cumulative can be counted; a request without either does not say what its numbers mean."""
    return None if temporality in (DELTA, CUMULATIVE) else Reason.TEMPORALITY_UNSPECIFIED


def refuse_exponential(point: ExponentialPoint) -> Reason | None:
    """What is wrong with one exponential point, checked before anything is laid out for it.

    Source: OpenTelemetry metrics data model, "Exponential Scale"; the same range of scales as the windows hold.
    """
    if (reason := _refuse_times(point.start_ns, point.time_ns)) is not None:
        return reason
    sides = ((point.positive_offset, point.positive), (point.negative_offset, point.negative))
    if point.scale not in SCALES or any(not _fits(offset, counts) for offset, counts in sides):
        return Reason.SCALE_OUT_OF_RANGE
    if min(point.count, point.zero) < 0 or any((counts < 0).any() for _, counts in sides):
        return Reason.NEGATIVE_COUNT
    held = point.zero + sum(sum(counts.tolist()) for _, counts in sides)  # Python's sum: int64 could wrap around
    return Reason.COUNT_MISMATCH if held != point.count else None


def _fits(offset: int, counts: NDArray[np.int64]) -> bool:
    return offset > -_INDEX_LIMIT and offset + len(counts) < _INDEX_LIMIT


def _refuse_times(start_ns: int, time_ns: int) -> Reason | None:
    if time_ns == 0:
        return Reason.TIME_ZERO
    if not 0 <= start_ns <= _LATEST_NS or not 0 < time_ns <= _LATEST_NS:
        return Reason.TOO_FAR_AHEAD
    return None


def keep_good(points: BucketPoints, tally: Tally) -> BucketPoints | None:
    """The points that can be counted; the others go into the tally with their reason.

    Args:
        points: columns of n points. Counts and times are the wire's unsigned numbers seen as int64, so that one of
            2^63 or more is negative here.
        tally: receives the refusals; a point has one reason, the first that holds.

    Returns:
        The same object when all are good, None when none is.

    Cost: three passes over the values; nothing a point.
    """
    reasons = _reasons(points)
    if not reasons:
        return points
    bad = np.zeros(len(points.streams), dtype=np.bool_)
    for reason, flags in reasons:
        tally.reject(reason, int((flags & ~bad).sum()))
        bad |= flags
    return None if bad.all() else _take(points, ~bad)


def _reasons(points: BucketPoints) -> list[tuple[Reason, _Flags]]:
    found: list[tuple[Reason, _Flags]] = []
    if points.time_ns.min() <= 0 or points.start_ns.min() < 0:
        found.append((Reason.TIME_ZERO, points.time_ns == 0))
        found.append((Reason.TOO_FAR_AHEAD, (points.time_ns < 0) | (points.start_ns < 0)))
    if points.values.dtype == np.float64:
        finite = np.isfinite(points.values).all(axis=1)
        return found if finite.all() else [*found, (Reason.VALUE_NOT_FINITE, np.asarray(~finite))]
    return found + _refuse_counts(points)


def _refuse_counts(points: BucketPoints) -> list[tuple[Reason, _Flags]]:
    values = points.values.view(np.int64)
    every_bit = int(np.bitwise_or.reduce(values, axis=None))  # its sign and its size bound those of every count
    if 0 <= every_bit <= _LATEST_NS // values.shape[1]:
        matches = values.sum(axis=1) == points.count
        return [] if matches.all() else [*_negative(points), (Reason.COUNT_MISMATCH, ~matches)]
    exact = np.array([sum(row) for row in values.tolist()], dtype=object)  # int64 sums could wrap around
    return [*_negative(points), (Reason.COUNT_MISMATCH, np.asarray(exact != points.count, dtype=np.bool_))]


def _negative(points: BucketPoints) -> list[tuple[Reason, _Flags]]:
    negative = np.asarray((points.values < 0).any(axis=1) | (points.count < 0), dtype=np.bool_)
    return [(Reason.NEGATIVE_COUNT, negative)]


def _take(points: BucketPoints, keep: _Flags) -> BucketPoints:
    return BucketPoints(
        streams=points.streams[keep],
        start_ns=points.start_ns[keep],
        time_ns=points.time_ns[keep],
        values=points.values[keep],
        count=points.count[keep],
        total=points.total[keep],
    )
