"""How often the newest part of a stream, whichever part of it is the most striking, differs from what is known.

After each step the mean of the newest k steps is held against the known mean, for every k, in its standard errors: the
generalised likelihood ratio of a change of unknown size at an unknown time. Steps are independent and normal.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from driftline.processors.statistics.run_length import discount

Floats = NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(40)


def scan_rate(limit: ArrayLike) -> Floats:
    """Alarms a step, nothing having changed, where an alarm is a mean further than `limit` standard errors away.

    Args:
        limit: 2 or more, any shape.

    Returns:
        `limit sqrt(1 / (2 pi)) exp(-limit^2 / 2)` times the integral of `x nu(x)^2` from 0 to `limit`, `nu` the
        discount for the overshoot.

    >>> round(1 / float(scan_rate(4.0)))
    2614

    Source: Siegmund and Venkatraman (1995), doi:10.1214/aos/1176324466.
    """
    far = np.asarray(limit, dtype=np.float64)
    points = far[..., None] * (_NODES + 1) / 2
    integral = far / 2 * (_WEIGHTS * points * discount(points / 2) ** 2).sum(axis=-1)
    return np.asarray(far * integral * np.exp(-(far**2) / 2) / np.sqrt(2 * np.pi))


@lru_cache(maxsize=4096)
def scan_limit(rate: float) -> float:
    """The limit, in standard errors, that alarms `rate` times a step; at least 2.

    >>> round(scan_limit(1 / 2614), 3)
    4.0
    """
    low, high = 2.0, 4.0
    while scan_rate(high) > rate and high < 40:
        low, high = high, 2 * high
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if scan_rate(middle) > rate else (low, middle)
    return high
