"""Intervals of fairness metrics: they hold the truth as often as they say, however many groups are looked at.

Budget of the statistical tests: a cell of 500 seeded repetitions whose true coverage is 95 % falls below the bound
(99.9 % one-sided, binomial) once in a thousand.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import binom, studentized_range

from driftline.processors.statistics.fairness import Confusion, Groups, Scores
from driftline.processors.statistics.fairness import disparity as compare
from driftline.processors.statistics.fairness.extremes import range_deviate
from driftline.processors.statistics.intervals import Interval

Draw = Callable[[np.random.Generator], Groups]

REPETITIONS = 500
FEWEST_HELD = int(binom.ppf(0.001, REPETITIONS, 0.95))
RATES = [
    ([0.3, 0.3], [100, 100]),
    ([0.5, 0.3], [1000, 200]),
    ([0.1, 0.05], [60, 300]),
    ([0.3] * 5, [200] * 5),
    ([0.5, 0.4, 0.3, 0.2], [200, 500, 50, 1000]),
]


def held(name: str, draw: Draw, truth: float) -> tuple[int, float]:
    """How many of the intervals hold the truth, and how wide they are."""
    random = np.random.default_rng(11)
    found = [compare(name, draw(random), fewest=1).figures for _ in range(REPETITIONS)]
    holding = sum(bool(each.lower[0] <= truth + 1e-12 and each.upper[0] >= truth - 1e-12) for each in found)
    return holding, float(np.mean([each.upper[0] - each.lower[0] for each in found]))


def selected(rates: list[float], sizes: list[int]) -> Draw:
    return lambda random: Groups(random.binomial(sizes, rates), np.array(sizes))


@pytest.mark.statistical
@pytest.mark.parametrize(("rates", "sizes"), RATES)
def test_an_interval_of_a_difference_holds_it_in_95_of_100(rates: list[float], sizes: list[int]) -> None:
    holding, _ = held("demographic_parity_difference", selected(rates, sizes), max(rates) - min(rates))
    assert holding >= FEWEST_HELD


@pytest.mark.statistical
@pytest.mark.parametrize(("rates", "sizes"), RATES)
def test_an_interval_of_a_ratio_holds_it_in_95_of_100(rates: list[float], sizes: list[int]) -> None:
    holding, _ = held("demographic_parity_ratio", selected(rates, sizes), min(rates) / max(rates))
    assert holding >= FEWEST_HELD


@pytest.mark.statistical
def test_an_interval_of_two_groups_is_no_wider_than_it_must_be() -> None:
    holding, width = held("demographic_parity_difference", selected([0.5, 0.3], [1000, 1000]), 0.2)
    assert holding <= binom.ppf(0.999, REPETITIONS, 0.96)
    assert width == pytest.approx(2 * 1.96 * np.sqrt((0.25 + 0.21) / 1000), rel=0.02)


@pytest.mark.statistical
def test_intervals_of_equalised_odds_hold_the_worse_of_both_rates() -> None:
    true, false, sizes = [0.7, 0.6, 0.65], [0.2, 0.2, 0.2], [200, 300, 400]

    def draw(random: np.random.Generator) -> Groups:
        hits, wrong = random.binomial(sizes, true), random.binomial(sizes, false)
        cells = Confusion(hits, wrong, np.array(sizes) - hits, np.array(sizes) - wrong)
        return Groups(hits + wrong, 2 * np.array(sizes), cells)

    assert held("equalized_odds_difference", draw, 0.1)[0] >= FEWEST_HELD
    assert held("equalized_odds_ratio", draw, 0.6 / 0.7)[0] >= FEWEST_HELD


@pytest.mark.statistical
@pytest.mark.parametrize("bias", [[0.0, 0.0], [0.08, 0.0], [0.08, -0.05, 0.0]])
def test_an_interval_of_the_calibration_gap_holds_it_in_95_of_100(bias: list[float]) -> None:
    places = (np.arange(50) + 0.5) / 50 * 0.8 + 0.1  # with any of the biases still a probability

    def draw(random: np.random.Generator) -> Groups:
        observed = random.multinomial(300, np.full(50, 1 / 50), len(bias))
        hits = random.binomial(observed, places + np.array(bias)[:, None])
        return Groups(hits.sum(axis=1), observed.sum(axis=1), scores=Scores(hits, observed, places))

    assert held("calibration_gap", draw, max(bias) - min(bias))[0] >= FEWEST_HELD


def test_the_deviate_of_all_pairs_is_that_of_the_studentised_range() -> None:
    for groups, confidence in ((2, 0.95), (3, 0.95), (10, 0.99), (4, 1 - 1e-6)):
        oracle = studentized_range.ppf(confidence, groups, np.inf) / np.sqrt(2)
        assert range_deviate(groups, confidence) == pytest.approx(float(oracle), rel=1e-5)


def test_more_groups_make_a_difference_less_sure() -> None:
    def lower(groups: int) -> float:
        found: Interval = compare(
            "demographic_parity_difference",
            Groups(np.array([60] + [40] * (groups - 1)), np.full(groups, 100)),
            fewest=1,
        ).figures
        return float(found.lower[0])

    assert lower(2) > lower(4) > lower(12)
