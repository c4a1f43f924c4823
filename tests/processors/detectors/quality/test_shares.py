"""Shares: never over their level, whatever the two sizes; and what they find."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, hypergeom, nbinom

from driftline.processors.detectors.quality import Check, constant, of_another_kind, share_limits

SIZES = [(50, 20_000), (1000, 1000), (5000, 500), (300, 300), (20_000, 2000)]


@pytest.mark.parametrize(("window", "reference"), SIZES)
@pytest.mark.parametrize("level", [0.05, 1e-3, 1e-6, 1e-9])
def test_a_share_is_over_its_limit_by_chance_at_most_as_often_as_the_level(
    window: int, reference: int, level: float
) -> None:
    for share in (0.001, 0.01, 0.1, 0.5, 0.9, 0.99):
        bad = np.arange(binom.ppf(1e-13, reference, share), binom.ppf(1 - 1e-13, reference, share) + 1)
        limits = share_limits(window, bad, reference, level=level)
        beyond = binom.sf(np.floor(limits * window + 1e-9), window, share)
        assert (binom.pmf(bad, reference, share) * beyond).sum() <= level


def test_without_a_bad_value_in_the_reference_the_limit_is_that_of_the_hypergeometric() -> None:
    window, reference, level = 200, 2000, 1e-4
    (limit,) = share_limits(window, 0, reference, level=level)
    first = next(bad for bad in range(window) if hypergeom.sf(bad - 1, window + reference, bad, window) <= level)
    assert first - 1 <= limit * window + 1 <= first + 1


@given(st.integers(10, 10_000), st.integers(10, 10_000), st.floats(1e-12, 0.2))
def test_the_count_at_the_limit_has_the_chance_of_the_level(window: int, reference: int, level: float) -> None:
    (limit,) = share_limits(window, 0, reference, level=level)
    beyond = np.floor(limit * window) + 1
    assert nbinom.sf(beyond - 1, 1, reference / (window + reference)) <= level * (1 + 1e-6)


@given(st.integers(10, 10_000), st.integers(10, 10_000), st.integers(0, 10), st.floats(0, 0.3), st.floats(1, 9))
def test_limits_grow_with_the_minimum_effect_and_with_dispersion(
    window: int, reference: int, bad: int, effect: float, dispersion: float
) -> None:
    plain, floored, spread = (
        share_limits(window, bad, reference, level=1e-4, minimum_effect=floor, dispersion=variance)[0]
        for floor, variance in ((0.0, 1.0), (effect, 1.0), (0.0, dispersion))
    )
    assert floored == max(plain, bad / reference + effect)
    assert spread >= plain * (1 - 1e-9)


@pytest.mark.statistical
def test_dispersed_shares_keep_to_their_level_and_independent_ones_are_found() -> None:
    random = np.random.default_rng(4)
    dispersion, runs, window, reference = 5, 4000, 1000, 5000
    now = random.binomial(window // dispersion, 0.02, runs) * dispersion / window
    then = random.binomial(reference // dispersion, 0.02, runs) * dispersion
    limits = share_limits(window, then, reference, level=0.01, dispersion=dispersion)
    assert (now > limits).sum() <= binom.ppf(0.999, runs, 0.01)
    risen = random.binomial(window, 0.05, runs) / window
    plain = share_limits(window, random.binomial(reference, 0.01, runs), reference, level=1e-6, minimum_effect=0.01)
    assert (risen > plain).mean() > 0.95


def test_a_constant_window_is_as_surprising_as_counting_says() -> None:
    window, reference = np.array([0, 6, 0]), np.array([30, 20, 10])
    pooled = window + reference
    chance = sum(hypergeom.pmf(6, pooled.sum(), count, 6) for count in pooled)
    assert constant(window, reference, level=1e-3).score == pytest.approx(-np.log10(chance))


@pytest.mark.statistical
def test_a_varying_field_is_called_constant_by_chance_at_most_as_often_as_the_level() -> None:
    random = np.random.default_rng(2)
    for share in (0.5, 0.9, 0.99):
        runs, rows = 4000, 40
        windows = random.multinomial(rows, [share, 1 - share], runs)
        references = random.multinomial(400, [share, 1 - share], runs)
        found = [constant(*sides, level=0.01).violated for sides in zip(windows, references, strict=True)]
        assert sum(found) <= binom.ppf(0.999, runs, 0.01)


def test_a_constant_is_no_news_where_the_reference_was_one_or_the_window_is_not() -> None:
    assert constant(np.array([5, 0]), np.array([50, 0]), level=0.1).score == 0
    assert constant(np.array([5, 1]), np.array([50, 9]), level=0.1).score == 0
    assert constant(np.array([0, 900]), np.array([100, 1]), level=1e-9).violated
    assert not constant(np.array([0, 900]), np.array([100, 100]), level=1e-9, dispersion=900).violated


@pytest.mark.parametrize(
    ("window", "reference", "count"),
    [
        ({"1": 5, "2.5": 3}, ["1", "2"], 3),
        ({"1": 5}, ["1.5", "2.5"], 0),
        ({"red": 4}, ["1", "2"], 4),
        ({"7": 4}, ["red", "1"], 0),
        ({"1": 4}, ["true", "false"], 4),
        ({"true": 4}, ["true"], 0),
        ({"x": 4}, [], 0),
    ],
)
def test_categories_of_another_kind_are_those_that_the_reference_cannot_read(
    window: dict[str, int], reference: list[str], count: int
) -> None:
    assert of_another_kind(window, reference)[0] == count


def test_a_score_at_its_limit_is_within_it() -> None:
    assert not Check(0.5, 0.5).violated
