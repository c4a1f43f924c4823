"""How often a sliding window alarms: from a level, what one look is over, to a rate, how often looks enter there.

An alarm is a change of the verdict into drift. A window whose next look sees part of it again stays over its limit
for some looks, so one look a level would be far more alarms than there are. Let `kept` be the correlation of the
deviation from the reference between one look and the next: the reference is the same at both, and so is the overlap of
the windows. The deviation over its limit u is above it by about an exponential with the hazard h at u; until the next
look it moves by a normal step of deviation sigma = h sqrt(1 - kept^2) (in units of 1/h), and back towards the middle by
sigma^2 / (1 + kept), the drift that keeps the distribution as it is. The share that has left by then is the share that
entered:

    P(E + sigma Z < sigma^2 / (1 + kept))

For chi-square with 1 to 200 degrees of freedom this is 0 to 4 % under the exact integral over what both looks share
(`tests/processors/statistics/test_renewal.py`), so 4 % are added.

Source: Rice (1945), doi:10.1002/j.1538-7305.1945.tb00453.x, for the idea; Cox and Miller (1965), section 5.7.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from driftline.processors.statistics import special
from driftline.processors.statistics.overlap import KS_SHARE

Floats = NDArray[np.float64]

LARGEST_LEVEL = 0.5
"""A field that is in drift at every other look by chance alone: no rate asks for more."""
_UNDER = 1.04
"""By how much the closed form may lie under the exact share."""
_KEPT_STEPS, _LEVEL_STEPS = 16, 64
_ROUNDS = 5


def kept(overlap: ArrayLike, window: ArrayLike, reference: ArrayLike, again: ArrayLike = 1.0) -> Floats:
    """Correlation of a window's deviation from its reference with that of the next look, in [0, 1).

    Args:
        overlap: share of the window that the next look sees again, in [0, 1).
        window: observations of the window.
        reference: observations of the reference.
        again: share of the reference that the next look compares with again; 1 where it stays the same.

    >>> float(kept(0.0, 500, 500)), float(kept(0.9, 500, 4500).round(3))
    (0.5, 0.91)
    """
    n = np.asarray(window, dtype=np.float64)
    fixed = n / (n + np.asarray(reference, dtype=np.float64))
    return np.asarray(fixed * np.asarray(again) + (1 - fixed) * np.asarray(overlap))


def chi_hazard(level: ArrayLike, freedom: ArrayLike) -> Floats:
    """Hazard of the root of chi-square at the limit it exceeds with `level`.

    >>> float(chi_hazard(1e-6, 19).round(2))
    5.93
    """
    k = np.asarray(freedom, dtype=np.float64)
    limit = special.chdtri(k, level)
    log_density = (k - 1) * np.log(limit) / 2 - limit / 2 - (k / 2 - 1) * np.log(2) - special.gammaln(k / 2)
    return np.asarray(np.exp(log_density) / level)


def bridge_hazard(level: ArrayLike) -> Floats:
    """Hazard of the Kolmogorov-Smirnov distance, in deviations of the share at its median edge.

    >>> float(bridge_hazard(1e-6).round(2))
    5.39
    """
    return np.asarray(np.sqrt(2 * np.log(2 / np.asarray(level))))


def exit_share(hazard: ArrayLike, kept: ArrayLike) -> Floats:
    """Share of the looks over the limit that the next look is not, in (0, 1]; `kept` in [0, 1).

    >>> [float(share.round(3)) for share in exit_share(5.7, [0.0, 0.9, 0.967, 0.999])]
    [1.0, 0.835, 0.558, 0.105]
    """
    correlation = np.asarray(kept, dtype=np.float64)
    step = np.asarray(hazard) * np.sqrt(1 - correlation**2)
    back = step**2 / (1 + correlation)
    left = special.ndtr(back / step) - np.exp(step**2 / 2 - back + special.log_ndtr(back / step - step))
    return np.asarray(np.minimum(_UNDER * left, 1.0))


def alarm_share(level: ArrayLike, kept: ArrayLike, freedom: ArrayLike, ordered: ArrayLike) -> Floats:
    """Alarms a look over the looks in drift, for a field judged at `level`.

    Args:
        level: chance that a look is in drift, in (0, 0.5].
        kept: see `kept`.
        freedom: buckets that hold anything, less one; 1 or more.
        ordered: whether `ks` decides too: it has two thirds of the level then, `psi` the rest; the livelier one counts.
    """
    numeric = np.asarray(ordered)
    hazard = chi_hazard(np.where(numeric, 1 - KS_SHARE, 1.0) * np.asarray(level), freedom)
    of_ks = bridge_hazard(KS_SHARE * np.asarray(level))
    return exit_share(np.where(numeric, np.maximum(hazard, of_ks), hazard), kept)


def level_for_rate(rate: float, kept: Floats, freedom: NDArray[np.int64], ordered: NDArray[np.bool_]) -> Floats:
    """The level at which each field alarms `rate` times a look, never more; (F,).

    Args:
        rate: alarms a look of each field, in (0, 1).
        kept, freedom, ordered: of each field, see `alarm_share`; (F,).

    Returns:
        Levels, at least `rate` less 2 % of it and at most a half, rounded down to steps of 1.6 %; `kept` is rounded
        down, too, so that fields nearly alike share one level.

    >>> two, numeric = np.array([19, 19]), np.array([True, True])
    >>> (level_for_rate(1e-6, np.array([0.0, 0.97]), two, numeric) * 1e6).round(2).tolist()
    [0.99, 1.76]
    """
    step = np.ceil(np.log1p(-kept) * _KEPT_STEPS)
    asked, place = np.unique(np.stack([step, freedom, ordered]), axis=1, return_inverse=True)
    apart = np.minimum(np.exp(asked[0] / _KEPT_STEPS), 1.0)
    level = np.full(len(apart), min(rate, LARGEST_LEVEL))
    for _ in range(_ROUNDS):  # from below: every level on the way is too small rather than too large
        level = np.minimum(rate / alarm_share(level, 1 - apart, asked[1], asked[2] > 0), LARGEST_LEVEL)
    rounded = np.exp(np.floor(np.log(level) * _LEVEL_STEPS) / _LEVEL_STEPS)
    return np.asarray(rounded[place.ravel()])
