"""The two sides of one field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Pair:
    """One field's window and reference on common buckets.

    Args:
        current: counts of the window, int64, shape (B,).
        reference: counts of the reference, int64, shape (B,), at least one observation.
        ordered: True for numeric fields, whose buckets have an order (`ks`, `wasserstein`); False for categories.
        bounds: the B - 1 bounds between ordered buckets, float64; None leaves `wasserstein` out.
        scale: standard deviation of the reference; None or 0 leaves `wasserstein` out.
        decides: False for a field that is shown and never alarms: no limit, no part in the correction.
        minimum_effect: floors of this field's limits by statistic, over those the judge is given.
        minimum_observations: with fewer in the window the field is not judged; None takes the judge's.
        overlap: share of the window that the next look sees again, in [0, 1); 0: every look is a new window.
        reference_overlap: share of the reference that the next look compares with again, in [0, 1]; 1: it stays.
        dispersion: by deciding statistic, variance of the shares over that of independent rows, 1 or more: the null is
            that of sizes divided by it. Scores are those of the counts as they are. Absent: 1.
        unnamed: the last bucket holds all categories that the reference has no name for.
    """

    current: NDArray[np.int64]
    reference: NDArray[np.int64]
    ordered: bool
    bounds: NDArray[np.float64] | None = None
    scale: float | None = None
    decides: bool = True
    minimum_effect: Mapping[str, float] | None = None
    minimum_observations: int | None = None
    overlap: float = 0.0
    reference_overlap: float = 1.0
    dispersion: Mapping[str, float] | None = None
    unnamed: bool = False
