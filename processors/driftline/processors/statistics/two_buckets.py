"""Fields with two occupied buckets, exactly: the window's count of one of them decides everything.

Given the totals of both buckets, that count is hypergeometric, and every statistic is a function of it. Where few
counts are possible an approximation would be off by whole steps of probability; here the steps are summed.

Source: Fisher (1935), doi:10.2307/2342435, for conditioning on the totals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from driftline.processors.statistics import special

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

_REACH = 12
_HALVINGS = 20


@dataclass(frozen=True, slots=True)
class Outcomes:
    """All the windows chance can draw from two buckets: `windows` (K, 2) counts and their `probabilities` (K,)."""

    windows: Counts
    probabilities: Floats


def outcomes(totals: Counts, window: int) -> Outcomes:
    """Every split of the pool that gives the window `window` observations.

    Args:
        totals: observations of both sides in each of the two buckets, shape (2,).
        window: observations of the window, below the sum of `totals`.

    Splits more than 12 standard deviations (and 40 counts) from the mean are left out: less than 1e-15 together.

    >>> outcomes(np.array([1, 3]), 2).probabilities.round(3).tolist()
    [0.5, 0.5]
    """
    first, pool = int(totals[0]), int(totals.sum())
    mean = window * first / pool
    reach = 40 + _REACH * np.sqrt(mean * (1 - first / pool) * (1 - window / pool))
    low = max(int(mean - reach), window - int(totals[1]), 0)
    high = min(int(mean + reach) + 1, first, window)
    counts = np.arange(low, high + 1)
    log_ways = _log_choose(first, counts) + _log_choose(pool - first, window - counts)
    probabilities = np.exp(log_ways - log_ways.max())
    return Outcomes(np.column_stack([counts, window - counts]), probabilities / probabilities.sum())


def tail_probability(values: Floats, probabilities: Floats, score: float) -> float:
    """P(value >= score); rounding apart, so that a score just observed counts itself."""
    return min(float(probabilities[values >= score * (1 - 1e-9)].sum()), 1.0)


def limit(values: Floats, probabilities: Floats, level: float) -> float:
    """The smallest possible value exceeded with at most `level`; shapes (K,)."""
    order = np.argsort(values)[::-1]
    at_least = np.cumsum(probabilities[order])
    beyond = int(np.searchsorted(at_least, level, side="right"))
    return float(values[order[min(beyond, len(order) - 1)]]) * (1 + 1e-9)


def joint_limits(values: Sequence[Floats], probabilities: Floats, level: float) -> list[float]:
    """Limits of several statistics at one common level of their own, any of them exceeded with at most `level`.

    Args:
        values: each statistic at each outcome, shapes (K,).
        probabilities: of the outcomes, (K,).
        level: in (0, 1).
    """
    low, high = level / len(values), level  # the sum of the parts is safe, one part alone cannot have more
    for _ in range(_HALVINGS):
        limits = [limit(each, probabilities, high) for each in values]
        if _any_beyond(values, limits, probabilities) <= level:
            return limits
        high = (low + high) / 2
    return [limit(each, probabilities, low) for each in values]


def _any_beyond(values: Sequence[Floats], limits: Sequence[float], probabilities: Floats) -> float:
    beyond = np.any([each > bound for each, bound in zip(values, limits, strict=True)], axis=0)
    return float(probabilities[beyond].sum())


def _log_choose(items: int, chosen: Counts) -> Floats:
    return np.asarray(special.gammaln(items + 1) - special.gammaln(chosen + 1) - special.gammaln(items - chosen + 1))
