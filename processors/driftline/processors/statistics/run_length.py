"""How long a CUSUM runs before it alarms, and the limit that makes it run as long as wanted.

The chart is Page's: `S = max(0, S + x - slack)`, an alarm when `S > limit`, for independent normal steps `x` of
standard deviation 1. Its average run length (ARL) is the mean number of steps to the alarm, from `S = 0`. A chart on
counts is brought here by its log-likelihood ratio: one with information `I` a step has `slack = sqrt(2 I) / 2`, and a
limit of `h` nats is `h / sqrt(2 I)`.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from driftline.processors.statistics import special

Floats = NDArray[np.float64]

OVERSHOOT = 1.166
"""Twice the mean overshoot of a driftless normal random walk over a boundary, in standard deviations."""
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(15)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


def run_length(limit: ArrayLike, slack: ArrayLike, shift: ArrayLike = 0.0) -> Floats:
    """ARL of a one-sided CUSUM by Siegmund's approximation; arguments broadcast.

    `(exp(-2 d b) + 2 d b - 1) / (2 d^2)` with `d = shift - slack` and `b = limit + overshoot`; `b^2` at `d = 0`. The
    overshoot is 1.166 for small `d`, less for large ones.

    Args:
        limit: in standard deviations of a step, at least 0.
        slack: taken off every step; half the shift the chart is made for.
        shift: mean of the steps; 0 under the null.

    Returns:
        Steps, at least 1; infinite where it exceeds the doubles. For limits from 2, within 2 % of `exact_run_length`
        up to slacks of 0.5, within 8 % up to 2.

    >>> round(float(run_length(4.0, 0.5)))
    338

    Source: Siegmund, Sequential Analysis (1985), section 2.6, doi:10.1007/978-1-4757-1862-1; the overshoot: Siegmund
    and Yakir (2007), doi:10.1007/978-0-387-49686-3, page 112.
    """
    difference = np.asarray(shift, dtype=np.float64) - np.asarray(slack, dtype=np.float64)
    reach = np.asarray(limit, dtype=np.float64) + _overshoot(np.abs(difference))
    slope = 2 * difference * reach
    near = np.abs(slope) < 1e-4  # the difference of nearly equal numbers
    safe = np.where(near, 1.0, difference)
    with np.errstate(over="ignore"):
        found = (np.expm1(-slope) + slope) / (2 * safe**2)
    return np.asarray(np.maximum(np.where(near, reach**2, found), 1.0))


def _overshoot(drift: Floats) -> Floats:
    """Twice the mean overshoot of a normal random walk with this drift, at least 0, in standard deviations."""
    safe = np.maximum(drift, 1e-3)
    return np.asarray(np.minimum(-np.log(discount(safe)) / safe, OVERSHOOT))  # a little too much for small drifts


def discount(drift: Floats) -> Floats:
    """What overshooting takes off the chance that a normal random walk with this drift, positive, crosses a boundary:
    the mean of `exp(-2 drift overshoot)`, in (0, 1).

    Source: Siegmund and Yakir (2007), doi:10.1007/978-0-387-49686-3, page 112.
    """
    inside, density = special.ndtr(drift), np.exp(-(drift**2) / 2) / np.sqrt(2 * np.pi)
    return np.asarray((inside - 0.5) / (drift * (drift * inside + density)))


def exact_run_length(limit: float, slack: float, shift: float = 0.0, *, nodes: int = 0) -> float:
    """ARL of a one-sided CUSUM from Page's integral equation, solved on Gauss-Legendre nodes.

    Args:
        limit, slack, shift: as in `run_length`.
        nodes: 0 takes as many as the limit needs.

    >>> round(exact_run_length(4.0, 0.5), 1)
    335.4

    Source: Page (1954), doi:10.1093/biomet/41.1-2.100; Brook and Evans (1972), doi:10.1093/biomet/59.3.539.
    """
    points, weights = np.polynomial.legendre.leggauss(nodes or int(20 + 8 * limit))
    points, weights = limit * (points + 1) / 2, limit * weights / 2
    starts = np.concatenate([[0.0], points])
    to_zero = special.ndtr(slack - shift - starts)
    step = points[None, :] - starts[:, None] + slack - shift
    inside = weights * np.exp(-(step**2) / 2) / np.sqrt(2 * np.pi)
    moves = np.column_stack([to_zero, inside])
    return float(np.linalg.solve(np.eye(len(starts)) - moves, np.ones(len(starts)))[0])


def alarm_rate(limit: ArrayLike, slack: ArrayLike, error: ArrayLike = 0.0) -> Floats:
    """Alarms a step of a one-sided CUSUM whose zero is itself an estimate: the mean over references of 1 / ARL.

    Args:
        limit, slack: as in `run_length`.
        error: standard deviation of the reference's mean, in standard deviations of a step; 0 for a known one.

    Returns:
        In (0, 1]. The rate given one reference varies about it: an unlucky one alarms more often.

    >>> float(alarm_rate(4.0, 0.5, 0.1)) > float(alarm_rate(4.0, 0.5))
    True
    """
    shifts = np.asarray(error, dtype=np.float64)[..., None] * _NODES
    lengths = run_length(np.asarray(limit)[..., None], np.asarray(slack)[..., None], shifts)
    return np.asarray((_WEIGHTS / lengths).sum(axis=-1))


@lru_cache(maxsize=4096)
def limit_for(rate: float, slack: float, error: float = 0.0, charts: int = 1) -> float:
    """The limit at which `charts` one-sided CUSUMs together give `rate` alarms a step, averaged over references.

    Args:
        rate: in (0, 1).
        slack, error: of each, as in `alarm_rate`.
        charts: how many; 2 for a two-sided one.

    Returns:
        In standard deviations of a step, at least 0.

    >>> round(limit_for(1 / 338.1, 0.5), 2)
    4.0
    """
    low, high = 0.0, 1.0
    while charts * alarm_rate(high, slack, error) > rate and high < 1e9:
        low, high = high, 2 * high
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if charts * alarm_rate(middle, slack, error) > rate else (low, middle)
    return high


def common_limit(rate: float, information: Floats, error: Floats) -> float:
    """The limit, in nats, at which charts on log-likelihood ratios together give `rate` alarms a step.

    Args:
        rate: in (0, 1).
        information: nats a step that each loses on average under the null, positive, (J,).
        error: standard deviation of each one's reference in standard deviations of a step, (J,).

    Returns:
        At least 1. Rates are added as if the charts were apart, so charts that move together alarm less often.

    >>> round(common_limit(1e-5, np.array([0.125, 0.125]), np.zeros(2)), 1)
    9.5
    """
    steps = np.sqrt(2 * information)

    def given(limit: float) -> float:
        return float(alarm_rate(limit / steps, steps / 2, error).sum())

    low, high = 1.0, 4.0
    while given(high) > rate and high < 1e6:
        low, high = high, 2 * high
    while high - low > 1e-3 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if given(middle) > rate else (low, middle)
    return high
