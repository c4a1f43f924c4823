"""Distances between two counted distributions.

Each takes the counts of the window and of the reference over the same B buckets (last axis; leading axes broadcast, so
one call serves every field of a model) and returns one number per leading index. None of them knows a name, a limit or
a clock. Both sides must hold at least one observation: the caller turns "nothing counted" into a status.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64] | NDArray[np.float64]
Floats = NDArray[np.float64]


def shares(counts: Counts) -> Floats:
    """Counts divided by their sum, shape (..., B).

    >>> shares(np.array([1, 3])).tolist()
    [0.25, 0.75]
    """
    values = np.asarray(counts, dtype=np.float64)
    return np.asarray(values / values.sum(axis=-1, keepdims=True))


def smoothed_shares(counts: Counts) -> Floats:
    """Half-count smoothed shares, `(c + 0.5) / (n + 0.5 B)`, shape (..., B): none is zero.

    >>> smoothed_shares(np.array([0, 3])).tolist()
    [0.125, 0.875]

    Source: Jeffreys' prior for multinomial shares, doi:10.1098/rspa.1946.0056.
    """
    return shares(np.asarray(counts, dtype=np.float64) + 0.5)


def cumulative(counts: Counts) -> Floats:
    """Cumulative shares at the B - 1 inner edges; a quotient of integers, so equal counts give a gap of exactly 0.

    >>> cumulative(np.array([1, 2, 1])).tolist()
    [0.25, 0.75]
    """
    totals = np.cumsum(np.asarray(counts, dtype=np.float64), axis=-1)
    return np.asarray(totals[..., :-1] / totals[..., -1:])


def psi(current: Counts, reference: Counts) -> Floats:
    """Population stability index, `sum((p - q) ln(p / q))` of half-count smoothed shares.

    Args:
        current: counts of the window, shape (..., B).
        reference: counts of the reference, shape (..., B).

    Returns:
        Index in [0, inf), shape (...). Symmetric. The
        smoothing keeps it finite for buckets empty on one side; a bucket empty on both still counts in B.

    >>> float(psi(np.array([5, 5]), np.array([5, 5])))
    0.0
    >>> round(float(psi(np.array([0, 10]), np.array([5, 5]))), 4)
    1.3839

    Source: Jeffreys divergence, doi:10.1098/rspa.1946.0056; as PSI: Siddiqi, Credit Risk Scorecards (2006).
    """
    p, q = smoothed_shares(current), smoothed_shares(reference)
    return np.asarray(((p - q) * np.log(p / q)).sum(axis=-1))


def js(current: Counts, reference: Counts) -> Floats:
    """Jensen-Shannon distance to base 2: the root of the Jensen-Shannon divergence of the raw shares.

    Returns:
        Distance in [0, 1], shape (...): 0 for equal shares, 1 for disjoint ones. Symmetric.

    >>> float(js(np.array([4, 0]), np.array([0, 9])))
    1.0

    Source: Endres and Schindelin (2003), doi:10.1109/TIT.2003.813506.
    """
    p, q = shares(current), shares(reference)
    middle = (p + q) / 2
    divergence = (_relative_entropy(p, middle) + _relative_entropy(q, middle)) / 2
    return np.asarray(np.sqrt(np.clip(divergence, 0.0, 1.0)))  # rounding can leave the range


def hellinger(current: Counts, reference: Counts) -> Floats:
    """Hellinger distance, `sqrt(1 - sum(sqrt(p q)))` of the raw shares.

    Returns:
        Distance in [0, 1], shape (...): 0 for equal shares, 1 for disjoint ones. Symmetric.

    >>> float(hellinger(np.array([4, 0]), np.array([0, 9])))
    1.0

    Source: Hellinger, J. reine angew. Math. 136 (1909), doi:10.1515/crll.1909.136.210.
    """
    difference = np.sqrt(shares(current)) - np.sqrt(shares(reference))  # this form is exactly 0 for equal shares
    return np.asarray(np.sqrt(np.clip((difference**2).sum(axis=-1) / 2, 0.0, 1.0)))


def tv(current: Counts, reference: Counts) -> Floats:
    """Total variation, `sum(|p - q|) / 2` of the raw shares: the share of observations that would have to move.

    Returns:
        Distance in [0, 1], shape (...). Symmetric.

    >>> float(tv(np.array([1, 1]), np.array([1, 3])))
    0.25

    Source: Levin, Peres and Wilmer, Markov Chains and Mixing Times (2009), section 4.1.
    """
    return np.asarray(np.minimum(np.abs(shares(current) - shares(reference)).sum(axis=-1) / 2, 1.0))


def ks(current: Counts, reference: Counts) -> Floats:
    """Kolmogorov-Smirnov distance at the bucket edges: the largest gap between the two cumulative shares.

    For ordered buckets only. Never above the distance of the unbinned samples.

    Returns:
        Distance in [0, 1], shape (...). Symmetric.

    >>> float(ks(np.array([3, 1]), np.array([1, 3])))
    0.5

    Source: Smirnov (1948), doi:10.1214/aoms/1177730256.
    """
    gaps = np.abs(cumulative(current) - cumulative(reference))
    return np.asarray(gaps.max(axis=-1))


def wasserstein(current: Counts, reference: Counts, bounds: Floats, scale: Floats | float) -> Floats:
    """Wasserstein-1 distance between the first and the last bound, in units of `scale`.

    The integral of |F - G|, both cumulative shares taken as linear between bounds.

    Args:
        current: counts of the window, shape (..., B).
        reference: counts of the reference, shape (..., B).
        bounds: the B - 1 ascending bounds, shape (..., B - 1), B >= 3.
        scale: standard deviation of the reference, positive, shape (...).

    Returns:
        Distance in [0, inf), shape (...).

    Error: what lies beyond the outer bounds is not seen. How far between them the result may be from the distance of
    the raw values, clipped to the outer bounds, says `bounds_of_error.wasserstein_error`.

    >>> float(wasserstein(np.array([0, 4, 0]), np.array([4, 0, 0]), np.array([0.0, 1.0]), 1.0))
    0.5

    Source: Vallender (1974), doi:10.1137/1118101.
    """
    gap = cumulative(current) - cumulative(reference)
    left, right = gap[..., :-1], gap[..., 1:]
    distance = (np.diff(bounds, axis=-1) * _mean_absolute(left, right)).sum(axis=-1)
    return np.asarray(distance / np.asarray(scale, dtype=np.float64))


def chi2(current: Counts, reference: Counts) -> Floats:
    """Two-sample chi-square statistic over all buckets.

    Returns:
        `sum((c sqrt(m / n) - r sqrt(n / m))^2 / (c + r))` in [0, n + m], shape (...); a bucket empty on both sides
        adds nothing. Symmetric. Equal to Pearson's statistic of the 2 x B table.

    >>> float(chi2(np.array([10, 0]), np.array([0, 10])))
    20.0

    Source: Pearson (1911), doi:10.1093/biomet/8.1-2.250.
    """
    c, r = np.asarray(current, dtype=np.float64), np.asarray(reference, dtype=np.float64)
    ratio = np.sqrt(r.sum(axis=-1, keepdims=True) / c.sum(axis=-1, keepdims=True))
    return np.asarray(((c * ratio - r / ratio) ** 2 / np.maximum(c + r, 1.0)).sum(axis=-1))


def _relative_entropy(p: Floats, middle: Floats) -> Floats:
    ratio = np.divide(p, middle, out=np.ones_like(middle), where=p > 0)
    return np.asarray((p * np.log2(ratio)).sum(axis=-1))


def _mean_absolute(left: Floats, right: Floats) -> Floats:
    """Mean of |x| along the straight line from `left` to `right`."""
    span = np.abs(left) + np.abs(right)
    crossing = (left**2 + right**2) / np.where(span > 0, 2 * span, 1.0)
    return np.asarray(np.where(left * right < 0, crossing, span / 2))
