"""How far a regression's predictions are from the truth."""

from __future__ import annotations

import numpy as np

from driftline.processors.statistics.performance.interval import Estimate, loss, loss_of, variance
from driftline.processors.statistics.performance.means import mean
from driftline.processors.statistics.performance.rows import Floats, Rows, UndefinedError

SMALLEST = float(np.finfo(np.float64).eps)
"""An outcome of 0 counts as this in the relative error, as in scikit-learn."""


def mae(rows: Rows) -> Estimate:
    """Mean absolute error, in the outcome's unit.

    >>> [round(figure, 3) for figure in mae(Rows.of([1.0, 2.0, 4.0], [1.5, 2.0, 3.0]))]
    [0.5, 0.161, 1.55]

    Source: Willmott and Matsuura (2005), doi:10.3354/cr030079.
    """
    return loss(rows, *mean(rows, np.abs(_errors(rows))))


def rmse(rows: Rows) -> Estimate:
    """Root of the mean squared error, in the outcome's unit: the limits are those of its square."""
    found = loss(rows, *mean(rows, _errors(rows) ** 2))
    return Estimate(*(float(np.sqrt(figure)) for figure in found))


def mape(rows: Rows) -> Estimate:
    """Mean of |error| / |outcome|, 1 is 100 %; one outcome near 0 can make it as large as it likes.

    Source: Hyndman and Koehler (2006), doi:10.1016/j.ijforecast.2006.03.001, section 2.
    """
    return loss(rows, *mean(rows, np.abs(_errors(rows)) / np.maximum(np.abs(rows.labels), SMALLEST)))


def r2(rows: Rows) -> Estimate:
    """Share of the outcome's variance that the predictions explain; up to 1, below 0 when the mean would do better.

    Its limits are those of the unexplained share, which is above 0. Undefined while all outcomes are equal.

    Source: Kvalseth (1985), doi:10.2307/2683704, his R2 of the first kind.
    """
    middle, _ = mean(rows, rows.labels)
    left, around = float(rows.mass @ _errors(rows) ** 2), float(rows.mass @ (rows.labels - middle) ** 2)
    if around <= 0:
        raise UndefinedError("all outcomes are equal: there is no variance to explain")
    slopes = (_errors(rows) ** 2 - left / around * (rows.labels - middle) ** 2) / around
    unexplained = loss_of(left / around, variance(rows, slopes))
    return Estimate(1 - unexplained.value, 1 - unexplained.upper, 1 - unexplained.lower)


def _errors(rows: Rows) -> Floats:
    return rows.known_predictions - rows.labels
