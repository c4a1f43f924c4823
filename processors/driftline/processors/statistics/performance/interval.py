"""An estimate between its limits, from how it leans on each row.

Every metric says what it would gain if a row weighed a little more: its *slope*, d value / d mass. The variance then is
the sum of the squared slopes (the infinitesimal jackknife), for any metric and any sampling weights; for ROC AUC it is
DeLong's. The limits are taken where the metric is near normal: a share through Wilson's interval at the number of
trials with that variance, so that it stays in [0, 1]; a loss through its logarithm, so that it stays above 0.

Source: Efron (1982), The Jackknife, the Bootstrap and Other Resampling Plans, doi:10.1137/1.9781611970319, chapter 6.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from driftline.processors.statistics.intervals import Z95, wilson
from driftline.processors.statistics.performance.rows import Floats, Rows


class Estimate(NamedTuple):
    """A metric's value and its interval of 95 %."""

    value: float
    lower: float
    upper: float


def variance(rows: Rows, slopes: Floats) -> float:
    """Variance of a metric, from its slopes (N,): a row seen c times is c independent rows."""
    return float(np.sum(rows.counts * (rows.weights * slopes) ** 2))


def trials(rows: Rows, among: Floats) -> float:
    """Rows of equal weight that tell as much as those `among` (N,) of 0 and 1.

    >>> trials(Rows.of([1, 0, 1], weights=[1, 1, 2]), np.array([1.0, 1.0, 1.0]))  # (1 + 1 + 2)^2 / (1 + 1 + 4)
    2.6666666666666665

    Source: Kish (1992), Journal of Official Statistics 8(2), "Weighting for unequal Pi".
    """
    return float(np.sum(rows.mass * among) ** 2 / np.sum(rows.counts * rows.weights**2 * among))


def share(rows: Rows, value: float, slopes: Floats, fewest: float) -> Estimate:
    """A metric in [0, 1]: Wilson's interval at as many trials as give the metric's variance.

    Args:
        rows: where the metric is from.
        value: of the metric.
        slopes: of the metric, (N,).
        fewest: trials to suppose where the rows show no variance: all of them right, or all wrong.

    Source: Korn and Graubard (1998), Survey Methodology 24(2), 193-201 (effective sample size in an exact interval).
    """
    return share_of(value, variance(rows, slopes), fewest)


def share_of(value: float, spread: float, fewest: float) -> Estimate:
    """The same from a variance.

    >>> [round(figure, 4) for figure in share_of(0.8, 0.0016, 10.0)]  # 80 of 100
    [0.8, 0.7112, 0.8666]
    >>> [round(figure, 4) for figure in share_of(1.0, 0.0, 10.0)]
    [1.0, 0.7225, 1.0]
    """
    value = min(max(value, 0.0), 1.0)  # rounding can push a sum of shares past 1
    number = value * (1 - value) / spread if spread > 0 and 0 < value < 1 else fewest
    found = wilson(value * number, number)
    return Estimate(value, float(found.lower), float(found.upper))


def loss(rows: Rows, value: float, slopes: Floats) -> Estimate:
    """A metric above 0 without an end: a normal interval of its logarithm.

    A loss of exactly 0 shows no spread to tell an end from: its upper limit is infinite.
    """
    return loss_of(value, variance(rows, slopes))


def loss_of(value: float, spread: float) -> Estimate:
    """The same from a variance.

    >>> [round(figure, 3) for figure in loss_of(2.0, 0.04)]
    [2.0, 1.644, 2.433]
    """
    if value <= 0:
        return Estimate(0.0, 0.0, math.inf)
    reach = math.exp(Z95 * math.sqrt(spread) / value)
    return Estimate(value, value / reach, value * reach)
