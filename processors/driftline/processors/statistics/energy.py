"""The energy distance of two binned distributions."""

from __future__ import annotations

import numpy as np

from driftline.processors.statistics.distances import Counts, Floats, cumulative


def energy(current: Counts, reference: Counts, bounds: Floats, scale: Floats | float) -> Floats:
    """Energy distance between the first and the last bound, values in units of `scale`.

    The root of twice the integral of (F - G)^2, both cumulative shares taken as linear between bounds. Against
    `wasserstein`, a wide gap counts for more than a narrow one over a longer stretch.

    Args:
        current: counts of the window, shape (..., B).
        reference: counts of the reference, shape (..., B).
        bounds: the B - 1 ascending bounds, shape (..., B - 1), B >= 3.
        scale: standard deviation of the reference, positive, shape (...).

    Returns:
        Distance in [0, inf), shape (...): that of `scipy.stats.energy_distance` over values / scale. Symmetric.

    Error: what lies beyond the outer bounds is not seen. How far between them the result may be from the distance of
    the raw values, clipped to the outer bounds, says `bounds_of_error.energy_error`.

    >>> round(float(energy(np.array([0, 4, 0]), np.array([4, 0, 0]), np.array([0.0, 1.0]), 1.0)), 4)
    0.8165

    Source: Szekely and Rizzo (2013), doi:10.1016/j.jspi.2013.03.018.
    """
    gap = cumulative(current) - cumulative(reference)
    left, right = gap[..., :-1], gap[..., 1:]
    squares = (left**2 + left * right + right**2) / 3  # mean of the square along a straight line
    integral = (np.diff(bounds, axis=-1) * squares).sum(axis=-1)
    return np.asarray(np.sqrt(2 * integral / np.asarray(scale, dtype=np.float64)))
