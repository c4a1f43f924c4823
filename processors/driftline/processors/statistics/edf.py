"""Distances between two cumulative shares that look at every edge, not at the widest gap alone.

For ordered buckets. Values of one bucket are ties: none of these sees inside a bucket.
"""

from __future__ import annotations

import numpy as np

from driftline.processors.statistics.distances import Counts, Floats, cumulative


def cvm(current: Counts, reference: Counts) -> Floats:
    """Two-sample Cramer-von Mises statistic: the squared gap of the cumulative shares, averaged over all values.

    Args:
        current: counts of the window, sum n, shape (..., B).
        reference: counts of the reference, sum m, shape (..., B).

    Returns:
        `n m / (n + m)` times the integral of (F - G)^2 over the pooled shares, each bucket taken at the mean of its two
        edges, in [0, n m / (n + m)], shape (...). Symmetric, also under a reversal of the buckets. Near 1/6 on average
        when nothing has changed and buckets are many. Without ties it is the statistic of the raw values.

    >>> round(float(cvm(np.array([3, 1]), np.array([1, 3]))), 4)
    0.25

    Source: Anderson (1962), doi:10.1214/aoms/1177704477; weights of ties: Lockhart, Spinelli and Stephens (2007),
    doi:10.1002/cjs.5550350111.
    """
    gap = cumulative(current) - cumulative(reference)
    n, m = (np.asarray(side, dtype=np.float64).sum(axis=-1) for side in (current, reference))
    pooled = np.asarray(current, dtype=np.float64) + reference
    weight = (pooled[..., :-1] + pooled[..., 1:]) / 2
    return np.asarray((weight * gap**2).sum(axis=-1) * n * m / (n + m) ** 2)


def ad(current: Counts, reference: Counts) -> Floats:
    """Two-sample Anderson-Darling statistic at mid-ranks: like `cvm`, the tails weighted up to where all edges count
    alike.

    Returns:
        `A^2` of Scholz and Stephens, equation 7 with k = 2, not standardised, in [0, inf), shape (...). Near 1 on
        average when nothing has changed and buckets are many; 0 where one bucket holds everything. Symmetric.

    >>> round(float(ad(np.array([3, 1]), np.array([1, 3]))), 4)
    1.75

    Source: Scholz and Stephens (1987), doi:10.1080/01621459.1987.10478517.
    """
    c, r = np.asarray(current, dtype=np.float64), np.asarray(reference, dtype=np.float64)
    n, m = c.sum(axis=-1, keepdims=True), r.sum(axis=-1, keepdims=True)
    pooled = c + r
    left = np.cumsum(pooled, axis=-1) - pooled
    right = n + m - left - pooled
    gap = (np.cumsum(c, axis=-1) - c / 2) / n - (np.cumsum(r, axis=-1) - r / 2) / m
    spread = left * right + (left + right) * pooled / 4  # B (N - B) - N l / 4 of the source, without cancellation
    terms = np.divide(pooled * gap**2, spread, out=np.zeros_like(spread), where=spread * pooled > 0)
    return np.asarray(terms.sum(axis=-1) * ((n + m - 1) * n * m / (n + m))[..., 0])


def kuiper(current: Counts, reference: Counts) -> Floats:
    """Kuiper distance at the bucket edges: the largest gap up plus the largest gap down of the cumulative shares.

    As sensitive in the tails as in the middle; the same wherever a circular scale (hours, angles) is cut. Never above
    the distance of the unbinned samples, never below `ks`, and never above twice `ks`.

    Returns:
        Distance in [0, 1], shape (...). Symmetric.

    >>> float(kuiper(np.array([1, 2, 1]), np.array([2, 0, 2])))
    0.5

    Source: Kuiper (1960), doi:10.1016/S1385-7258(60)50006-0.
    """
    gap = cumulative(current) - cumulative(reference)
    up, down = np.maximum(gap.max(axis=-1), 0.0), np.maximum(-gap.min(axis=-1), 0.0)
    return np.asarray(np.minimum(up + down, 1.0))
