"""The statistics that are shown beside the deciding ones, each against what scipy computes on rows."""

from __future__ import annotations

from inspect import signature

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.stats import anderson_ksamp, chi2_contingency, cramervonmises_2samp, energy_distance, wasserstein_distance

from driftline.processors.statistics import bounds_of_error, distances, edf, entropies
from driftline.processors.statistics.energy import energy

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

counts = arrays(np.int64, 6, elements=st.integers(0, 10_000)).filter(lambda c: c.sum() > 0)
few = arrays(np.int64, 7, elements=st.integers(0, 9)).filter(lambda c: c.sum() > 1)


@given(one=counts, other=counts)
def test_kl_is_the_mean_of_both_relative_entropies(one: Counts, other: Counts) -> None:
    p, q = distances.smoothed_shares(one), distances.smoothed_shares(other)
    expected = (float((p * np.log(p / q)).sum()) + float((q * np.log(q / p)).sum())) / 2
    assert entropies.kl(one, other) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@given(one=counts, other=counts)
def test_g_agrees_with_scipy(one: Counts, other: Counts) -> None:
    table = np.stack([one, other])[:, one + other > 0]
    found = chi2_contingency(table, correction=False, lambda_="log-likelihood") if table.shape[1] > 1 else None
    assert entropies.g(one, other) == pytest.approx(found.statistic if found else 0.0, rel=1e-9, abs=1e-7)


@given(st.lists(st.booleans(), min_size=4, max_size=60).filter(lambda sides: 2 <= sum(sides) <= len(sides) - 2))
def test_cvm_of_values_without_ties_agrees_with_scipy(in_window: list[bool]) -> None:
    sides, places = np.array(in_window), np.arange(len(in_window), dtype=np.float64)
    expected = cramervonmises_2samp(places[sides], places[~sides], method="asymptotic").statistic
    assert edf.cvm(sides.astype(np.int64), (~sides).astype(np.int64)) == pytest.approx(expected, abs=1e-9)


@given(one=counts, other=counts)
def test_cvm_and_ad_are_the_same_from_either_end(one: Counts, other: Counts) -> None:
    for function in (edf.cvm, edf.ad, edf.kuiper):
        assert function(one, other) == pytest.approx(function(one[::-1], other[::-1]), rel=1e-9, abs=1e-12)


@pytest.mark.filterwarnings("ignore:p-value")
@given(one=few, other=few)
def test_ad_standardised_agrees_with_scipy_on_tied_rows(one: Counts, other: Counts) -> None:
    if np.count_nonzero(one + other) < 2 or one.sum() + other.sum() < 4:
        return
    rows = [np.repeat(np.arange(7.0), side) for side in (one, other)]
    by_middle_ranks = {"variant": "midrank"} if "variant" in signature(anderson_ksamp).parameters else {"midrank": True}
    expected = float(anderson_ksamp(rows, **by_middle_ranks).statistic)
    assert (edf.ad(one, other) - 1) / _ad_spread(len(rows[0]), len(rows[1])) == pytest.approx(expected, abs=1e-8)


def _ad_spread(n: int, m: int) -> float:
    """Standard deviation of A^2 for k = 2, Scholz and Stephens (1987), equation 4."""
    size, k, parts = n + m, 2, 1 / n + 1 / m
    ladder = sum(1 / i for i in range(1, size))
    nested = sum(sum(1 / ((size - i) * j) for j in range(i + 1, size)) for i in range(1, size - 1))
    a = (4 * nested - 6) * (k - 1) + (10 - 6 * nested) * parts
    b = (2 * nested - 4) * k**2 + 8 * ladder * k + (2 * nested - 14 * ladder - 4) * parts - 8 * ladder
    b += 4 * nested - 6
    c = (6 * ladder + 2 * nested - 2) * k**2 + (4 * ladder - 4 * nested + 6) * k + (2 * ladder - 6) * parts + 4 * ladder
    d = (2 * ladder + 6) * k**2 - 4 * ladder * k
    return float(np.sqrt((a * size**3 + b * size**2 + c * size + d) / ((size - 1) * (size - 2) * (size - 3))))


@given(one=counts, other=counts)
def test_kuiper_lies_between_ks_and_twice_ks_and_follows_its_definition(one: Counts, other: Counts) -> None:
    gaps = [0.0, *(np.cumsum(one)[:-1] / one.sum() - np.cumsum(other)[:-1] / other.sum()).tolist()]
    assert edf.kuiper(one, other) == pytest.approx(max(gaps) - min(gaps), abs=1e-12)
    ks = float(distances.ks(one, other))
    assert ks - 1e-12 <= edf.kuiper(one, other) <= min(2 * ks, 1.0) + 1e-12


