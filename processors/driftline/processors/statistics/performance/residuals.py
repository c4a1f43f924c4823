"""How far a regression's predictions are from the truth."""

from __future__ import annotations

import numpy as np

from driftline.processors.statistics.performance.interval import Leaning
from driftline.processors.statistics.performance.means import mean
from driftline.processors.statistics.performance.rows import Floats, Rows, UndefinedError

SMALLEST = float(np.finfo(np.float64).eps)
"""An outcome of 0 counts as this in the relative error, as in scikit-learn."""


def mae(rows: Rows) -> Leaning:
    """Mean absolute error, in the outcome's unit.

    >>> mae(Rows.of([1.0, 2.0, 4.0], [1.5, 2.0, 3.0])).value
    0.5

    Source: Willmott and Matsuura (2005), doi:10.3354/cr030079.
    """
    return mean(rows, np.abs(_errors(rows)))


def rmse(rows: Rows) -> Leaning:
    """Root of the mean squared error, in the outcome's unit."""
    square = mean(rows, _errors(rows) ** 2)
    value = float(np.sqrt(square.value))
    return Leaning(value, square.slopes / (2 * value) if value else square.slopes, square.fewest)


def mape(rows: Rows) -> Leaning:
    """Mean of |error| / |outcome|, 1 is 100 %; one outcome near 0 can make it as large as it likes.

    Source: Hyndman and Koehler (2006), doi:10.1016/j.ijforecast.2006.03.001, section 2.
    """
    return mean(rows, np.abs(_errors(rows)) / np.maximum(np.abs(rows.labels), SMALLEST))


def r2(rows: Rows) -> Leaning:
    """Share of the outcome's variance that the predictions explain; up to 1, below 0 when the mean would do better.

    Undefined while all outcomes are equal.

    Source: Kvalseth (1985), doi:10.2307/2683704, his R2 of the first kind.
    """
    middle = mean(rows, rows.labels).value
    left, around = float(rows.mass @ _errors(rows) ** 2), float(rows.mass @ (rows.labels - middle) ** 2)
    if around <= 0:
        raise UndefinedError("all outcomes are equal: there is no variance to explain")
    slopes = -(_errors(rows) ** 2 - left / around * (rows.labels - middle) ** 2) / around
    return Leaning(1 - left / around, slopes, float(rows.counts.sum()))


def _errors(rows: Rows) -> Floats:
    return rows.known_predictions - rows.labels
