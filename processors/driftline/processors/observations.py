"""Observations: what passes from the wire (or from a table, or a replay) into the pipeline. Arrays, no protobuf.

A stream is described once, as a `Stream`, and answered with a number or a refusal; after that only its points travel,
as columns. That is what makes folding a request cost little more than parsing it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType, overload

import numpy as np
from numpy.typing import NDArray

StreamId = NewType("StreamId", int)
IGNORED = StreamId(-1)
"""The answer for a stream nobody monitors: its points are counted as not ours, and passed on when forwarding."""


class StreamKind(StrEnum):
    """The shape of a stream's points."""

    HISTOGRAM = "histogram"
    EXPONENTIAL = "exponential"
    SUM = "sum"


class Reason(StrEnum):
    """Why a point was not counted. The first group is refused (`partial_success`), the second silently not needed."""

    TOO_FAR_AHEAD = "too_far_ahead"
    TIME_ZERO = "time_zero"
    COUNT_MISMATCH = "count_mismatch"
    BOUNDS_NOT_ASCENDING = "bounds_not_ascending"
    BUCKETS_DO_NOT_MATCH_BOUNDS = "buckets_do_not_match_bounds"
    SCALE_OUT_OF_RANGE = "scale_out_of_range"
    VALUE_NOT_FINITE = "value_not_finite"
    NEGATIVE_COUNT = "negative_count"
    TEMPORALITY_UNSPECIFIED = "temporality_unspecified"
    OVER_LIMIT = "over_limit"
    UNSUPPORTED = "unsupported"

    NO_RECORDED_VALUE = "no_recorded_value"
    DUPLICATE = "duplicate"
    OUT_OF_ORDER = "out_of_order"
    LATE = "late"


REFUSED = frozenset(
    {
        Reason.TOO_FAR_AHEAD,
        Reason.TIME_ZERO,
        Reason.COUNT_MISMATCH,
        Reason.BOUNDS_NOT_ASCENDING,
        Reason.BUCKETS_DO_NOT_MATCH_BOUNDS,
        Reason.SCALE_OUT_OF_RANGE,
        Reason.VALUE_NOT_FINITE,
        Reason.NEGATIVE_COUNT,
        Reason.TEMPORALITY_UNSPECIFIED,
        Reason.OVER_LIMIT,
        Reason.UNSUPPORTED,
    }
)
"""Reasons the sender is told of, as rejected points. The others are not errors of the sender."""


@dataclass(frozen=True, slots=True)
class Stream:
    """What is known of a stream before its first point. Attribute values are text, as the contract compares them."""

    metric: str
    unit: str
    kind: StreamKind
    monotonic: bool
    delta: bool
    """True for delta temporality, False for cumulative."""
    scope: str
    resource: Mapping[str, str]
    attributes: Mapping[str, str]
    bounds: tuple[float, ...] = ()
    """Bucket bounds of a HISTOGRAM; empty for the other kinds."""


@dataclass(slots=True)
class BucketPoints:
    """Points of streams with the same number of buckets: histograms (B = bounds + 1), or sums (B = 1).

    Shapes: (n,) but `values`, (n, B). Times in nanoseconds since the epoch; `start_ns` 0 is unknown. `values` is int64
    for histograms, float64 for sums. `count` is what the point claims to hold (histograms; zeros for sums) and `total`
    its sum, NaN where unset.
    """

    streams: NDArray[np.int64]
    start_ns: NDArray[np.int64]
    time_ns: NDArray[np.int64]
    values: NDArray[np.int64] | NDArray[np.float64]
    count: NDArray[np.int64]
    total: NDArray[np.float64]

    def between(self, start: int, end: int) -> BucketPoints:
        """Points `start` to `end` as views."""
        return BucketPoints(
            self.streams[start:end],
            self.start_ns[start:end],
            self.time_ns[start:end],
            self.values[start:end],
            self.count[start:end],
            self.total[start:end],
        )


@dataclass(frozen=True, slots=True)
class ExponentialPoint:
    """One point of an exponential stream. Bucket i of `positive` covers (base^(offset+i), base^(offset+i+1)]."""

    stream: StreamId
    start_ns: int
    time_ns: int
    count: int
    scale: int
    zero: int
    positive_offset: int
    positive: NDArray[np.int64]
    negative_offset: int
    negative: NDArray[np.int64]