@given(one=counts, other=counts, turn=st.integers(1, 5))
def test_kuiper_is_the_same_wherever_a_circle_is_cut(one: Counts, other: Counts, turn: int) -> None:
    turned = edf.kuiper(np.roll(one, turn), np.roll(other, turn))
    assert turned == pytest.approx(float(edf.kuiper(one, other)), abs=1e-12)


@given(one=few, other=few, bounds=st.lists(st.integers(-9, 9), min_size=6, max_size=6, unique=True))
def test_energy_and_wasserstein_are_those_of_rows_spread_evenly_in_their_buckets(
    one: Counts, other: Counts, bounds: list[int]
) -> None:
    edges, scale = np.sort(np.array(bounds, dtype=np.float64)), 2.5
    rows = [_spread_evenly(side, edges, 100) / scale for side in (one, other)]
    expected = energy_distance(*rows)
    assert energy(one, other, edges, scale) == pytest.approx(expected, rel=5e-3, abs=5e-3)
    assert distances.wasserstein(one, other, edges, scale) == pytest.approx(wasserstein_distance(*rows), abs=2e-2)


def _spread_evenly(side: Counts, edges: Floats, each: int) -> Floats:
    """Many rows for each value, evenly between the bounds of its bucket; at the outer bound where there is no other."""
    lower, upper = np.r_[edges[0], edges], np.r_[edges, edges[-1]]
    steps = (np.arange(each) + 0.5) / each
    return np.concatenate(
        [np.tile(low + (high - low) * steps, int(n)) for low, high, n in zip(lower, upper, side, strict=True)]
    )


values = arrays(np.float64, st.integers(1, 30), elements=st.floats(-5, 5, width=32))


@given(one=values, other=values, bounds=st.lists(st.integers(-8, 8), min_size=2, max_size=8, unique=True))
def test_the_distance_of_raw_rows_lies_within_the_stated_binning_error(
    one: Floats, other: Floats, bounds: list[int]
) -> None:
    edges, scale = np.sort(np.array(bounds, dtype=np.float64)) / 2, 1.7
    c, r = (np.bincount(np.searchsorted(edges, side), minlength=len(edges) + 1) for side in (one, other))
    rows = [np.clip(side, edges[0], edges[-1]) / scale for side in (one, other)]
    wasserstein, spread = distances.wasserstein(c, r, edges, scale), energy(c, r, edges, scale)
    bound = bounds_of_error.wasserstein_error(c, r, edges, scale, wasserstein)
    assert abs(wasserstein - wasserstein_distance(*rows)) <= bound + 1e-9
    loose = float((np.diff(edges) * (c / c.sum() + r / r.sum())[1:-1]).sum()) / 2 / scale
    assert bound <= loose + 1e-9
    assert abs(spread - energy_distance(*rows)) <= bounds_of_error.energy_error(c, r, edges, scale, spread) + 1e-7


def test_values_at_the_ends_of_their_buckets_reach_the_stated_error() -> None:
    edges, one, other = np.array([0.0, 1.0, 2.0, 3.0]), np.array([0, 4, 6, 0, 0]), np.array([0, 0, 6, 4, 0])
    farthest = wasserstein_distance(np.repeat([1e-9, 1 + 1e-9], [4, 6]), np.repeat([2.0, 3.0], [6, 4]))
    nearest = wasserstein_distance(
        np.repeat([1.0, 1 + 1e-9, 2.0], [4, 1, 5]), np.repeat([1 + 1e-9, 2.0, 2 + 1e-9], [5, 1, 4])
    )
    found = distances.wasserstein(one, other, edges, 1.0)
    reached = max(farthest - found, found - nearest)
    assert bounds_of_error.wasserstein_error(one, other, edges, 1.0, found) == pytest.approx(reached, abs=1e-7)


def test_equal_places_leave_no_error_where_buckets_are_narrow() -> None:
    edges = np.linspace(0, 1, 1001)
    one = np.bincount(np.searchsorted(edges, np.linspace(0.1, 0.5, 500)), minlength=1002)
    other = np.bincount(np.searchsorted(edges, np.linspace(0.3, 0.7, 500)), minlength=1002)
    found = distances.wasserstein(one, other, edges, 1.0)
    assert bounds_of_error.wasserstein_error(one, other, edges, 1.0, found) <= 0.0011
