"""How far a distance of binned values may be from the distance of the values themselves.

Inside a bucket (a, b] only the ends of the cumulative shares F and G are known; in between each may climb anyhow. For a
convex function d of the gap, the integral of d(F - G) over the bucket is a convex functional of the pair (F, G), so its
largest value lies where both climb in one jump each, and there, being linear in where the two jumps are, where each
jumps at an end: width times the largest d of F(a) - G(a), F(b) - G(b), F(b) - G(a) and F(a) - G(b). Its smallest value
is width times d of what keeps the two apart: max(0, F(a) - G(b), G(a) - F(b)), for where the ranges overlap both can
rest at one height. Values anywhere in their buckets reach both ends or come as close as one likes, so that no tighter
bound follows from the counts.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from driftline.processors.statistics.distances import Counts, Floats, cumulative


def wasserstein_error(
    current: Counts, reference: Counts, bounds: Floats, scale: Floats | float, score: Floats
) -> Floats:
    """Bound on |`wasserstein` of the counts - Wasserstein-1 distance of the values clipped to the outer bounds|.

    Args:
        current: counts of the window, shape (..., B).
        reference: counts of the reference, shape (..., B).
        bounds: the B - 1 ascending bounds, shape (..., B - 1), B >= 3.
        scale: standard deviation of the reference, positive, shape (...).
        score: what `wasserstein` found, shape (...).

    Returns:
        In units of `scale`, [0, inf), shape (...); at most half the sum of width times (p + q) over the inner buckets.

    >>> one, other = np.array([0, 4, 0]), np.array([4, 0, 0])
    >>> float(wasserstein_error(one, other, np.array([0.0, 1.0]), 1.0, np.array(0.5)))
    0.5
    """
    least, most = _range(current, reference, bounds, np.abs)
    unit = np.asarray(scale, dtype=np.float64)
    return _farthest(score, least / unit, most / unit)


def energy_error(current: Counts, reference: Counts, bounds: Floats, scale: Floats | float, score: Floats) -> Floats:
    """Bound on |`energy` of the counts - energy distance of the values clipped to the outer bounds|.

    Arguments as of `wasserstein_error`, `score` what `energy` found.

    >>> one, other = np.array([0, 4, 0]), np.array([4, 0, 0])
    >>> round(float(energy_error(one, other, np.array([0.0, 1.0]), 1.0, np.array(0.8165))), 4)
    0.8165
    """
    least, most = _range(current, reference, bounds, np.square)
    unit = np.asarray(scale, dtype=np.float64)
    return _farthest(score, np.sqrt(2 * least / unit), np.sqrt(2 * most / unit))


def _range(
    current: Counts, reference: Counts, bounds: Floats, convex: Callable[[Floats], Floats]
) -> tuple[Floats, Floats]:
    """Smallest and largest integral of `convex`(F - G) between the outer bounds that the counts allow."""
    f, g = cumulative(current), cumulative(reference)
    up, down = f[..., 1:] - g[..., :-1], g[..., 1:] - f[..., :-1]  # the gap is in [-down, up] all through the bucket
    apart = np.maximum(np.maximum(-up, -down), 0.0)
    width = np.diff(bounds, axis=-1)
    least, most = convex(apart), np.maximum(convex(up), convex(down))
    return np.asarray((width * least).sum(axis=-1)), np.asarray((width * most).sum(axis=-1))


def _farthest(score: Floats, least: Floats, most: Floats) -> Floats:
    return np.asarray(np.maximum(np.maximum(most - score, score - least), 0.0))  # rounding can leave the range
