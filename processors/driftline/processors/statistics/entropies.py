"""Distances that stand on the logarithm of the ratio of two shares."""

from __future__ import annotations

import numpy as np

from driftline.processors.statistics.distances import Counts, Floats, psi


def kl(current: Counts, reference: Counts) -> Floats:
    """Symmetrised Kullback-Leibler divergence: the mean of both directions, of half-count smoothed shares, in nats.

    Args:
        current: counts of the window, shape (..., B).
        reference: counts of the reference, shape (..., B).

    Returns:
        Divergence in [0, inf), shape (...). Half of `psi`, exactly: PSI is the sum of the two directions.

    >>> round(float(kl(np.array([0, 10]), np.array([5, 5]))), 4)
    0.6919

    Source: Kullback and Leibler (1951), doi:10.1214/aoms/1177729694.
    """
    return psi(current, reference) / 2


def g(current: Counts, reference: Counts) -> Floats:
    """Two-sample G statistic over all buckets: twice the log likelihood ratio of two sets of shares against one.

    Returns:
        `2 sum(c ln(p / h) + r ln(q / h))` with raw shares p, q and shares h of both sides together, in [0, inf),
        shape (...); a bucket empty on both sides adds nothing. Symmetric.

    >>> round(float(g(np.array([10, 0]), np.array([0, 10]))), 4)
    27.7259

    Source: Wilks (1938), doi:10.1214/aoms/1177732360.
    """
    c, r = np.asarray(current, dtype=np.float64), np.asarray(reference, dtype=np.float64)
    n, m = c.sum(axis=-1, keepdims=True), r.sum(axis=-1, keepdims=True)
    pooled = (c + r) / (n + m)
    terms = _weighted_log(c, c / n, pooled) + _weighted_log(r, r / m, pooled)
    return np.asarray(np.maximum(2 * terms.sum(axis=-1), 0.0))  # rounding can leave the range


def _weighted_log(counts: Floats, own: Floats, pooled: Floats) -> Floats:
    ratio = np.divide(own, pooled, out=np.ones_like(pooled), where=counts > 0)
    return np.asarray(counts * np.log(ratio))
