"""Counts in base-2 exponential buckets, signed, cumulative, at the finest scale that fits.

Bucket i of scale s covers (2^(i 2^-s), 2^((i+1) 2^-s)]; scale s-1 has exactly the pairs of scale s as its buckets, so
coarsening keeps every value in a bucket that holds it.
"""

from __future__ import annotations

from decimal import Context, Decimal
from typing import Final

import numpy as np
from numpy.typing import NDArray

from driftline.instrumentation.recorder.histograms import Sorted, summed

MAX_SCALE: Final = 20
MAX_BUCKETS: Final = 160

_DOUBT: Final = 1e-9  # of a bucket: at scale 20 a double logarithm is wrong by less than 3e-10 of one
_EXACT: Final = Context(prec=60)


def bucket_indices(magnitudes: NDArray[np.float64], scale: int) -> NDArray[np.int64]:
    """The bucket of each magnitude, exactly: subnormal, huge, and on a bound (which belongs to the lower bucket).

    Args:
        magnitudes: finite doubles above 0, shape (n,).
        scale: at most 20; negative for buckets wider than an octave.

    >>> bucket_indices(np.array([0.5, 1.0, 1.5, 2.0, 5e-324]), 0).tolist()
    [-2, -1, 0, 0, -1075]
    >>> bucket_indices(np.array([2.0, 4.0, 4.1]), -1).tolist()
    [0, 0, 1]

    Source: OpenTelemetry metrics data model, "Exponential Buckets".
    """
    mantissas, exponents = np.frexp(magnitudes)
    octaves = exponents.astype(np.int64)
    if scale <= 0:
        return np.asarray((octaves - (mantissas == 0.5) - 1) >> -scale, dtype=np.int64)
    places = np.log2(mantissas) * float(1 << scale)
    indices = (octaves << scale) + np.ceil(places).astype(np.int64) - 1
    doubtful = np.flatnonzero((np.abs(places - np.rint(places)) < _DOUBT) & (mantissas != 0.5))
    for at in doubtful:
        indices[at] = _exact_index(float(mantissas[at]), int(octaves[at]), scale)
    return np.asarray(indices, dtype=np.int64)


def _exact_index(mantissa: float, octave: int, scale: int) -> int:
    """The index by 60 digits of logarithm: no double but a power of two lies that near a bound."""
    logarithm = _EXACT.divide(_EXACT.ln(Decimal(mantissa)), _EXACT.ln(Decimal(2)))
    place = _EXACT.multiply(logarithm, Decimal(1 << scale))
    return (octave << scale) + int(place.to_integral_value(rounding="ROUND_CEILING")) - 1


class Side:
    """Buckets above zero, or below it by magnitude: `counts[i]` belongs to bucket `offset + i`."""

    def __init__(self) -> None:
        self.offset = 0
        self.counts: NDArray[np.int64] = np.zeros(0, dtype=np.int64)

    def add(self, indices: NDArray[np.int64]) -> None:
        """Count ascending bucket indices."""
        low, high = int(indices[0]), int(indices[-1])
        self._reach(low, high)
        start = low - self.offset
        self.counts[start : start + high - low + 1] += np.bincount(indices - low)

    def coarsen(self, steps: int) -> None:
        """Halve the resolution `steps` times."""
        if not len(self.counts):
            return
        indices = (np.arange(len(self.counts)) + self.offset) >> steps
        self.offset = int(indices[0])
        starts = np.flatnonzero(np.diff(indices, prepend=self.offset - 1))
        self.counts = np.add.reduceat(self.counts, starts)

    def span(self, low: int, high: int) -> tuple[int, int]:
        """Lowest and highest bucket in use together with `low` to `high`."""
        if not len(self.counts):
            return low, high
        return min(low, self.offset), max(high, self.offset + len(self.counts) - 1)

    def _reach(self, low: int, high: int) -> None:
        low, high = self.span(low, high)
        if len(self.counts) == high - low + 1:
            return
        grown = np.zeros(high - low + 1, dtype=np.int64)
        if len(self.counts):
            start = self.offset - low
            grown[start : start + len(self.counts)] = self.counts
        self.offset, self.counts = low, grown


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
        ends = bucket_indices(magnitudes[[0, -1]], self.scale)
        low, high = side.span(int(ends[0]), int(ends[1]))
        steps = 0
        while (high >> steps) - (low >> steps) >= MAX_BUCKETS:
            steps += 1
        if steps:
            self.scale -= steps
            self.positive.coarsen(steps)
            self.negative.coarsen(steps)
        side.add(bucket_indices(magnitudes, self.scale))
