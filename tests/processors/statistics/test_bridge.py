from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import kstwobign, norm

from driftline.processors.statistics import bridge


def test_one_edge_is_a_normal_deviate() -> None:
    heights = np.array([1.0, 0.4])
    assert bridge.exceedance(np.array([0.2]), heights) == pytest.approx(2 * norm.sf(heights / 0.4), rel=1e-9)


@pytest.mark.parametrize("height", [0.8, 1.36, 2.2])
def test_many_edges_approach_the_distribution_of_kolmogorov_from_below(height: float) -> None:
    few, many = (bridge.exceedance(np.arange(1, n) / n, np.array([height]))[0] for n in (50, 400))
    assert few < many < kstwobign.sf(height)
    assert many == pytest.approx(kstwobign.sf(height), rel=0.3)


@pytest.mark.parametrize("level", [0.1, 0.01, 1e-5, 1e-9])
@pytest.mark.parametrize("times", [np.arange(1, 20) / 20, np.array([0.1, 0.5, 0.52]), np.array([0.01, 0.02, 0.97])])
def test_the_curve_reads_like_the_quadrature_on_a_fine_grid(times: np.ndarray, level: float) -> None:
    points, deviates = bridge.tail_points(times)
    height = float(np.interp(-norm.ppf(level), deviates, points))
    nodes = np.linspace(-height, height, 1201)
    density = norm.pdf(nodes, scale=np.sqrt(times[0] * (1 - times[0])))
    leaving = 2 * norm.sf(height / np.sqrt(times[0] * (1 - times[0])))
    weights = np.full(len(nodes), nodes[1] - nodes[0])
    weights[[0, -1]] /= 2
    for before, now in pairwise(times):
        slope = (1 - now) / (1 - before)
        spread = np.sqrt((now - before) * slope)
        outside = norm.sf((height - nodes * slope) / spread) + norm.cdf((-height - nodes * slope) / spread)
        leaving += float((density * weights) @ outside)
        density = (density * weights) @ norm.pdf(nodes[None, :], nodes[:, None] * slope, spread)
    assert leaving == pytest.approx(level, rel=0.06)


@pytest.mark.parametrize("edges", [1, 7, 19])
def test_simulated_bridges_leave_the_band_as_often(edges: int) -> None:
    random = np.random.default_rng(edges)
    times = np.sort(random.random(edges))
    steps = np.diff(np.r_[0, times, 1])
    paths = np.cumsum(random.normal(size=(200_000, edges + 1)) * np.sqrt(steps), axis=1)
    highest = np.abs(paths[:, :-1] - paths[:, -1:] * times).max(axis=1)
    assert np.mean(highest > 0.9) == pytest.approx(bridge.exceedance(times, np.array([0.9]))[0], abs=4e-3)
