"""Silence and volume: within their budget on regular and bursty traffic, and what they find."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binom

from driftline.processors.detectors.quality import KEPT, Check, freshness, volume

Counts = Callable[[np.random.Generator, int], NDArray[np.float64]]
DAY = 48


def _daily(random: np.random.Generator, n: int) -> NDArray[np.float64]:
    wave = 1 + 0.9 * np.sin(2 * np.pi * np.arange(n) / DAY)
    return random.poisson(1000 * wave * random.lognormal(0, 0.1, n)).astype(float)


def _wandering(random: np.random.Generator, n: int) -> NDArray[np.float64]:
    steps, at = random.normal(0, 0.2 * np.sqrt(1 - 0.81), n), random.normal(0, 0.2)
    means = np.empty(n)
    for i, step in enumerate(steps):
        means[i] = at = 0.9 * at + step
    return random.poisson(1000 * np.exp(means)).astype(float)


TRAFFIC: dict[str, Counts] = {
    "poisson": lambda random, n: random.poisson(1000, n).astype(float),
    "quiet": lambda random, n: random.poisson(3, n).astype(float),
    "overdispersed": lambda random, n: random.negative_binomial(100 / 9, 0.1, n).astype(float),
    "bursty": lambda random, n: random.poisson(1000 * random.lognormal(0, 0.5, n)).astype(float),
    "wandering": _wandering,
    "daily": _daily,
}


@pytest.mark.statistical
@pytest.mark.parametrize("kind", TRAFFIC)
@pytest.mark.parametrize("stretches", [24, 480])
def test_usual_traffic_is_unusual_at_most_as_often_as_the_level(kind: str, stretches: int) -> None:
    random, runs, level = np.random.default_rng(3), 300, 0.02
    unusual = 0
    for _ in range(runs):
        counts = TRAFFIC[kind](random, stretches + 1)
        found = volume(counts[-1], counts[:-1], level=level, periods=(DAY,), minimum_effect=0.0)
        unusual += found is not None and found.check.violated
    assert unusual <= binom.ppf(0.999, runs, level)


@pytest.mark.statistical
def test_drops_and_surges_are_found() -> None:
    random = np.random.default_rng(5)
    for kind, drop, surge in (("poisson", 0.6, 1.5), ("overdispersed", 0.0, 15.0), ("daily", 0.1, 3.0)):
        found = [0, 0]
        for _ in range(30):
            counts = TRAFFIC[kind](random, 481)
            for at, factor in enumerate((drop, surge)):
                judged = volume(counts[-1] * factor, counts[:-1], level=1e-5, periods=(DAY,))
                found[at] += judged is not None and judged.check.violated
        assert min(found) >= 24, (kind, found)


def test_the_time_of_the_day_is_known_from_the_third_day_on() -> None:
    random = np.random.default_rng(6)
    counts = _daily(random, 5 * DAY + 12 + 1)
    known = volume(counts[-1], counts[:-1], level=1e-5, periods=(7 * DAY, DAY))
    assert known is not None
    assert known.phase
    assert known.expected == pytest.approx(counts[-1], rel=0.3)
    early = volume(counts[-1], counts[: 2 * DAY], level=1e-5, periods=(7 * DAY, DAY))
    assert early is not None
    assert not early.phase


def test_stretches_that_were_not_seen_whole_count_for_nothing() -> None:
    counts = np.random.default_rng(1).poisson(1000, 100).astype(float)
    counts[::3] = np.nan
    whole = counts[np.isfinite(counts)]
    with_gaps, without = (volume(500, each, level=1e-4) for each in (counts, whole))
    assert with_gaps is not None
    assert without is not None
    assert with_gaps.expected == without.expected
    assert volume(5, whole[:23], level=0.1) is None
    assert volume(5, np.zeros(100), level=0.1) is None


def silence(seconds: float, gaps: NDArray[np.float64], *, explicit: bool = False, budget_days: float = 30) -> Check:
    return freshness(
        seconds,
        np.sort(gaps)[-KEPT:].tolist(),
        seen=len(gaps),
        watched_seconds=float(gaps.sum()),
        per_second=1 / (budget_days * 86_400),
        stale_after=900,
        explicit=explicit,
        least=30,
    )


@pytest.mark.statistical
@pytest.mark.parametrize("kind", ["regular", "exponential", "heavy"])
def test_usual_silences_are_within_the_budget(kind: str) -> None:
    random, days = np.random.default_rng(8), 200
    draw: dict[str, Callable[[int], NDArray[np.float64]]] = {
        "regular": lambda n: random.normal(10, 0.1, n),
        "exponential": lambda n: random.exponential(60, n),
        "heavy": lambda n: 20 * (1 + random.pareto(2.5, n)),
    }
    learned = draw[kind](2000)
    limit = silence(0.0, learned).limit
    later = draw[kind](round(days * 86_400 / learned.mean()))
    assert (later > limit).sum() <= binom.ppf(0.999, len(later), 1 / 30 / 86_400 * learned.mean())
    assert limit < 4000 * learned.mean()


def test_few_silences_leave_the_word_to_the_owner_and_so_does_what_he_wrote() -> None:
    assert silence(901, np.full(5, 10.0)).limit == 900
    nightly = np.r_[np.full(500, 60.0), np.full(10, 30_000.0)]
    assert silence(0, nightly).limit >= 60_000
    assert silence(0, nightly, explicit=True).limit == 900


def test_a_model_that_reports_every_ten_seconds_is_missed_within_the_minute() -> None:
    assert silence(60, np.full(200, 10.0)).violated
    assert not silence(25, np.full(200, 10.0)).violated
