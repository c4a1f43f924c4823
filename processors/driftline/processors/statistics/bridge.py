"""The null distribution of the Kolmogorov-Smirnov distance at bucket edges.

Scaled by sqrt(n m / (n + m)), the gap between two cumulative shares is, for many observations, a Brownian bridge seen
at the edges only: at times tau, the pooled shares below each edge. Between the edges it may go where it likes, which is
why the usual formula (a bridge seen everywhere) alarms too rarely on few buckets.

Source: Doob (1949), doi:10.1214/aoms/1177729991, for the bridge.
"""

from __future__ import annotations

import itertools
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from driftline.processors.statistics import special

Floats = NDArray[np.float64]

LEVELS = (0.9, 0.5, 0.15, 0.03, 3e-3, 1e-4, 2e-6, 2e-8, 1e-11)
"""Where a curve is computed, were the bridge seen at its widest point only."""
_CLOSEST = 1 / 400
"""Edges nearer than this share to their neighbour are seen as one: the bridge hardly moves between them."""
_NARROW = 0.3
"""Edges where the bridge is less than this part as wide as at its widest never decide."""
_LOOSE = 0.6
"""Correlation over two steps up to which steps may be taken for a chain of pairs."""
_NODES = 24
_TOGETHER = 3


def tail_points(times: Floats) -> tuple[Floats, Floats]:
    """Points of P(max |bridge at times| > x).

    Args:
        times: ascending, inside (0, 1), shape (J,), J >= 1.

    Returns:
        x, shape (P,), ascending, and the normal deviates z of the tail there, P = Phi(-z).

    Where edges are far apart, as those of few distinct values, the quicker `pairwise_exceedance` is read.

    Cost: 4 ms for 19 equal steps, 0.2 ms for 9 loose ones.
    """
    steps = _thin(times)
    widest = np.sqrt(np.max(steps * (1 - steps)))
    points = -special.ndtri(np.asarray(LEVELS) / 2) * widest
    loose = np.max(_correlation(steps[:-2], steps[2:]), initial=0.0) <= _LOOSE
    parts = [points] if loose else np.array_split(points, _TOGETHER)  # what is low needs few nodes
    tail = np.concatenate([(pairwise_exceedance if loose else exceedance)(steps, part) for part in parts])
    return points, -special.ndtri(np.minimum(tail, 1 - 1e-12))


def exceedance(times: Floats, heights: Floats) -> Floats:
    """P(|bridge| > height at any of the `times`), by quadrature over the paths that have stayed inside so far.

    Every step adds the mass that leaves the band at that time, so that the result keeps its relative accuracy at
    1e-12. By symmetry paths are followed by their distance from 0 alone.

    Args:
        times: ascending, inside (0, 1), shape (J,), J >= 1.
        heights: positive, shape (P,): the highest decides how fine all are followed.

    Returns:
        Shape (P,).

    >>> exceedance(np.array([0.5]), np.array([0.5, 0.5 * 1.959964])).round(4).tolist()
    [0.3173, 0.05]
    """
    shares, weights = _gauss_legendre(_resolution(times, float(heights.max())), 1.0)
    edge = heights[:, None]
    nodes, weights = shares * edge, weights * edge
    first = np.sqrt(times[0] * (1 - times[0]))
    left = 2 * special.ndtr(-heights / first)
    alive = 2 * _normal_density(nodes, first) * weights
    for before, now in itertools.pairwise(times):
        slope = (1 - now) / (1 - before)
        spread = np.sqrt((now - before) * slope)
        middle = nodes * slope
        leaving = special.ndtr((middle - edge) / spread) + special.ndtr((-middle - edge) / spread)
        left += (alive * leaving).sum(axis=1)
        alive = (alive[:, None, :] @ _kernel(nodes / spread, middle / spread))[:, 0]
        alive *= weights / (spread * np.sqrt(2 * np.pi))
    return np.asarray(left)


def _kernel(to: Floats, from_: Floats) -> Floats:
    """How likely a step leads from one distance to another, shape (P, from, to), up to a factor: as is, or across 0.

    Args:
        to, from_: distances in standard deviations of the step, shape (P, nodes).
    """
    likely = []
    for ends in (to, -to):
        kernel = ends[:, None, :] - from_[:, :, None]
        kernel *= kernel
        kernel *= -0.5
        likely.append(np.exp(kernel, out=kernel))
    return np.asarray(likely[0] + likely[1])


def pairwise_exceedance(times: Floats, heights: Floats) -> Floats:
    """P(|bridge| > height at any of the `times`) as if each time knew of the one before only.

    Args:
        times: ascending, inside (0, 1), shape (J,), J >= 1.
        heights: positive, shape (P,).

    Returns:
        Shape (P,). Never below `exceedance`, and above it by no more than 4 % of a tail of 0.1, or 1 % of one of 0.002,
        where times two apart are correlated by up to 0.6.

    >>> float(pairwise_exceedance(np.array([0.5]), np.array([0.5 * 1.959964])).round(4)[0])
    0.05

    Source: Glaz and Johnson (1984), doi:10.1080/01621459.1984.10478079, for product bounds.
    """
    heights = heights[:, None]
    spread = np.sqrt(times * (1 - times))
    logs = np.log1p(-2 * special.ndtr(-heights / spread))
    before, now = times[:-1], times[1:]
    slope = (1 - now) / (1 - before)
    step = np.sqrt((now - before) * slope)[:, None]
    nodes, weights = _gauss_legendre(_NODES, 1.0)
    nodes = nodes * heights[:, :, None]
    inside = _normal_density(nodes / spread[:-1, None], 1.0) / spread[:-1, None]
    edge, middle = heights[:, :, None], nodes * slope[:, None]
    leaving = (
        2 * inside * (special.ndtr((middle - edge) / step) + special.ndtr((-middle - edge) / step)) @ weights * heights
    )
    return np.asarray(-np.expm1(logs[:, 0] + np.log1p(-leaving / np.exp(logs[:, :-1])).sum(axis=1)))


def _correlation(before: Floats, after: Floats) -> Floats:
    return np.asarray(np.sqrt(before * (1 - after) / (after * (1 - before))))


def _thin(times: Floats) -> Floats:
    """The times with those left out that follow too closely or where the bridge is too narrow; at least one stays."""
    spread = np.sqrt(times * (1 - times))
    kept: list[float] = []
    for time in times[spread >= _NARROW * spread.max()].tolist():
        if not kept or time - kept[-1] >= _CLOSEST:
            kept.append(time)
    return np.array(kept)


def _resolution(times: Floats, height: float) -> int:
    """Nodes on [0, height] that resolve the smallest step: eight, and eight to every five of its standard deviation."""
    smallest = float(np.min(np.diff(times), initial=float(times[0])))
    return int(np.clip(np.ceil(1.6 * height / np.sqrt(smallest)) + 8, 12, 160))


def _gauss_legendre(nodes: int, height: float) -> tuple[Floats, Floats]:
    x, weights = _legendre(nodes)
    return (x + 1) * height / 2, weights * height / 2


@lru_cache(maxsize=256)  # finding the nodes takes as long as using them
def _legendre(nodes: int) -> tuple[Floats, Floats]:
    x, weights = np.polynomial.legendre.leggauss(nodes)
    return x, weights


def _normal_density(x: Floats, spread: float) -> Floats:
    return np.asarray(np.exp(-0.5 * (x / spread) ** 2) / (spread * np.sqrt(2 * np.pi)))
