"""Intervals for a difference or a ratio of two independent estimates, from an interval of each."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

Z95 = 1.959963984540054
"""Normal deviate of a two-sided interval of 95 %."""


class Interval(NamedTuple):
    """An estimate between its limits; arrays of one shape."""

    value: Floats
    lower: Floats
    upper: Floats


def wilson(hits: ArrayLike, trials: ArrayLike, z: float = Z95) -> Interval:
    """Wilson's score interval of a share.

    Args:
        hits: successes, 0 <= hits <= trials.
        trials: at least 1.
        z: normal deviate of the confidence.

    >>> [round(float(figure), 4) for figure in wilson(0, 10)]
    [0.0, 0.0, 0.2775]

    Source: Wilson (1927), doi:10.1080/01621459.1927.10502953.
    """
    n = np.asarray(trials, dtype=np.float64)
    share = np.asarray(hits, dtype=np.float64) / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z * np.sqrt(share * (1 - share) / n + (z / (2 * n)) ** 2) / (1 + z * z / n)
    return Interval(share, np.clip(middle - reach, 0.0, share), np.clip(middle + reach, share, 1.0))


def difference(one: Interval, other: Interval) -> Interval:
    """`one - other` of independent estimates: the distances to the limits squared and added (MOVER).

    With Wilson's intervals this is Newcombe's hybrid score interval, his method 10.

    >>> [round(float(figure), 4) for figure in difference(wilson(56, 70), wilson(48, 80))]
    [0.2, 0.0524, 0.3339]

    Sources: Newcombe (1998), doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I; Zou and Donner
    (2008), doi:10.1002/sim.3095.
    """
    value = one.value - other.value
    down = np.hypot(one.value - one.lower, other.upper - other.value)
    up = np.hypot(one.upper - one.value, other.value - other.lower)
    return Interval(value, value - down, value + up)


def ratio(one: Interval, other: Interval) -> Interval:
    """`one / other` of independent estimates that are at least 0, by their limits (MOVER-R).

    Where `other` is 0 the value is infinite, or not a number when `one` is 0 too; the upper limit is infinite where
    the lower limit of `other` is 0.

    >>> [round(float(figure), 3) for figure in ratio(wilson(56, 70), wilson(48, 80))]
    [1.333, 1.078, 1.663]

    Source: Donner and Zou (2012), doi:10.1177/0962280210383082.
    """
    product = one.value * other.value
    with np.errstate(divide="ignore", invalid="ignore"):
        value = one.value / other.value
        over, under = one.lower * (2 * one.value - one.lower), other.upper * (2 * other.value - other.upper)
        lower = (product - np.sqrt(np.maximum(product**2 - over * under, 0.0))) / under
        over, under = one.upper * (2 * one.value - one.upper), other.lower * (2 * other.value - other.lower)
        upper = (product + np.sqrt(np.maximum(product**2 - over * under, 0.0))) / under
    return Interval(value, np.minimum(lower, value), np.where(other.lower > 0, np.maximum(upper, value), np.inf))
