"""Counts in base-2 exponential buckets, signed, cumulative, at the finest scale that fits.

Bucket i of scale s covers (2^(i 2^-s), 2^((i+1) 2^-s)]; scale s-1 has exactly the pairs of scale s as its buckets, so
coarsening keeps every value in a bucket that holds it.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from driftline.instrumentation.recorder.histograms import Sorted, summed

MAX_SCALE: Final = 20
MAX_BUCKETS: Final = 160

_BITS: Final = 128


@lru_cache(maxsize=1)
def _roots() -> tuple[int, ...]:
    """2^(1/2^k) for k = 0 to 20, in units of 2^-128."""
    roots = [2 << _BITS]
    for _ in range(MAX_SCALE):
        roots.append(math.isqrt(roots[-1] << _BITS))
    return tuple(roots)


@lru_cache(maxsize=8192)
def _fraction(numerator: int, scale: int) -> int:
    """2^(numerator / 2^scale) for a numerator in [0, 2^scale), rounded down to 53 bits, in units of 2^-52."""
    product = 1 << _BITS
    for power, root in enumerate(_roots()[1 : scale + 1], start=1):
        if numerator >> (scale - power) & 1:
            product = product * root >> _BITS
    return product >> (_BITS - 52)


def upper_bound(index: int, scale: int) -> float:
    """The largest double in bucket `index`: no double lies between it and the bound 2^((index + 1) 2^-scale).

    Infinite above double range, 0 below it. The bound itself is irrational or a power of two, so that comparing
    with this double is exact; 128 bits of working precision decide its last bit.

    >>> upper_bound(0, 0), upper_bound(-1, 3), upper_bound(0, 1) ** 2 < 2, upper_bound(5000, 1)
    (2.0, 1.0, True, inf)

    Source: OpenTelemetry metrics data model, "Exponential Buckets".
    """
    octave, numerator = (index + 1 << -scale, 0) if scale <= 0 else divmod(index + 1, 1 << scale)
    if octave > 1023:
        return math.inf
    mantissa = _fraction(numerator, max(scale, 0))
    below_normal = max(-1022 - octave, 0)  # subnormals have fewer bits: cut them here, `ldexp` would round up
    return math.ldexp(mantissa >> below_normal, octave - 52 + below_normal)


def bucket_index(magnitude: float, scale: int) -> int:
    """The bucket of a finite double above 0, exactly; a bound belongs to the bucket below it.

    >>> [bucket_index(value, 0) for value in (0.5, 1.0, 1.5, 2.0, 5e-324)]
    [-2, -1, 0, 0, -1075]
    >>> [bucket_index(value, -1) for value in (2.0, 4.0, 4.1)]
    [0, 0, 1]
    """
    mantissa, octave = math.frexp(magnitude)
    if scale <= 0:
        return octave - (mantissa == 0.5) - 1 >> -scale
    index = (octave << scale) + math.ceil(math.ldexp(math.log2(mantissa), scale)) - 1
    while magnitude > upper_bound(index, scale):
        index += 1
    while magnitude <= upper_bound(index - 1, scale):
        index -= 1
    return index


class Side:
    """Buckets above zero, or below it by magnitude: `counts[i]` belongs to bucket `offset + i`."""

    def __init__(self) -> None:
        self.offset = 0
        self.counts: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self._bounds: NDArray[np.float64] = np.zeros(1)

    def holds(self, low: float, high: float) -> bool:
        """Whether both magnitudes lie in buckets that are counted already."""
        return bool(len(self.counts)) and low > self._bounds[0] and high <= self._bounds[-1]

    def add(self, magnitudes: NDArray[np.float64]) -> None:
        """Count ascending magnitudes that the buckets hold."""
        self.counts += np.diff(magnitudes.searchsorted(self._bounds, side="right"))

    def reach(self, low: int, high: int, scale: int) -> None:
        """Grow to hold buckets `low` to `high`."""
        low, high = self.span(low, high)
        grown = np.zeros(high - low + 1, dtype=np.int64)
        if len(self.counts):
            start = self.offset - low
            grown[start : start + len(self.counts)] = self.counts
        self.offset, self.counts = low, grown
        self._bounds = np.array([upper_bound(index, scale) for index in range(low - 1, high + 1)])

    def coarsen(self, steps: int, scale: int) -> None:
        """Halve the resolution `steps` times, to `scale`."""
        if not len(self.counts):
            return
        indices = (np.arange(len(self.counts)) + self.offset) >> steps
        starts = np.flatnonzero(np.diff(indices, prepend=indices[0] - 1))
        self.offset, self.counts = int(indices[0]), np.add.reduceat(self.counts, starts)
        self.reach(self.offset, self.offset, scale)

    def span(self, low: int, high: int) -> tuple[int, int]:
        """Lowest and highest bucket in use together with `low` to `high`."""
        if not len(self.counts):
            return low, high
        return min(low, self.offset), max(high, self.offset + len(self.counts) - 1)


class ExponentialTally:
    """How many values fell into each exponential bucket, at most 160 a side, from scale 20 downwards.

    >>> tally = ExponentialTally()
    >>> tally.add(np.array([-4.0, 0.0, 1.0, 1000.0]))
    >>> tally.scale, tally.zero, int(tally.positive.counts.sum()), int(tally.negative.counts.sum()), tally.total
    (3, 1, 2, 1, None)
    """

    def __init__(self) -> None:
        self.scale = MAX_SCALE
        self.zero = 0
        self.positive = Side()
        self.negative = Side()
        self.count = 0
        self.total: float | None = 0.0

    def add(self, values: Sorted) -> None:
        """Count finite values, sorted ascending, shape (n,)."""
        below, up_to = (int(place) for place in (values.searchsorted(0.0), values.searchsorted(0.0, side="right")))
        self.zero += up_to - below
        if up_to < len(values):
            self._add(self.positive, values[up_to:])
        if below:
            self._add(self.negative, -values[:below][::-1])
        self.count += len(values)
        self.total = summed(self.total, values)

    def _add(self, side: Side, magnitudes: NDArray[np.float64]) -> None:
        least, most = float(magnitudes[0]), float(magnitudes[-1])
        if not side.holds(least, most):
            self._make_room(side, bucket_index(least, self.scale), bucket_index(most, self.scale))
        side.add(magnitudes)

    def _make_room(self, side: Side, low: int, high: int) -> None:
        low, high = side.span(low, high)
        steps = 0
        while (high >> steps) - (low >> steps) >= MAX_BUCKETS:
            steps += 1
        if steps:
            self.scale -= steps
            for one in (self.positive, self.negative):
                one.coarsen(steps, self.scale)
        side.reach(low >> steps, high >> steps, self.scale)
