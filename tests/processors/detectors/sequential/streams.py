"""Streams that change once, cut into panes of counts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


def quantile_bounds(values: Floats, buckets: int) -> Floats:
    """Bounds that cut these values into buckets of equal size."""
    return np.unique(np.quantile(values, np.arange(1, buckets) / buckets))


def panes(values: Floats, bounds: Floats, size: int) -> Counts:
    """Counts of each run of `size` values, (P, B)."""
    whole = len(values) // size
    buckets, at = len(bounds) + 1, np.searchsorted(bounds, values[: whole * size], side="left")
    rows = np.repeat(np.arange(whole), size)
    return np.bincount(rows * buckets + at, minlength=whole * buckets).reshape(whole, buckets)
