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


class Leaning(NamedTuple):
    """A metric's value, and how it leans on each row.

    Args:
        value: of the metric.
        slopes: what the value gains by a little more of a row's mass, (N,).
        fewest: rows of equal weight to suppose behind the value where the slopes show no variance.
    """

    value: float
    slopes: Floats
    fewest: float

    def times(self, factor: float) -> Leaning:
        """The same on another scale."""
        return Leaning(factor * self.value, factor * self.slopes, self.fewest)


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


def share(of: Leaning, spread: float) -> Estimate:
    """A metric in [0, 1] of variance `spread`: Wilson's interval at as many trials as give it.

    Without variance all are right, or all wrong: then it is that of `fewest` trials.

    >>> [round(figure, 4) for figure in share(Leaning(0.8, np.zeros(0), 10.0), 0.0016)]  # 80 of 100
    [0.8, 0.7112, 0.8666]
    >>> [round(figure, 4) for figure in share(Leaning(1.0, np.zeros(0), 10.0), 0.0)]
    [1.0, 0.7225, 1.0]

    Source: Korn and Graubard (1998), Survey Methodology 24(2), 193-201 (effective sample size in an exact interval).
    """
    value = min(max(of.value, 0.0), 1.0)  # rounding can push a sum of shares past 1
    number = value * (1 - value) / spread if spread > 0 and 0 < value < 1 else of.fewest
    found = wilson(value * number, number)
    return Estimate(value, float(found.lower), float(found.upper))


def halved(of: Leaning, spread: float) -> Estimate:
    """A metric in [0, 2]: as twice a share."""
    return Estimate(*(2 * figure for figure in share(of.times(0.5), spread / 4)))


def loss(of: Leaning, spread: float) -> Estimate:
    """A metric above 0 without an end, of variance `spread`: a normal interval of its logarithm.

    A loss of exactly 0 shows no spread to tell an end from: its upper limit is infinite.

    >>> [round(figure, 3) for figure in loss(Leaning(2.0, np.zeros(0), 1.0), 0.04)]
    [2.0, 1.644, 2.433]
    """
    if of.value <= 0:
        return Estimate(0.0, 0.0, math.inf)
    reach = math.exp(Z95 * math.sqrt(spread) / of.value)
    return Estimate(of.value, of.value / reach, of.value * reach)


def root(of: Leaning, spread: float) -> Estimate:
    """The root of a mean square: its limits are those of the square."""
    square = Leaning(of.value**2, of.slopes, of.fewest)
    return Estimate(*(math.sqrt(figure) for figure in loss(square, spread * (2 * of.value) ** 2)))


def below_one(of: Leaning, spread: float) -> Estimate:
    """A metric up to 1 without a lower end: what is left to 1 is a loss."""
    left = loss(Leaning(1 - of.value, of.slopes, of.fewest), spread)
    return Estimate(1 - left.value, 1 - left.upper, 1 - left.lower)
