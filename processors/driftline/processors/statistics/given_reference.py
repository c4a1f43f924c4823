"""How often a monitor alarms with the one reference it has, rather than on average over all it could have had.

A reference is a sample. Its deviation R from the truth is in every window's, so that an unlucky one alarms more often
and a lucky one less. Given R, a window alarms as a noncentral chi-square does, which depends on |R| alone; |R|^2 is
chi-square with the reference's share of the variance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from driftline.processors.statistics import special
from driftline.processors.statistics.overlap import KS_SHARE
from driftline.processors.statistics.renewal import exit_share

Floats = NDArray[np.float64]

_REFERENCES = 2000
_GRID = 40
_RAREST = 1e-9
_SLOPE, _LEAST = 1e-3, 1e-13


@dataclass(frozen=True, slots=True)
class RateGivenReference:
    """Alarms a look, nothing having changed: half of all references have `median` or less, 19 in 20 `upper95`."""

    median: float
    upper95: float


@dataclass(frozen=True, slots=True)
class Sliding:
    """`times` fields that are alike, as far as the rate of their alarms depends on them.

    Args:
        level: chance that a look is in drift, in (0, 0.5]; of a field with an order, `ks` has two thirds.
        freedom: buckets that hold anything, less one; 1 or more.
        ordered: whether `ks` decides too.
        window, reference: their observations.
        overlap: share of the window that the next look sees again, in [0, 1).
        times: how many.
    """

    level: float
    freedom: int
    ordered: bool
    window: float
    reference: float
    overlap: float
    times: int = 1


def rate_given_reference(fields: Sequence[Sliding], random: np.random.Generator) -> RateGivenReference:
    """The rate of a model with such fields, over 2,000 references drawn by `random`.

    >>> fields = [Sliding(1e-6, 19, True, window=500, reference=2500, overlap=0.967, times=20)]
    >>> rate = rate_given_reference(fields, np.random.default_rng(0))
    >>> rate.median < rate.upper95
    True
    """
    rates = np.zeros(_REFERENCES)
    for field in fields:
        parts = ((field.freedom, 1 - KS_SHARE), (1, KS_SHARE)) if field.ordered else ((field.freedom, 1.0),)
        for freedom, part in parts:
            fixed = field.window / (field.window + field.reference)
            drawn = fixed * random.chisquare(freedom, size=(_REFERENCES, field.times))
            rates += rate_at(drawn, part * field.level, freedom, fixed, field.overlap).sum(axis=1)
    median, upper = np.quantile(rates, [0.5, 0.95])
    return RateGivenReference(float(median), float(upper))


def rate_at(deviation: Floats, level: float, freedom: int, fixed: float, overlap: float) -> Floats:
    """Alarms a look of one statistic with references of this squared `deviation`, any shape.

    Args:
        deviation: |R|^2, in units of the variance of window and reference together.
        level, freedom, overlap: as in `Sliding`, of one statistic.
        fixed: the reference's share of the variance, in (0, 1).
    """
    grid = np.linspace(0, np.sqrt(fixed * special.chdtri(freedom, _RAREST)), _GRID)
    own = 1 - fixed
    reach, moved = np.sqrt(special.chdtri(freedom, level) / own), grid**2 / own
    over, farther = (
        np.maximum(1 - special.chndtr(radius**2, freedom, moved), least)
        for radius, least in ((reach, _LEAST), (reach + _SLOPE, _LEAST / 2))
    )
    hazard = np.maximum(
        np.log(over / farther) / _SLOPE, _SLOPE
    )  # below `_LEAST` it says nothing, and no alarm is to be expected
    rates = over * exit_share(hazard, overlap)
    return np.asarray(np.exp(np.interp(np.sqrt(deviation), grid, np.log(rates))))
