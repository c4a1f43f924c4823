"""Calibration drift: found when outcomes change at the same scores, silent when only the scores do.

Budget of the statistical tests: a rate of K seeded repetitions lies outside of its 99.9 % binomial interval once in a
thousand.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binom, hypergeom

from driftline.processors.statistics.calibration_drift import (
    LEAST_VARIANCE,
    CalibrationDrift,
    TooFewOutcomesError,
    calibration_drift,
)

Counts = NDArray[np.int64]
PLACES = (np.arange(100) + 0.5) / 100


def outcomes(random: np.random.Generator, rows: int, shape: tuple[float, float], bias: float) -> tuple[Counts, Counts]:
    """Favourable and all outcomes per bucket: scores of a beta law, outcomes at their rate plus the bias."""
    observed = np.bincount((random.beta(*shape, rows) * 100).astype(int).clip(0, 99), minlength=100)
    return random.binomial(observed, np.clip(PLACES + bias, 0, 1)), observed


def found(seed: int, rows: int, shape: tuple[float, float] = (2, 5), bias: float = 0.0) -> CalibrationDrift:
    random = np.random.default_rng(seed)
    return calibration_drift(*outcomes(random, rows, shape, bias), *outcomes(random, 5000, (2, 5), 0.0))


@pytest.mark.statistical
@pytest.mark.parametrize("rows", [100, 1000])
@pytest.mark.parametrize("shape", [(2, 5), (5, 2)], ids=["same-scores", "other-scores"])
def test_nothing_is_found_as_rarely_as_the_level_says(rows: int, shape: tuple[float, float]) -> None:
    """Of two tests that share a level and often agree: at most the level, and more than a third of it."""
    p_values = np.array([found(seed, rows, shape).p_value for seed in range(600)])
    for level in (0.05, 0.01):
        assert (p_values < level).sum() <= binom.ppf(0.999, 600, level)
        assert (p_values < level).sum() >= binom.ppf(0.001, 600, level / 3)


@pytest.mark.statistical
def test_an_interval_of_the_shift_holds_it_in_95_of_100() -> None:
    made = [found(seed, 400, bias=0.05).shift for seed in range(600)]
    holding = sum(bool(each.lower <= 0.05 <= each.upper) for each in made)
    assert binom.ppf(0.0005, 600, 0.95) <= holding <= binom.ppf(0.9995, 600, 0.96)


def test_a_bias_of_a_tenth_is_found_in_a_thousand_outcomes() -> None:
    assert all(found(seed, 1000, bias=0.1).p_value < 1e-4 for seed in range(20))


def test_outcomes_that_cross_over_are_found_though_their_mean_stays() -> None:
    random = np.random.default_rng(1)
    observed = np.full(10, 500)
    usual, bent = np.linspace(0.2, 0.8, 10), np.linspace(0.4, 0.6, 10)
    one, other = random.binomial(observed, bent), random.binomial(observed, usual)
    result = calibration_drift(one, observed, other, observed)
    assert result.p_value < 1e-6
    assert result.shift.lower < 0 < result.shift.upper


def test_one_bucket_is_the_two_sample_test_of_its_hypergeometric_moments() -> None:
    law = hypergeom(300, 90, 100)
    result = calibration_drift(np.array([40]), np.array([100]), np.array([50]), np.array([200]))
    assert result.parts == 1
    assert result.score == pytest.approx((40 - law.mean()) ** 2 / law.var())


def test_a_sparse_tail_joins_its_neighbour() -> None:
    observed, hits = np.array([200, 200, 1]), np.array([60, 120, 1])
    result = calibration_drift(hits, observed, hits * 5, observed * 5)
    assert result.parts == 2
    assert result.score == pytest.approx(0)
    assert result.p_value == 1


@pytest.mark.parametrize(
    ("favourable", "observed"), [([0, 0], [0, 0]), ([0, 0], [50, 50]), ([1, 0], [4, 0]), ([4, 3], [4, 3])]
)
def test_too_few_or_equal_outcomes_are_no_figure(favourable: list[int], observed: list[int]) -> None:
    known = np.array([0, 0]) if favourable == [0, 0] else np.array([50, 50])
    with pytest.raises(TooFewOutcomesError):
        calibration_drift(np.array(favourable), np.array(observed), known, np.array([100, 100]))
    assert LEAST_VARIANCE == 5
