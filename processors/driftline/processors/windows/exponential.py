"""Counts in base-2 exponential buckets, as OTLP's exponential histograms hold them.

Bucket i of scale s covers (2^(i 2^-s), 2^((i+1) 2^-s)]. Scale s-1 has exactly the pairs of scale s as its buckets, so
bringing two histograms to the coarser of their scales is exact: every observation stays in a bucket that holds it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]

MAX_BUCKETS = 320
"""Buckets kept on each side of zero; a wider histogram is downscaled until it fits."""
SCALES = range(-10, 21)
"""The scales OTLP senders use. -10 holds every double in two buckets, 20 has a relative width of 7e-7."""
_EXPONENT_LIMIT = 1100  # no double lies beyond 2^+-1075


class ScaleError(ValueError):
    """A scale or an offset that no real number needs: refused before anything is allocated for it."""


def _none() -> Counts:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class ExponentialCounts:
    """Observations in exponential buckets. A monoid: `ExponentialCounts()` is its zero, `merge` its sum.

    Args:
        scale: resolution, -10 to 20. The zero of the monoid has the finest, which any merge coarsens.
        zero: observations in the zero bucket.
        positive_offset: index of the first entry of `positive`.
        positive: counts of the buckets above zero, int64, (P,).
        negative_offset: index of the first entry of `negative`.
        negative: counts of the buckets below zero by absolute value, int64, (N,).

    >>> one = ExponentialCounts(scale=1, positive_offset=2, positive=np.array([1, 2]))
    >>> two = ExponentialCounts(scale=0, positive_offset=1, positive=np.array([4]))
    >>> both = one.merge(two)
    >>> both.scale, both.positive_offset, both.positive.tolist(), both.count
    (0, 1, [7], 7)

    Source: OpenTelemetry metrics data model, "ExponentialHistogram".
    """

    scale: int = SCALES[-1]
    zero: int = 0
    positive_offset: int = 0
    positive: Counts = field(default_factory=_none)
    negative_offset: int = 0
    negative: Counts = field(default_factory=_none)

    def same_layout(self, other: ExponentialCounts) -> bool:
        """Whether both have the same scale and the same buckets, so that their arrays add up as they are."""
        return (
            self.scale == other.scale
            and len(self.positive) == len(other.positive)
            and len(self.negative) == len(other.negative)
            and (self.positive_offset == other.positive_offset or not len(self.positive))
            and (self.negative_offset == other.negative_offset or not len(self.negative))
        )

    def holding(self, zero: int, positive: Counts, negative: Counts) -> ExponentialCounts:
        """The same buckets with other counts."""
        return ExponentialCounts(self.scale, zero, self.positive_offset, positive, self.negative_offset, negative)

    @property
    def empty(self) -> bool:
        """Whether there is no observation in it."""
        return not (self.zero or np.count_nonzero(self.positive) or np.count_nonzero(self.negative))

    @property
    def count(self) -> int:
        """Observations in all buckets."""
        return self.zero + int(np.add.reduce(self.positive)) + int(np.add.reduce(self.negative))

    @classmethod
    def read(
        cls,
        *,
        scale: int,
        zero: int,
        positive_offset: int,
        positive: Counts,
        negative_offset: int,
        negative: Counts,
        most: int = MAX_BUCKETS,
    ) -> ExponentialCounts:
        """A sender's histogram, trimmed of empty ends and downscaled until each side fits `most` buckets.

        Raises:
            ScaleError: the scale is not within -10 to 20, or an occupied bucket lies where no double does.
        """
        if scale not in SCALES:
            raise ScaleError(f"exponential scale {scale} is not within {SCALES[0]} to {SCALES[-1]}: lower it")
        up_offset, up = _trim(positive_offset, positive)
        down_offset, down = _trim(negative_offset, negative)
        furthest = max(abs(up_offset), abs(up_offset + len(up)), abs(down_offset), abs(down_offset + len(down)))
        if furthest > math.ldexp(_EXPONENT_LIMIT, scale) + 2:
            raise ScaleError(f"exponential bucket {furthest} of scale {scale} holds no double: check the offset")
        return cls(scale, zero, up_offset, up, down_offset, down).fit(most)

    def fit(self, most: int = MAX_BUCKETS) -> ExponentialCounts:
        """The same observations, downscaled until neither side has more than `most` buckets (at least 2)."""
        steps = max(
            _steps(self.positive_offset, len(self.positive), most),
            _steps(self.negative_offset, len(self.negative), most),
        )
        return self.downscale(self.scale - steps) if steps else self

    def downscale(self, scale: int) -> ExponentialCounts:
        """The same observations at a coarser scale; exact, as every new bucket is 2^k whole old ones.

        Raises:
            ScaleError: `scale` is finer than the present one; buckets are never split.
        """
        if scale == self.scale:
            return self
        if scale > self.scale:
            raise ScaleError(f"cannot bring scale {self.scale} to the finer {scale}: a bucket is never split")
        steps = self.scale - scale
        up_offset, up = _halve(self.positive_offset, self.positive, steps)
        down_offset, down = _halve(self.negative_offset, self.negative, steps)
        return ExponentialCounts(scale, self.zero, up_offset, up, down_offset, down)

    def update(self, increments: ExponentialCounts) -> ExponentialCounts:
        """Add increments; the same as `merge`, under the name every statistic of a window has."""
        return self.merge(increments)

    def merge(self, other: ExponentialCounts) -> ExponentialCounts:
        """The observations of both, at the coarser of both scales, and coarser still where they would not fit.

        Only occupied buckets are laid out: the span is computed, and downscaled, before anything is allocated.
        """
        if self.same_layout(other):
            return other.holding(self.zero + other.zero, self.positive + other.positive, self.negative + other.negative)
        one, two = self._aligned(other)
        return ExponentialCounts(
            one.scale,
            one.zero + two.zero,
            *_add(one.positive_offset, one.positive, two.positive_offset, two.positive, sign=1),
            *_add(one.negative_offset, one.negative, two.negative_offset, two.negative, sign=1),
        )

    def revert(self, other: ExponentialCounts) -> ExponentialCounts:
        """Take away what was merged before. Counts may come out negative where `other` never was part of it."""
        one, two = self._aligned(other)
        return ExponentialCounts(
            one.scale,
            one.zero - two.zero,
            *_trim(*_add(one.positive_offset, one.positive, two.positive_offset, two.positive, sign=-1)),
            *_trim(*_add(one.negative_offset, one.negative, two.negative_offset, two.negative, sign=-1)),
        )

    def get(self) -> tuple[NDArray[np.float64], NDArray[np.float64], Counts]:
        """Occupied buckets in order, from the most negative to the most positive: lower ends, upper ends, counts."""
        up = np.flatnonzero(self.positive)
        down = np.flatnonzero(self.negative)[::-1]
        zero = np.zeros(1 if self.zero else 0)
        lower = np.concatenate(
            [-self._edge(self.negative_offset + down + 1), zero, self._edge(self.positive_offset + up)]
        )
        upper = np.concatenate(
            [-self._edge(self.negative_offset + down), zero, self._edge(self.positive_offset + up + 1)]
        )
        counts = np.concatenate([self.negative[down], zero.astype(np.int64) + self.zero, self.positive[up]])
        return lower, upper, counts

    @property
    def fell(self) -> bool:
        """True when a bucket holds less than nothing, as after reverting more than was there."""
        return self.zero < 0 or bool((self.positive < 0).any()) or bool((self.negative < 0).any())

    def _edge(self, index: NDArray[np.int64]) -> NDArray[np.float64]:
        with np.errstate(over="ignore"):
            return np.exp2(np.ldexp(index.astype(np.float64), -self.scale))

    def _aligned(self, other: ExponentialCounts) -> tuple[ExponentialCounts, ExponentialCounts]:
        scale = min(self.scale, other.scale)
        one, two = self.downscale(scale), other.downscale(scale)
        steps = max(
            _common_steps(one.positive_offset, one.positive, two.positive_offset, two.positive),
            _common_steps(one.negative_offset, one.negative, two.negative_offset, two.negative),
        )
        return one.downscale(scale - steps), two.downscale(scale - steps)


def _trim(offset: int, counts: Counts) -> tuple[int, Counts]:
    occupied = np.flatnonzero(counts)
    if not len(occupied):
        return 0, _none()
    first, last = int(occupied[0]), int(occupied[-1])
    return int(offset) + first, np.ascontiguousarray(counts[first : last + 1], dtype=np.int64)


def _steps(offset: int, length: int, most: int) -> int:
    steps = 0
    first, last = offset, offset + length - 1
    while last - first >= most:
        first, last, steps = first >> 1, last >> 1, steps + 1
    return steps


def _common_steps(offset: int, counts: Counts, other_offset: int, other: Counts) -> int:
    if not len(counts) or not len(other):
        return 0
    first = min(offset, other_offset)
    return _steps(first, max(offset + len(counts), other_offset + len(other)) - first, MAX_BUCKETS)


def _halve(offset: int, counts: Counts, steps: int) -> tuple[int, Counts]:
    if not len(counts):
        return 0, counts
    first = offset >> steps
    into = ((offset + np.arange(len(counts), dtype=np.int64)) >> steps) - first
    halved = np.zeros(int(into[-1]) + 1, dtype=np.int64)
    np.add.at(halved, into, counts)
    return first, halved


def _add(offset: int, counts: Counts, other_offset: int, other: Counts, *, sign: int) -> tuple[int, Counts]:
    if not len(other):
        return offset, counts
    if not len(counts):
        return other_offset, other if sign > 0 else -other
    first = min(offset, other_offset)
    both = np.zeros(max(offset + len(counts), other_offset + len(other)) - first, dtype=np.int64)
    both[offset - first : offset - first + len(counts)] = counts
    both[other_offset - first : other_offset - first + len(other)] += sign * other
    return first, both
