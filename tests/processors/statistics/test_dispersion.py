"""How much streams scatter more than independent rows, beside what is known of how they were made."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from driftline.processors.statistics import dispersion as module
from driftline.processors.statistics.dispersion import FEWEST_BLOCKS, dispersion
from tests.processors.detectors.streams import autoregressive, bursty


@pytest.mark.parametrize("level", [1e-2, 1e-3, 1e-4])
def test_the_tail_of_a_weighted_sum_is_that_of_random_sums(level: float) -> None:
    weights = np.array([19, 9.5, 6.4, 4.8, 3.9, 3.3, 2.8, 2.5, 2.3, 2.1, 2.0, 1.9, 1.8])
    sums = np.random.default_rng(1).normal(size=(300_000, len(weights))) ** 2 @ weights
    assert module._quantile(weights, level) == pytest.approx(np.quantile(sums, 1 - level), rel=0.04)


@pytest.mark.parametrize("freedom", [1, 4, 19, 199])
def test_the_tail_of_equal_weights_is_chi_square(freedom: int) -> None:
    found = module._quantile(np.full(freedom, 3.0), 1e-8)
    assert found == pytest.approx(3 * stats.chi2.isf(1e-8, freedom), rel=0.01)


@pytest.mark.parametrize("buckets", [2, 20, 200])
def test_independent_rows_are_taken_for_little_more_than_independent(buckets: int) -> None:
    random = np.random.default_rng(buckets)
    blocks = random.multinomial(500, np.full(buckets, 1 / buckets), size=(10, 300))
    found = [dispersion(each, ordered=True) for each in blocks]
    assert np.mean([each["psi"] for each in found]) < 1.2
    assert np.mean([each["ks"] for each in found]) < 1.35
    assert all(value >= 1 for each in found for value in each.values())


@pytest.mark.parametrize("burst", [3, 10])
def test_bursts_of_equal_rows_are_as_good_as_one_row_each(burst: int) -> None:
    random = np.random.default_rng(burst)
    blocks = bursty(random, np.full(10, 0.1), rows=600 * 300, burst=burst).reshape(300, 600)
    counts = np.array([np.bincount(row, minlength=10) for row in blocks])
    found = dispersion(counts, ordered=False)
    true = float((np.arange(1, 40 * burst) ** 2 @ stats.geom(1 / burst).pmf(np.arange(1, 40 * burst))) / burst)
    assert true * 0.85 <= found["psi"] <= true * 1.5


def test_rows_that_follow_each_other_scatter_as_their_correlation_says() -> None:
    values = autoregressive(np.random.default_rng(3), 400 * 500, 0.9)
    edges = stats.norm.ppf(np.arange(1, 20) / 20)
    counts = np.array([np.bincount(row, minlength=20) for row in np.searchsorted(edges, values).reshape(400, 500)])
    found = dispersion(counts, ordered=True)
    weights = np.array([(1 + 0.9**j) / (1 - 0.9**j) for j in range(1, 20)])
    true = module._quantile(weights, 1e-8) / stats.chi2.isf(1e-8, 19)
    assert true * 0.9 <= found["psi"] <= true * 1.3
    assert 11 <= found["ks"] <= 19


def test_one_incident_does_not_decide() -> None:
    counts = np.random.default_rng(4).multinomial(500, np.full(10, 0.1), size=200)
    spoiled = counts.copy()
    spoiled[50] = 0
    spoiled[50, 0] = 500
    calm, after = dispersion(counts, ordered=True), dispersion(spoiled, ordered=True)
    assert after["psi"] < calm["psi"] + 0.5
    assert after["ks"] < calm["ks"] + 0.5


def test_little_says_nothing() -> None:
    few = np.full((FEWEST_BLOCKS - 1, 4), 25)
    assert dispersion(few, ordered=True) == {}
    assert dispersion(np.zeros((100, 3), dtype=np.int64), ordered=True) == {}
    assert dispersion(np.full((100, 1), 9), ordered=False) == {}
    assert dispersion(np.column_stack([np.zeros(100, dtype=np.int64), np.full(100, 9)]), ordered=False) == {}


def test_categories_seen_once_in_a_while_are_taken_together() -> None:
    random = np.random.default_rng(5)
    shares = np.r_[np.full(4, 0.24), np.full(200, 0.04 / 200)]
    assert dispersion(random.multinomial(300, shares, size=100), ordered=False)["psi"] < 1.5
