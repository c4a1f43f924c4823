"""Intervals for a difference of two independent estimates, from an interval of each."""

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
