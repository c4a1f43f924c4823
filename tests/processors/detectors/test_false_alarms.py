"""No drift: how often the judge says so anyway. Every repetition draws a new reference and a new window.

A model's level reaches a field as its part; so K fields judged at the part `a` give Binomial(K, a) alarms. The bound is
one-sided at 99.9 %. Runs: 2,000 per cell of continuous fields, 200 to 300 of the others, 4,000 to 20,000
multinomial draws; all seeded.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from driftline.processors.detectors import Judge, Pair, Verdict
from driftline.processors.statistics.few import FEW_BUCKETS
from driftline.processors.statistics.table import MINIMUM_EFFECTS
from tests.processors.detectors.traffic import (
    CONTINUOUS,
    TIED,
    category_pair,
    exponential_pair,
    quantile_pair,
    zipf,
)

LEVELS = (0.05, 0.01, 1e-3)
BARE = {"psi": 0.0, "ks": 0.0}


def alarms(pairs: list[Pair], level: float, judge: Judge) -> tuple[int, int]:
    """Fields in drift, each judged at `level`, a hundred to a look: without, and with, the default minimum effects."""
    alpha = -float(np.expm1(100 * np.log1p(-level)))
    looks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    verdicts = [v for look in looks for v in judge.judge(look, alpha=alpha, minimum_effect=BARE)]
    return sum(verdict.status == "drift" for verdict in verdicts), sum(matters(verdict) for verdict in verdicts)


def matters(verdict: Verdict) -> bool:
    """Whether the field would be in drift under the default minimum effects too."""
    decide = [score for score in verdict.scores if score.limit is not None]
    return any(score.score > max(score.limit or 0.0, MINIMUM_EFFECTS.get(score.name, 0.0)) for score in decide)


def assert_never_above(pairs: list[Pair], *, nor_below: bool = False) -> None:
    judge = Judge()
    for level in LEVELS:
        bare, floored = alarms(pairs, level, judge)
        assert floored <= bare <= binom.ppf(0.999, len(pairs), level)
        assert not nor_below or bare >= binom.ppf(0.001, len(pairs), level)


@pytest.mark.statistical
@pytest.mark.parametrize(("window", "reference"), [(200, 20_000), (5000, 20_000), (200, 200), (5000, 500)])
def test_continuous_fields_alarm_as_often_as_they_may(window: int, reference: int) -> None:
    random = np.random.default_rng([window, reference])
    pairs = [quantile_pair(kind, random, window, reference) for kind in CONTINUOUS.values() for _ in range(500)]
    assert_never_above(pairs, nor_below=True)


@pytest.mark.statistical
@pytest.mark.parametrize("level", [0.05, 0.01, 1e-3, 1e-4])
@pytest.mark.parametrize(("window", "reference"), [(1000, 20_000), (100_000, 20_000), (5000, 1000)])
def test_equal_buckets_of_a_reference_alarm_as_often_as_they_may(window: int, reference: int, level: float) -> None:
    random = np.random.default_rng([window, reference])
    known, judge, repetitions = np.full(20, reference // 20), Judge(), 4_000 if level > 5e-3 else 20_000
    shares = random.dirichlet(known.astype(float), size=repetitions)
    current = random.multinomial(window, shares)
    found = alarms([Pair(row, known, ordered=True) for row in current], level, judge)[0]
    assert binom.ppf(0.001, repetitions, level) <= found <= binom.ppf(0.999, repetitions, level)


@pytest.mark.statistical
@pytest.mark.parametrize("window", [200, 5000])
@pytest.mark.parametrize("name", TIED)
def test_a_tied_field_never_alarms_more(name: str, window: int) -> None:
    random = np.random.default_rng([window, len(name)])
    assert_never_above([quantile_pair(TIED[name], random, window, 5000) for _ in range(200)])


@pytest.mark.statistical
@pytest.mark.parametrize("window", [200, 5000])
@pytest.mark.parametrize("name", ["integers", "poisson", "prices"])
def test_exponential_streams_of_tied_values_never_alarm_more(name: str, window: int) -> None:
    random = np.random.default_rng([window, len(name)])
    assert_never_above([exponential_pair(TIED[name], random, window, 5000) for _ in range(200)])


@pytest.mark.statistical
@pytest.mark.parametrize(("window", "reference"), [(100, 1000), (1000, 100), (100_000, 100)])
def test_two_hundred_skewed_categories_never_alarm_more_however_few_observations(window: int, reference: int) -> None:
    random = np.random.default_rng([window, reference])
    assert_never_above([category_pair(zipf(200), random, window, reference) for _ in range(300)])


@pytest.mark.statistical
@pytest.mark.parametrize("window", [500, 5000])
@pytest.mark.parametrize("categories", [3, 50, 200])
def test_skewed_categories_never_alarm_more(categories: int, window: int) -> None:
    random = np.random.default_rng([categories, window])
    assert_never_above([category_pair(zipf(categories), random, window, 20_000) for _ in range(300)])


@pytest.mark.statistical
@pytest.mark.parametrize("window", [10, 15, 25, 40])
@pytest.mark.parametrize("buckets", [5, 20])
def test_a_handful_of_observations_never_alarms_more(buckets: int, window: int) -> None:
    random, known = np.random.default_rng([buckets, window]), np.full(buckets, 2000 // buckets)
    current = random.multinomial(window, random.dirichlet(known.astype(float), size=3000))
    found = [alarms([Pair(row, known, ordered=True) for row in current], level, Judge())[0] for level in LEVELS]
    lattice = 1.2 if window >= 20 and buckets > FEW_BUCKETS else 1.0  # there PSI moves in steps of a tenth of the level
    assert all(
        count <= binom.ppf(0.999, 3000, min(level * lattice, 1)) for count, level in zip(found, LEVELS, strict=True)
    )
