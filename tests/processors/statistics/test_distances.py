from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.spatial.distance import jensenshannon
from scipy.stats import chi2_contingency, ks_2samp, wasserstein_distance

from driftline.processors.statistics import distances
from driftline.processors.statistics.table import MINIMUM_EFFECTS, STATISTICS

Counts = NDArray[np.int64]
Statistic = Callable[[Counts, Counts], NDArray[np.float64]]

counts = arrays(np.int64, 6, elements=st.integers(0, 10_000)).filter(lambda c: c.sum() > 0)
functions = [row.function for row in STATISTICS if row.function is not None]


@pytest.mark.parametrize("function", functions)
@given(side=counts)
def test_a_distribution_is_at_distance_zero_from_itself(function: Statistic, side: Counts) -> None:
    assert function(side, side) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("function", functions)
@given(one=counts, other=counts)
def test_distances_are_symmetric_finite_and_not_negative(function: Statistic, one: Counts, other: Counts) -> None:
    there, back = function(one, other), function(other, one)
    assert np.isfinite(there)
    assert there >= 0
    assert there == pytest.approx(back, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("function", functions)
@given(one=counts, other=counts)
def test_a_stack_of_fields_gives_what_each_gives_alone(function: Statistic, one: Counts, other: Counts) -> None:
    together = function(np.stack([one, other]), np.stack([other, one]))
    assert together.tolist() == [float(function(one, other)), float(function(other, one))]


@given(one=counts, other=counts)
def test_js_hellinger_tv_and_ks_stay_below_one(one: Counts, other: Counts) -> None:
    for function in (distances.js, distances.hellinger, distances.tv, distances.ks):
        assert function(one, other) <= 1


@given(one=counts, other=counts)
def test_js_agrees_with_scipy(one: Counts, other: Counts) -> None:
    assert distances.js(one, other) == pytest.approx(jensenshannon(one, other, base=2), abs=1e-6)


@given(one=counts, other=counts)
def test_chi2_agrees_with_scipy(one: Counts, other: Counts) -> None:
    table = np.stack([one, other])[:, one + other > 0]
    expected = chi2_contingency(table, correction=False).statistic if table.shape[1] > 1 else 0.0
    assert distances.chi2(one, other) == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_psi_follows_its_definition() -> None:
    current, reference = np.array([3, 0, 7]), np.array([50, 30, 20])
    p, q = (current + 0.5) / (10 + 1.5), (reference + 0.5) / (100 + 1.5)
    assert distances.psi(current, reference) == pytest.approx(sum((p - q) * np.log(p / q)))


def test_ks_on_every_value_is_the_two_sample_statistic() -> None:
    random = np.random.default_rng(0)
    one, other = random.integers(0, 30, 200), random.integers(0, 33, 300)
    binned = distances.ks(np.bincount(one, minlength=33), np.bincount(other, minlength=33))
    assert binned == pytest.approx(ks_2samp(one, other).statistic)


def test_wasserstein_stays_within_its_stated_error() -> None:
    random = np.random.default_rng(1)
    bounds = np.linspace(-3, 3, 25)
    one, other = random.normal(0.3, 1, 4000), random.normal(0, 1, 5000)
    sides = [np.bincount(np.searchsorted(bounds, values), minlength=26) for values in (one, other)]
    clipped = wasserstein_distance(np.clip(one, -3, 3), np.clip(other, -3, 3))
    shares = (sides[0] / 4000 + sides[1] / 5000)[1:-1]
    error = float((np.diff(bounds) * shares).sum())
    assert abs(distances.wasserstein(sides[0], sides[1], bounds, 1.0) - clipped) <= error
    assert distances.wasserstein(sides[0], sides[1], bounds, 1.0) == pytest.approx(0.3, abs=0.03)


def test_wasserstein_sees_curves_that_cross_between_two_bounds() -> None:
    crossing = distances.wasserstein(np.array([1, 0, 1]), np.array([0, 2, 0]), np.array([0.0, 1.0]), 1.0)
    assert crossing == pytest.approx(0.25)


def test_default_floors_lie_below_a_shift_of_a_tenth_of_a_standard_deviation() -> None:
    from scipy.stats import norm

    edges = norm.ppf(np.arange(1, 20) / 20)
    reference = np.full(20, 1e9 / 20)
    current = np.diff(np.r_[0, norm.cdf(edges - 0.1), 1]) * 1e9
    assert MINIMUM_EFFECTS["psi"] < distances.psi(current, reference)
    assert MINIMUM_EFFECTS["ks"] < distances.ks(current, reference)
