"""Changes of figures: their intervals hold what they say, and the binning error is never exceeded.

Budget of the statistical tests: a cell of K seeded repetitions whose true coverage is 95 % falls below the bound
(99.9 % one-sided, binomial) once in a thousand.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.stats import binom, norm

from driftline.processors.detectors import Compared, changes
from driftline.processors.statistics.differences import QUANTILES, differences, missing_difference
from driftline.processors.statistics.intervals import wilson
from driftline.processors.statistics.places import Places, inside

Floats = NDArray[np.float64]
Sample = Callable[[np.random.Generator, tuple[int, int]], Floats]

values = arrays(np.float64, st.integers(1, 40), elements=st.floats(-5, 5, width=32))
edges = st.lists(st.integers(-8, 8), min_size=1, max_size=8, unique=True)


@given(current=values, reference=values, bounds=edges)
def test_the_change_of_the_raw_values_lies_within_the_binning_error(
    current: Floats, reference: Floats, bounds: list[int]
) -> None:
    cuts = np.sort(np.array(bounds, dtype=np.float64)) / 2
    low, high = float(reference.min()), float(reference.max())
    sides = [np.bincount(np.searchsorted(cuts, side), minlength=len(cuts) + 1) for side in (current, reference)]
    [found] = changes([Compared(sides[0], sides[1], cuts, low, high)])
    raw = [np.clip(side, min(low, cuts[0]), max(high, cuts[-1])) for side in (current, reference)]
    now, before = (_figures(side) for side in raw)
    assert {change.name for change in found} == set(now)
    for change in found:
        truth = now[change.name] - before[change.name]
        assert abs(change.value - truth) <= change.binning_error + 1e-9
        assert change.lower - 1e-12 <= change.value <= change.upper + 1e-12


def _figures(side: Floats) -> dict[str, float]:
    quantiles = {name: float(np.quantile(side, part, method="inverted_cdf")) for name, part in QUANTILES.items()}
    return {"mean": float(np.mean(side)), "variance": float(np.var(side)), **quantiles}


@given(side=values, bounds=edges)
def test_equal_sides_have_not_changed_and_swapped_sides_change_the_other_way(side: Floats, bounds: list[int]) -> None:
    cuts = np.sort(np.array(bounds, dtype=np.float64)) / 2
    counts = np.bincount(np.searchsorted(cuts, side), minlength=len(cuts) + 1)[None]
    other = counts[:, ::-1]
    places = Places.of(counts, cuts[None], np.array([-5.0]), np.array([5.0]))
    assert all(figure.change.value[0] == 0 for figure in differences(counts, counts, places).values())
    there, back = differences(other, counts, places), differences(counts, other, places)
    for name, figure in there.items():
        assert figure.change.value[0] == pytest.approx(-back[name].change.value[0], abs=1e-12)
        assert figure.change.lower[0] == pytest.approx(-back[name].change.upper[0], abs=1e-9)
        assert figure.binning_error[0] == pytest.approx(back[name].binning_error[0], abs=1e-9)


@given(st.floats(0, 1), st.floats(-30, 30), st.floats(1e-3, 50))
def test_a_share_of_a_bucket_is_the_inverse_of_its_cut_exponential(share: float, rate: float, width: float) -> None:
    assume(abs(rate) * width < 30)
    way = float(inside(np.array([share]), np.array([rate]), np.array([width]))[0])
    assert 0 <= way <= width * (1 + 1e-9)
    steep = rate if abs(rate) * width > 1e-3 else 1e-12
    assert np.expm1(-steep * way) / np.expm1(-steep * width) == pytest.approx(share, abs=1e-3)


@given(counts=arrays(np.int64, 5, elements=st.integers(0, 100)), rate=st.integers(0, 1))
def test_points_and_spreads_are_those_of_values_laid_out_as_said(counts: NDArray[np.int64], rate: int) -> None:
    bounds = np.array([[0.0, 1.0, 2.5, 4.0]])
    places = Places.of(counts[None], bounds, np.array([-3.0]), np.array([9.0 - 4 * rate]))
    shares = (np.arange(20_000) + 0.5) / 20_000
    for bucket in range(5):
        low, width = places.lower[0, bucket], places.upper[0, bucket] - places.lower[0, bucket]
        laid = low + inside(shares, np.full(20_000, places.rate[0, bucket]), np.full(20_000, width))
        assert places.points[0, bucket] == pytest.approx(laid.mean(), abs=2e-3)
        assert places.spread[0, bucket] == pytest.approx(laid.var(), abs=1e-2)


def test_an_outer_bucket_without_a_known_end_counts_at_its_bound() -> None:
    counts, bounds = np.array([5, 10, 20, 5]), np.array([1.0, 2.0, 4.0])
    [found] = changes([Compared(counts[::-1], counts, bounds)])
    mean = next(change for change in found if change.name == "mean")
    assert mean.value == pytest.approx((20 * 1.5 + 10 * 3 + 25 - 10 * 1.5 - 20 * 3 - 25) / 40)


def test_figures_beyond_the_doubles_are_left_out() -> None:
    counts, bounds = np.array([5, 10, 5]), np.array([-1.5e308, 1.5e308])
    [found] = changes([Compared(counts, counts, bounds, -1.7e308, 1.7e308, (1, 1), (21, 21))])
    assert "variance" not in {change.name for change in found}
    assert found[-1].name == "missing"


def test_missing_values_are_compared_where_both_sides_counted_them() -> None:
    category = np.array([5, 5])
    some, none, empty = changes(
        [
            Compared(category, category, missing=(2, 1), offered=(12, 11)),
            Compared(category, category),
            Compared(category, category, missing=(0, 0), offered=(10, 0)),
        ]
    )
    assert [change.name for change in some] == ["missing"]
    assert none == empty == ()


@given(st.integers(0, 50), st.integers(1, 50))
def test_wilsons_interval_is_where_the_score_test_says_it_is(hits: int, more: int) -> None:
    trials = hits + more
    share, lower, upper = (float(figure) for figure in wilson(hits, trials))
    for end in {lower, upper} - {0.0, 1.0}:
        score = abs(share - end) / np.sqrt(end * (1 - end) / trials)
        assert score == pytest.approx(norm.ppf(0.975), rel=1e-6)


NORMAL: Sample = lambda random, shape: random.normal(size=shape)  # noqa: E731 - a table of samplers
SKEWED: Sample = lambda random, shape: random.gamma(2.0, size=shape)  # noqa: E731 - a table of samplers
REPETITIONS = 600


@pytest.mark.statistical
@pytest.mark.parametrize("size", [200, 2000])
@pytest.mark.parametrize("sample", [NORMAL, SKEWED], ids=["normal", "gamma"])
def test_intervals_hold_the_true_change_as_often_as_they_say(sample: Sample, size: int) -> None:
    random = np.random.default_rng([size, 7])
    population = sample(random, (1, 400_000))[0]
    reference = sample(random, (REPETITIONS, 5000))
    current = sample(random, (REPETITIONS, size)) * 1.1 + 0.1
    cuts = np.quantile(reference, np.arange(1, 20) / 20, axis=1).T
    window, known = _counts(current, cuts), _counts(reference, cuts)
    found = differences(window, known, Places.of(known, cuts, reference.min(axis=1), reference.max(axis=1)))
    moved = population * 1.1 + 0.1
    truth: dict[str, Floats | float] = {"mean": moved.mean() - population.mean()}
    truth |= {name: np.quantile(moved, p) - np.quantile(population, p) for name, p in QUANTILES.items()}
    truth["variance"] = _placed_variance(moved, population, cuts, reference)
    for name, true in truth.items():
        lower, upper = found[name].change.lower, found[name].change.upper
        held = int(((lower <= true) & (true <= upper)).sum())
        assert held >= binom.ppf(0.001, REPETITIONS, 0.95), name
        assert held <= binom.ppf(0.999, REPETITIONS, 0.98), name


@pytest.mark.statistical
@pytest.mark.parametrize(("share", "size"), [(0.0, 100), (0.01, 300), (0.2, 300)])
def test_intervals_of_the_missing_share_hold_the_true_change(share: float, size: int) -> None:
    random = np.random.default_rng([size, 11])
    missing = random.binomial(size, share + 0.01, REPETITIONS * 5), random.binomial(5000, share, REPETITIONS * 5)
    found = missing_difference(missing, (np.full(REPETITIONS * 5, size), np.full(REPETITIONS * 5, 5000))).change
    held = int(((found.lower <= 0.01) & (found.upper >= 0.01)).sum())
    assert held >= binom.ppf(0.001, REPETITIONS * 5, 0.92)  # 95 % on average; near an end it goes down to this


def _placed_variance(moved: Floats, population: Floats, cuts: Floats, reference: Floats) -> Floats:
    """The change of the variance of the populations, their values where `places` puts those of a bucket."""
    low, high = reference.min(axis=1), reference.max(axis=1)
    places = Places.of(_counts(reference, cuts), cuts, low, high)
    sides: list[NDArray[np.int64]] = []
    for values in (np.sort(moved), np.sort(population)):
        ends = np.searchsorted(values, cuts)
        sides.append(np.diff(ends, axis=1, prepend=0, append=len(values)))
    return differences(sides[0], sides[1], places)["variance"].change.value


def _counts(side: Floats, cuts: Floats) -> NDArray[np.int64]:
    return np.array(
        [np.bincount(np.searchsorted(c, row), minlength=len(c) + 1) for row, c in zip(side, cuts, strict=True)]
    )
