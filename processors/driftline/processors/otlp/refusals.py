"""What is refused here, where the wire is known; times, counts and bounds are checked where points are folded."""

from __future__ import annotations

from collections.abc import Sequence

from driftline.processors.observations import Reason

UNSPECIFIED, DELTA, CUMULATIVE = 0, 1, 2
"""OTLP's aggregation temporalities."""
NO_RECORDED_VALUE = 1
"""Bit of a point's flags: the point stands for a gap and has no value."""


def refuse_layout(bounds: Sequence[float], buckets: int) -> Reason | None:
    """Whether there is one more bucket count than bounds.

    A histogram without any bucket counts and bounds is one bucket that holds everything.

    >>> refuse_layout((1.0, 2.0), buckets=3) is None, refuse_layout((), buckets=0) is None
    (True, True)
    >>> refuse_layout((1.0,), buckets=3)
    <Reason.BUCKETS_DO_NOT_MATCH_BOUNDS: 'buckets_do_not_match_bounds'>

    Source: opentelemetry-proto, HistogramDataPoint, `bucket_counts`.
    """
    if buckets == len(bounds) + 1 or not (buckets or bounds):
        return None
    return Reason.BUCKETS_DO_NOT_MATCH_BOUNDS


def refuse_temporality(temporality: int) -> Reason | None:
    """Only delta and cumulative can be counted; a metric without either does not say what its numbers mean."""
    return None if temporality in (DELTA, CUMULATIVE) else Reason.TEMPORALITY_UNSPECIFIED
