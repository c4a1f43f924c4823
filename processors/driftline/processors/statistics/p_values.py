"""P-value of the two-sample chi-square statistic. Those of `psi` and `ks` come with their null tails."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from driftline.processors.statistics.distances import chi2

Counts = NDArray[np.int64]

_SMALLEST_EXPECTED = 5


def chi2_p_value(current: Counts, reference: Counts) -> float | None:
    """Chance of a chi-square statistic this large when nothing has changed.

    Buckets that expect fewer than 5 observations on either side are pooled into one, and that into the smallest other
    if it is still too small. None where fewer than two buckets are left: the question cannot be asked.

    Args:
        current: counts of the window, shape (B,).
        reference: counts of the reference, shape (B,).

    >>> round(chi2_p_value(np.array([30, 20]), np.array([20, 30])), 4)
    0.0455

    Source: Cochran (1954), doi:10.2307/3001616.
    """
    pooled = _pool(current, reference)
    if pooled.shape[1] < 2:
        return None
    return float(chdtrc(pooled.shape[1] - 1, chi2(pooled[0], pooled[1])))


def _pool(current: Counts, reference: Counts) -> Counts:
    """Both sides' counts, (2, at most B), every bucket with enough expected observations on the smaller side."""
    total = current + reference
    sides = np.stack([current, reference])[:, total > 0]
    expected = total[total > 0] * min(current.sum(), reference.sum()) / total.sum()
    enough = expected >= _SMALLEST_EXPECTED
    if enough.all():
        return sides
    kept, rest = sides[:, enough], sides[:, ~enough].sum(axis=1)
    if kept.shape[1] == 0 or expected[~enough].sum() >= _SMALLEST_EXPECTED:
        return np.column_stack([kept, rest])
    kept[:, int(np.argmin(kept.sum(axis=0)))] += rest
    return kept
