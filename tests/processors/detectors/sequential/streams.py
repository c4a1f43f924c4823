"""Streams that change once, cut into panes of counts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from driftline.processors.profile.bounds import choose_bounds
from driftline.processors.profile.sketch import Distinct

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


def profile_bounds(values: Floats, buckets: int) -> Floats:
    """The bounds a profile of these values has."""
    return choose_bounds(Distinct.of(values), buckets)


def panes(values: Floats, bounds: Floats, size: int) -> Counts:
    """Counts of each run of `size` values, (P, B)."""
    whole = len(values) // size
    buckets, at = len(bounds) + 1, np.searchsorted(bounds, values[: whole * size], side="left")
    rows = np.repeat(np.arange(whole), size)
    return np.bincount(rows * buckets + at, minlength=whole * buckets).reshape(whole, buckets)
