from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftline.processors.profile.binning import Sorted
from driftline.processors.profile.bounds import SCORE_BOUNDS, between, choose_bounds, score_bounds
from driftline.processors.profile.sketch import Distinct

numbers = st.lists(
    st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(-30, 30).map(float)),
    min_size=1,
    max_size=80,
)


def counts(values: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    return Sorted.of(values).counts(bounds)


@given(numbers, st.integers(2, 40))
def test_bounds_ascend_are_finite_and_about_as_many_as_asked_for(column: list[float], bins: int) -> None:
    bounds = choose_bounds(Distinct.of(np.array(column)), bins)
    assert np.isfinite(bounds).all()
    assert (np.diff(bounds) > 0).all()
    assert len(bounds) <= 3 * bins + 1


@given(numbers)
def test_few_distinct_values_have_a_bucket_each_and_an_empty_one_on_both_ends(column: list[float]) -> None:
    distinct = Distinct.of(np.array(column))
    bounds = choose_bounds(distinct, len(distinct.values) + 1)
    found = counts(np.array(column), bounds).tolist()
    if np.all(
        np.diff(distinct.values) > 1e-300 + 1e-12 * np.abs(distinct.values[1:])
    ):  # neighbours have no room between
        assert found == [0, *distinct.weights.tolist(), 0]
    assert sum(found) == len(column)


def test_small_integers_have_their_values_as_bounds() -> None:
    assert choose_bounds(Distinct.of(np.array([0.0, 1.0, 1.0, 3.0])), 20).tolist() == [-1.0, 0.0, 1.0, 3.0]


@pytest.mark.parametrize("constant", [0.0, 1.0, -7.0, 0.1, -2.5, 1e300, 2e-308])
def test_anything_but_the_constant_leaves_its_bucket(constant: float) -> None:
    bounds = choose_bounds(Distinct.of(np.full(5, constant)), 20)
    step = max(abs(constant), 1e-3) * 1e-3
    assert counts(np.array([constant - step, constant, constant + step]), bounds).tolist() == [1, 1, 1]


def test_a_continuous_field_of_few_bins_has_equal_shares() -> None:
    values = np.random.default_rng(3).lognormal(size=20_000)
    found = counts(values, choose_bounds(Distinct.of(values), 10))
    assert len(found) == 10
    assert found.min() >= 1999
    assert found.max() <= 2001


def test_a_continuous_field_has_equal_shares_in_the_middle_and_narrow_ones_for_its_tails() -> None:
    values = np.random.default_rng(3).lognormal(size=20_000)
    found = counts(values, choose_bounds(Distinct.of(values), 20)).tolist()
    assert found == [0, 40, 160, *[1400] * 14, 160, 40, 0]


@pytest.mark.parametrize(("rows", "first"), [(400, [0, 22]), (1000, [0, 10]), (3000, [0, 6])])
def test_a_tail_is_cut_off_where_it_holds_five_rows(rows: int, first: list[int]) -> None:
    values = np.random.default_rng(3).normal(size=rows)
    found = counts(values, choose_bounds(Distinct.of(values), 20)).tolist()
    assert len(found) == 20
    assert found[:2] == first


@given(st.floats(-1e3, 1e3), st.floats(1e-3, 1e3))
def test_what_is_further_out_than_all_values_is_in_an_outer_bucket(middle: float, spread: float) -> None:
    values = middle + spread * np.random.default_rng(8).standard_t(3, size=3000)
    found = counts(values, choose_bounds(Distinct.of(values), 20))
    assert found[0] == found[-1] == 0
    reach = 2 * np.ptp(values)
    further = np.array([values.min() - reach, values.max() + reach])
    assert counts(further, choose_bounds(Distinct.of(values), 20))[[0, -1]].tolist() == [1, 1]


def test_integers_further_out_than_all_values_are_in_an_outer_bucket() -> None:
    values = np.floor(np.random.default_rng(9).gamma(4, 5, size=20_000))
    bounds = choose_bounds(Distinct.of(values), 20)
    assert (bounds == np.trunc(bounds)).all()
    gap = values.max() - np.unique(values)[-2]
    beside = np.array([values.min() - 1, values.min(), values.max(), values.max() + gap])
    assert np.flatnonzero(counts(beside, bounds)).tolist() == [0, 1, len(bounds) - 1, len(bounds)]


def test_a_value_as_heavy_as_a_bucket_has_one_to_itself() -> None:
    random = np.random.default_rng(4)
    values = np.concatenate([np.zeros(6000), random.exponential(size=3000), -random.exponential(size=1000)])
    bounds = choose_bounds(Distinct.of(values), 20)
    found = counts(values, bounds)
    assert 6000 in found.tolist()
    assert len(found) <= 22


def test_values_read_as_float32_stay_in_their_buckets() -> None:
    prices = np.round(np.random.default_rng(5).integers(1, 15, 500) * 0.1, 1)
    bounds = choose_bounds(Distinct.of(prices), 20)
    assert counts(prices.astype(np.float32).astype(np.float64), bounds).tolist() == counts(prices, bounds).tolist()


def test_no_bound_of_a_continuous_field_is_a_row_of_the_training_data() -> None:
    values = np.random.default_rng(6).normal(size=5000)
    assert not np.isin(choose_bounds(Distinct.of(values), 20), values).any()


@given(st.floats(-1e12, 1e12), st.floats(-1e12, 1e12))
def test_a_bound_lies_between_its_values(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert low <= between(low, high) <= high
    if np.nextafter(low, np.inf) < high and high - low > 1e-290:
        assert between(low, high) < high


def test_a_score_has_a_hundred_bounds_with_the_threshold_among_them() -> None:
    random = np.random.default_rng(7)
    for scores in (random.random(5000), np.round(random.random(5000), 3), np.clip(random.normal(size=5000), 0, 1)):
        bounds = score_bounds(Distinct.of(scores), 20, 0.5)
        assert len(bounds) >= SCORE_BOUNDS
        assert 0.5 in bounds


def test_a_score_of_few_values_has_a_bound_for_each() -> None:
    assert len(score_bounds(Distinct.of(np.array([0.1, 0.9] * 50)), 20, 0.5)) == 4


def test_no_values_have_no_bounds() -> None:
    assert choose_bounds(Distinct.of(np.zeros(0)), 20).tolist() == []
