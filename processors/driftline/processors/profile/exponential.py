"""Base-2 exponential histograms of both signs, made from values.

Bucket i of scale s holds (2^(i / 2^s), 2^((i + 1) / 2^s)], by absolute value on the negative side. Every index is first
taken at the finest scale and shifted from there, so that a histogram does not depend on the order, or the portions, in
which its values came.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SCALE_MAX = 20
"""The finest scale, as in the OpenTelemetry SDKs: a relative width of 7e-7."""
BUCKETS = 160
"""Buckets a side; the scale is as fine as they allow."""


@dataclass(frozen=True, slots=True)
class Side:
    """Counts of one sign. `counts[i]` belongs to bucket `offset + i`; its first and last are not zero."""

    offset: int
    counts: NDArray[np.int64]

    def coarser(self, steps: int) -> Side:
        """The same counts `steps` scales coarser: pairs of buckets become one, exactly."""
        if steps == 0 or not len(self.counts):
            return self
        index = (np.arange(len(self.counts)) + self.offset) >> steps
        offset = int(index[0])
        return Side(offset, _added(index - offset, self.counts))

    def merge(self, other: Side) -> Side:
        """Both together, at one scale."""
        if not len(self.counts) or not len(other.counts):
            return self if len(self.counts) else other
        offset = min(self.offset, other.offset)
        end = max(self.offset + len(self.counts), other.offset + len(other.counts))
        counts = np.zeros(end - offset, dtype=np.int64)
        for side in (self, other):
            counts[side.offset - offset : side.offset - offset + len(side.counts)] += side.counts
        return Side(offset, counts)


NOTHING = Side(0, np.zeros(0, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class Exponential:
    """A histogram over the whole line. A monoid: `Exponential()` is its zero, `merge` its sum."""

    scale: int = SCALE_MAX
    zero: int = 0
    positive: Side = NOTHING
    negative: Side = NOTHING

    @classmethod
    def of(cls, values: NDArray[np.float64]) -> Exponential:
        """Histogram of finite values, (n,), at the finest scale that `BUCKETS` a side allow.

        >>> Exponential.of(np.array([-1.0, 0.0, 1.0, 2.0, 1000.0])).scale
        3
        """
        positive = _indices(values[values > 0])
        negative = _indices(-values[values < 0])
        steps = max(_wide(positive), _wide(negative))
        zero = len(values) - len(positive) - len(negative)
        return cls(SCALE_MAX - steps, zero, _side(positive >> steps), _side(negative >> steps))

    @property
    def count(self) -> int:
        return self.zero + int(self.positive.counts.sum()) + int(self.negative.counts.sum())

    def merge(self, other: Exponential) -> Exponential:
        """Both together, at the finest scale that holds them in `BUCKETS` a side."""
        scale = min(self.scale, other.scale)
        ours, theirs = self.at(scale), other.at(scale)
        steps = max(_apart(ours.positive, theirs.positive), _apart(ours.negative, theirs.negative))
        ours, theirs = ours.at(scale - steps), theirs.at(scale - steps)
        return Exponential(
            scale - steps,
            self.zero + other.zero,
            ours.positive.merge(theirs.positive),
            ours.negative.merge(theirs.negative),
        )

    def at(self, scale: int) -> Exponential:
        """The same histogram at a scale as coarse as its own or coarser."""
        steps = self.scale - scale
        return Exponential(scale, self.zero, self.positive.coarser(steps), self.negative.coarser(steps))


def _indices(magnitudes: NDArray[np.float64]) -> NDArray[np.int64]:
    """Bucket of each positive value at the finest scale. Powers of two, the only bounds a double can hit, are exact."""
    mantissa, exponent = np.frexp(magnitudes)
    within = np.ceil(np.log2(mantissa) * (1 << SCALE_MAX)).astype(np.int64)
    indices: NDArray[np.int64] = (exponent.astype(np.int64) << SCALE_MAX) + within - 1
    return indices


def _steps(low: int, high: int) -> int:
    """How many scales coarser the buckets from `low` to `high` must be to fit."""
    steps = 0
    while (high >> steps) - (low >> steps) >= BUCKETS:
        steps += 1
    return steps


def _apart(one: Side, other: Side) -> int:
    """How many scales coarser two sides must be to fit together; known before anything is laid out for them."""
    ends = [(side.offset, side.offset + len(side.counts) - 1) for side in (one, other) if len(side.counts)]
    return _steps(min(low for low, _ in ends), max(high for _, high in ends)) if ends else 0


def _wide(indices: NDArray[np.int64]) -> int:
    return _steps(int(indices.min()), int(indices.max())) if len(indices) else 0


def _side(indices: NDArray[np.int64]) -> Side:
    if not len(indices):
        return NOTHING
    offset = int(indices.min())
    return Side(offset, np.bincount(indices - offset).astype(np.int64))


def _added(index: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    added = np.zeros(int(index[-1]) + 1, dtype=np.int64)
    np.add.at(added, index, counts)
    return added
