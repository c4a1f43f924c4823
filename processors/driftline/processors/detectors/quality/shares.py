"""Shares of bad values or rows: has one risen over its reference?

Both sides are samples. Given how many bad values there are in both together, the window's part of them is binomial when
bad values are rare, and less dispersed than that (hypergeometric) when they are not; the limit is the count that the
binomial exceeds with at most the level. That is an incomplete beta function, so there is a limit for any two sizes, a
reference without a single bad value included.

Source: Przyborowski and Wilenski (1940), doi:10.1093/biomet/31.3-4.313, for two counts given their sum.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from driftline.processors.statistics import special

Floats = NDArray[np.float64]
_SMALLEST_LEVEL = 1e-290


def share_limits(
    window: ArrayLike,
    bad: ArrayLike,
    reference: ArrayLike,
    *,
    level: ArrayLike,
    minimum_effect: ArrayLike = 0.0,
    dispersion: ArrayLike = 1.0,
) -> Floats:
    """The largest share of a window that chance explains, and at least that of the reference plus the minimum effect.

    Args:
        window: values in the window, good and bad, above 0; shape (F,), as of all others, or one number for all.
        bad: bad values in the reference.
        reference: values in the reference, good and bad, above 0.
        level: chance, in (0, 1), of a window with a larger share although nothing has changed.
        minimum_effect: rise of the share, in [0, 1], that does not matter.
        dispersion: variance of shares over that of independent rows, 1 or more; it applies to both sides.

    Returns:
        Limits above 0, shape (F,). One of 1 or more cannot be exceeded: the window is too small for the level.

    Cost: 3 us for each distinct combination of arguments.

    >>> share_limits(100, 0, 10_000, level=1e-6).round(3).tolist()
    [0.03]
    >>> share_limits(100, 0, 10_000, level=1e-6, minimum_effect=0.05).tolist()
    [0.05]
    """
    columns = np.stack(
        np.broadcast_arrays(*(np.atleast_1d(np.asarray(each, float)) for each in (window, bad, reference, level)))
    )
    spread = np.broadcast_to(np.asarray(dispersion, float), columns.shape[1:])
    place: dict[tuple[float, ...], int] = {}
    at = [place.setdefault(each, len(place)) for each in zip(*columns.tolist(), spread.tolist(), strict=True)]
    chance = _chance_limits(*np.array(list(place)).T)[at]
    return np.asarray(np.maximum(chance, columns[1] / columns[2] + minimum_effect))


def _chance_limits(window: Floats, bad: Floats, reference: Floats, level: Floats, dispersion: Floats) -> Floats:
    """A count x over the limit has P(X >= x) <= level, where X of x + bad fall into the window."""
    good = (reference - bad + 1) / (reference + 1)  # makes a binomial as narrow as the hypergeometric around it
    narrowed = 1 / (dispersion * good)
    expected = bad * narrowed + 1
    critical = special.btdtria(np.maximum(level, _SMALLEST_LEVEL), expected, window / (window + reference))
    return np.asarray(critical / narrowed / window)
