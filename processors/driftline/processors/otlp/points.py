"""Points that were parsed one by one, as the pipeline takes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from driftline.processors.observations import BucketPoints, ExponentialPoints
from driftline.processors.otlp.streams import Code

_NONE = np.zeros(0, dtype=np.int64)


def parsed_columns(size: int, points: Sequence[tuple[Code, Any]]) -> BucketPoints:
    """Parsed histogram points with `size` bucket counts, or parsed sums (`size` below 0), as columns."""
    parsed = [point for _, point in points]
    values: Any
    if size < 0:
        values = np.array([[getattr(point, point.WhichOneof("value") or "as_double")] for point in parsed], dtype=float)
        count, total = np.zeros(len(parsed), dtype=np.int64), np.full(len(parsed), np.nan)
    else:
        count = _signed([point.count for point in parsed])
        total = np.array([point.sum if point.HasField("sum") else np.nan for point in parsed])
        # Without bucket counts a histogram is one bucket that holds everything.
        values = _signed([point.buckets[:] for point in parsed]) if size else count.reshape(-1, 1).copy()
    return BucketPoints(
        streams=np.array([code for code, _ in points], dtype=np.int64),
        start_ns=_signed([point.start for point in parsed]),
        time_ns=_signed([point.time for point in parsed]),
        values=values,
        count=count,
        total=total,
    )


def exponential_columns(points: Sequence[tuple[Code, Any]]) -> ExponentialPoints:
    """Parsed exponential points as columns."""
    streams: list[int] = []
    counts: list[int] = []
    layout: list[int] = []
    buckets: list[int] = []
    for code, point in points:
        above, below = point.positive, point.negative
        up, down = above.counts[:], below.counts[:]
        streams.append(code)
        counts += (point.start, point.time, point.count, point.zero)
        layout += (point.scale, above.offset, len(up), below.offset, len(down))
        buckets += up
        buckets += down
    return ExponentialPoints(
        streams, _signed(counts).reshape(-1, 4), np.array(layout, dtype=np.int64).reshape(-1, 5), _signed(buckets)
    )


def _signed(numbers: Sequence[Any]) -> Any:
    """Unsigned 64-bit numbers as int64: one of 2^63 or more becomes negative, and is refused for that."""
    if not numbers:
        return _NONE
    return np.array(numbers, dtype=np.uint64).view(np.int64)