class ExponentialPoints(Sequence[ExponentialPoint]):
    """Exponential points as columns; as a sequence, the same points one by one.

    Args:
        streams: their numbers, (n,).
        counts: start, time, count and zero of each point, (n, 4).
        layout: scale, offset and length of the positive buckets, offset and length of the negative ones, (n, 5).
        buckets: of each point its positive, then its negative buckets, one point after the other, (sum of lengths,).

    >>> one = ExponentialPoints([3], [[0, 9, 5, 1]], [[2, -1, 2, 0, 0]], [1, 3])
    >>> one[0].stream, one[0].positive_offset, one[0].positive.tolist(), len(one[0].negative)
    (3, -1, [1, 3], 0)
    """

    def __init__(
        self,
        streams: NDArray[np.int64] | Sequence[int],
        counts: NDArray[np.int64] | Sequence[Sequence[int]],
        layout: Sequence[Sequence[int]] | NDArray[np.int64],
        buckets: NDArray[np.int64] | Sequence[int],
    ) -> None:
        self.streams: NDArray[np.int64] = np.asarray(streams, dtype=np.int64)
        self.counts: NDArray[np.int64] = np.asarray(counts, dtype=np.int64).reshape(-1, 4)
        self.layout: NDArray[np.int64] = np.asarray(layout, dtype=np.int64).reshape(-1, 5)
        self.buckets: NDArray[np.int64] = np.asarray(buckets, dtype=np.int64)

    def __len__(self) -> int:
        return len(self.streams)

    @overload
    def __getitem__(self, at: int, /) -> ExponentialPoint: ...
    @overload
    def __getitem__(self, at: slice, /) -> Sequence[ExponentialPoint]: ...
    def __getitem__(self, at: int | slice, /) -> ExponentialPoint | Sequence[ExponentialPoint]:
        return list(self)[at]

    def __iter__(self) -> Iterator[ExponentialPoint]:
        end = 0
        for stream, counts, layout in zip(
            self.streams.tolist(), self.counts.tolist(), self.layout.tolist(), strict=True
        ):
            (start_ns, time_ns, count, zero), (scale, up_offset, up, down_offset, down) = counts, layout
            start, middle, end = end, end + up, end + up + down
            yield ExponentialPoint(
                StreamId(stream), start_ns, time_ns, count, scale, zero,
                up_offset, self.buckets[start:middle], down_offset, self.buckets[middle:end],
            )  # fmt: skip


@dataclass(slots=True)
class Tally:
    """What became of points: how many were counted, how many were not and why. `merge` adds two."""

    accepted: int = 0
    ignored: int = 0
    """Points of streams nobody monitors."""
    rejected: dict[Reason, int] = field(default_factory=dict)
    ahead: int = 0
    """Accepted points whose time was ahead of our clock and that counted in the pane of their arrival."""

    def reject(self, reason: Reason, points: int = 1) -> None:
        if points:
            self.rejected[reason] = self.rejected.get(reason, 0) + points

    def merge(self, other: Tally) -> None:
        self.accepted += other.accepted
        self.ignored += other.ignored
        self.ahead += other.ahead
        for reason, points in other.rejected.items():
            self.reject(reason, points)

    @property
    def refused(self) -> int:
        """How many points the sender is told were rejected."""
        return sum(points for reason, points in self.rejected.items() if reason in REFUSED)


@dataclass(slots=True)
class Batch:
    """Everything countable of one request, as columns."""

    buckets: Sequence[BucketPoints] = ()
    exponentials: Sequence[ExponentialPoint] = ()
    epoch: int | None = None
    """The epoch whose stream numbers these are; None: whoever folds it has just asked for them."""

    @property
    def empty(self) -> bool:
        """Whether there is no point in it."""
        return not (self.buckets or self.exponentials)


@dataclass(frozen=True, slots=True)
class SampledRows:
    """Rows that travelled together, on one span.

    Args:
        named: attributes of the resource and of the span, as text.
        time_ns: when the span ended, nanoseconds since the epoch.
        columns: feature to its cells, all of one length: numbers, texts, vectors as arrays; None where missing.
        calls: of each row, the number of the call it came with; empty: all came with one.
        weight: how many predictions each row stands for.
        sampled: whether a recorder chose them of all its rows; else they are those of one call.
        predictions: what was predicted of each row, NaN where it is no number; empty: nobody said.
    """

    named: Mapping[str, str]
    time_ns: int
    columns: Mapping[str, Sequence[object]]
    calls: Sequence[int]
    weight: float
    sampled: bool
    predictions: Sequence[float] = ()


class StaleBatchError(Exception):
    """A batch names streams by the numbers of an earlier epoch, which others may go by now: decode the request again.

    Nothing of the batch was counted.
    """
