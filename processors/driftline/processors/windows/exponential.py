"""Counts in base-2 exponential buckets, as OTLP's exponential histograms hold them.

Bucket i of scale s covers (2^(i 2^-s), 2^((i+1) 2^-s)]. Scale s-1 has exactly the pairs of scale s as its buckets, so
bringing two histograms to the coarser of their scales is exact: every observation stays in a bucket that holds it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]

MAX_BUCKETS = 320
"""Buckets kept on each side of zero; a wider histogram is downscaled until it fits."""
SCALES = range(-10, 21)
"""The scales OTLP senders use. -10 holds every double in two buckets, 20 has a relative width of 7e-7."""
_INDEX_LIMIT = 1 << 31


class ScaleOutOfRange(ValueError):
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

    @property
    def count(self) -> int:
        """Observations in all buckets."""
        return self.zero + int(self.positive.sum()) + int(self.negative.sum())
