"""Changes of unit: found in a hundred rows, told apart from shifts; how often a shift is taken for one is stated."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from driftline.processors.detectors.quality import Steps, distance_limit, unit_change
from driftline.processors.detectors.quality.units import UNITS, Unit
from driftline.processors.profile.exponential import Exponential
from driftline.processors.windows import ExponentialCounts

Floats = NDArray[np.float64]
Draw = Callable[[np.random.Generator, int], Floats]
SHAPES: dict[str, Draw] = {
    "normal": lambda random, n: random.normal(20, 5, n),
    "narrow": lambda random, n: random.normal(170, 10, n),
    "lognormal": lambda random, n: random.lognormal(3, 1, n),
    "gamma": lambda random, n: random.gamma(2, 10, n),
    "uniform": lambda random, n: random.uniform(0, 1, n),
}
TOLD_APART = ("10 ", "100,", "1,000,", "°F where the reference has °C", "1e+06,")


def exponential(values: Floats) -> Steps:
    """As an exponential stream knows them."""
    made = Exponential.of(values)
    sides = made.positive.offset, made.positive.counts, made.negative.offset, made.negative.counts
    return Steps.of_buckets(*ExponentialCounts(made.scale, made.zero, *sides).get())


def found(window: Floats, reference: Floats) -> Unit | None:
    """What the check says: nothing where the two are not far enough apart."""
    points = np.concatenate([window, reference])
    shares = [np.searchsorted(np.sort(side), points, side="right") / len(side) for side in (window, reference)]
    distance = float(np.abs(shares[0] - shares[1]).max())
    if distance <= distance_limit(len(window), len(reference), level=1e-8):
        return None
    return unit_change(exponential(window), exponential(reference))


def unit(words: str) -> Unit:
    return next(each for each in UNITS if words in f"{each.words} ")


@pytest.mark.statistical
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("words", ["multiplied by 10 ", "divided by 10 ", "multiplied by 100,", "multiplied by 1,000,"])
def test_a_factor_of_ten_is_named_from_a_hundred_rows(shape: str, words: str) -> None:
    random = np.random.default_rng(7)
    changed, draw, runs = unit(words), SHAPES[shape], 40
    named = [found(draw(random, 100) * changed.factor, draw(random, 5000)) for _ in range(runs)]
    assert sum(each is changed for each in named) >= 0.75 * runs


@pytest.mark.statistical
@pytest.mark.parametrize("words", ["°F where the reference has °C", "K where the reference has °C", "sign", "by 2.54,"])
def test_temperatures_lengths_and_signs_are_named_where_the_field_is_narrow(words: str) -> None:
    random = np.random.default_rng(8)
    changed, draw, runs = unit(words), SHAPES["narrow"], 40
    named = [found(draw(random, 100) * changed.factor + changed.offset, draw(random, 5000)) for _ in range(runs)]
    assert sum(each is changed for each in named) >= 0.8 * runs


@pytest.mark.statistical
@pytest.mark.parametrize("shape", SHAPES)
def test_the_same_field_is_never_in_another_unit(shape: str) -> None:
    random = np.random.default_rng(9)
    assert not any(found(SHAPES[shape](random, 100), SHAPES[shape](random, 5000)) for _ in range(100))


@pytest.mark.statistical
def test_shifts_are_rarely_taken_for_units() -> None:
    """Up to 8 standard deviations: measured 1 to 5 % of windows of 100 rows, by shape; `docs/quality.md`."""
    random = np.random.default_rng(10)
    for draw in SHAPES.values():
        reference = draw(random, 5000)
        shifts = random.uniform(-8, 8, 100) * reference.std()
        assert sum(found(draw(random, 100) + shift, reference) is not None for shift in shifts) <= 12


@pytest.mark.statistical
def test_an_ordinary_shift_of_a_lognormal_is_never_taken_for_a_unit() -> None:
    random = np.random.default_rng(11)
    for factor in (0.5, 0.7, 1.3, 1.7, 2.0, 2.54):
        windows = [SHAPES["lognormal"](random, 500) * factor for _ in range(20)]
        assert not any(found(window, SHAPES["lognormal"](random, 5000)) for window in windows)


def test_buckets_that_hold_everything_in_one_tell_no_unit() -> None:
    bounds = np.arange(1.0, 20.0)
    reference = Steps.on_bounds(bounds, np.full(20, 50))
    assert unit_change(Steps.on_bounds(bounds, np.r_[np.zeros(19, dtype=np.int64), 1000]), reference) is None
    assert unit_change(Steps.on_bounds(np.zeros(0), np.array([1000])), reference) is None
    assert unit_change(Steps.on_bounds(bounds, np.r_[np.ones(19, dtype=np.int64), 0]), reference) is None, "too few"


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60), st.lists(st.floats(-1e6, 1e6), min_size=1))
def test_what_buckets_say_of_a_point_holds_for_the_values_in_them(values: list[float], points: list[float]) -> None:
    held = np.array(values)
    for steps in (exponential(held), Steps.of_values(np.sort(held))):
        least, most = steps.between(np.array(points))
        shares = np.array([(held <= point).mean() for point in points])
        assert (least <= shares + 1e-12).all()
        assert (shares <= most + 1e-12).all()


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=200), st.integers(4, 20))
def test_thinning_keeps_shares_and_at_most_so_many_edges(values: list[float], most: int) -> None:
    steps = Steps.of_values(np.sort(np.array(values)))
    thinned = steps.thinned(most)
    assert len(thinned.edges) <= max(most, 1)
    assert set(zip(thinned.edges, thinned.up_to, strict=True)) <= set(zip(steps.edges, steps.up_to, strict=True))
