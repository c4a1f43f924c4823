"""Detectors on panes of counts: laws of every chart, and what each promises about alarms and delays.

Statistical claims are seeded. The budget of each is in its name or beside it; a claim fails by chance, were the seed
another, about once in a thousand.
"""

from __future__ import annotations

import json

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from driftline.processors.detectors.sequential import CHARTS, Chart
from driftline.processors.detectors.sequential.alarm import settle
from driftline.processors.detectors.sequential.counted import REACH
from driftline.processors.detectors.sequential.tilts import Tilts

Floats = NDArray[np.float64]
EVEN = np.full(20, 0.05)
SKEWED = np.array([0.5, 0.25, 0.15, 0.09, 0.01])
NAMES = list(CHARTS)
RATE = 1 / 400


def shifted(by: float) -> Floats:
    """Shares of 20 equal buckets after a shift of a normal field, in standard deviations."""
    edges = stats.norm.ppf(np.arange(1, 20) / 20)
    return np.asarray(np.diff(stats.norm.cdf(edges - by), prepend=0, append=1))


def alarms(chart: Chart, panes: NDArray[np.int64], rate: float) -> list[bool]:
    """Whether the chart is over its limit, after each pane."""
    found = []
    for pane in panes:
        chart.update(pane, rate)
        score, limit = chart.get()
        found.append(score > limit)
    return found


def delay(chart: Chart, panes: NDArray[np.int64], rate: float) -> float:
    """Values until the chart alarms; infinite when it does not."""
    for at, pane in enumerate(panes):
        if alarms(chart, pane[None], rate)[0]:
            return float(panes[: at + 1].sum())
    return np.inf


def begun(found: list[bool]) -> int:
    """How many alarms began."""
    return sum(now and not before for before, now in zip([False, *found], found, strict=False))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("ordered", [True, False])
def test_a_chart_put_away_and_taken_up_goes_on_as_if_nothing_had_happened(name: str, *, ordered: bool) -> None:
    random = np.random.default_rng(1)
    reference = random.multinomial(3000, SKEWED)
    panes = random.multinomial(12, SKEWED[::-1], size=12)
    one, other = (CHARTS[name](reference, ordered=ordered) for _ in range(2))
    alarms(one, panes[:6], RATE)
    other.restore(json.loads(json.dumps(one.to_dict())))
    assert other.get() == one.get()
    alarms(one, panes[6:], RATE)
    alarms(other, panes[6:], RATE)
    assert other.get() == pytest.approx(one.get())


@pytest.mark.parametrize("known", [10, 40, 100, 400, 2000])
@pytest.mark.parametrize("rate", [1e-4, 1e-6])
def test_a_cusum_has_a_limit_exactly_where_some_traffic_would_be_over_it_within_a_hundred_panes(
    known: int, rate: float
) -> None:
    reference = np.array([known * 7 // 10, known - known * 7 // 10])
    over = []
    for extreme in (0, 1):
        chart, pane = CHARTS["cusum"](reference, ordered=False), np.zeros(2, dtype=np.int64)
        pane[extreme] = 10
        for _ in range(REACH):
            chart.update(pane, rate)
        score, limit = chart.get()
        over.append(score > limit)
    assert any(over) is bool(np.isfinite(limit))
    assert any(over) or known < 400


@pytest.mark.parametrize("name", ["cusum", "page_hinkley", "e_process"])
def test_a_state_of_another_field_is_refused(name: str) -> None:
    one, other = CHARTS[name](np.array([500, 500]), ordered=False), CHARTS[name](np.full(9, 500), ordered=True)
    with pytest.raises(ValueError, match="other changes"):
        other.restore(one.to_dict())


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_pane_changes_nothing(name: str) -> None:
    chart = CHARTS[name](np.full(4, 500), ordered=True)
    alarms(chart, np.array([[1, 2, 3, 4]] * 3), RATE)
    before = chart.to_dict()
    chart.update(np.zeros(4, dtype=np.int64), RATE)
    assert chart.to_dict() == before


@pytest.mark.parametrize("name", NAMES)
def test_a_smaller_rate_never_alarms_sooner(name: str) -> None:
    random = np.random.default_rng(3)
    reference, panes = random.multinomial(5000, EVEN), random.multinomial(10, shifted(0.7), size=150)
    first = [alarms(CHARTS[name](reference, ordered=True), panes, rate).index(True) for rate in (1e-2, 1e-4, 1e-6)]
    assert first == sorted(first)


@pytest.mark.parametrize("name", NAMES)
def test_traffic_that_scatters_more_is_believed_less(name: str) -> None:
    random = np.random.default_rng(4)
    reference, panes = random.multinomial(5000, EVEN), random.multinomial(10, shifted(0.7), size=60)
    alone, scattered = (CHARTS[name](reference, ordered=True) for _ in range(2))
    for pane in panes[:8]:
        alone.update(pane, 1e-4)
        scattered.update(pane, 1e-4, dispersion=4.0)
    assert scattered.get()[0] / scattered.get()[1] < alone.get()[0] / alone.get()[1]


@pytest.mark.statistical
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("case", "known"), [("even", 1_000), ("skewed", 3_000)])
def test_false_alarms_stay_within_the_budget(name: str, case: str, known: int) -> None:
    """10 references, 320 panes each, one alarm in 400 panes allowed: 8 expected at most, 18 the 99.9 % point."""
    shares, panes = (EVEN if case == "even" else SKEWED), 320
    total = 0
    for seed in range(10):
        random = np.random.default_rng(seed)
        chart = CHARTS[name](random.multinomial(known, shares), ordered=case == "even")
        total += begun(alarms(chart, random.multinomial(10, shares, size=panes), RATE))
    assert total <= stats.poisson.ppf(0.999, 10 * panes * RATE)


@pytest.mark.statistical
@pytest.mark.parametrize(
    ("name", "longest"),
    [
        ("cusum", (346, 138, 58)),
        ("page_hinkley", (346, 138, 58)),
        ("e_process", (346, 138, 58)),
        ("adwin", (346, 138, 58)),
    ],
)
def test_a_shift_is_found_within_the_delay_of_the_target(name: str, longest: tuple[int, ...]) -> None:
    """One false alarm in 86,400 values, panes of 10, a reference of 10,000; medians of 7 streams, in values."""
    for shift, most in zip((0.25, 0.5, 1.0), longest, strict=True):
        delays = []
        for seed in range(7):
            random = np.random.default_rng(seed)
            chart = CHARTS[name](random.multinomial(10_000, EVEN), ordered=True)
            alarms(chart, random.multinomial(10, EVEN, size=50), 10 / 86_400)
            delays.append(delay(chart, random.multinomial(10, shifted(shift), size=120), 10 / 86_400))
        assert np.median(delays) <= most


@pytest.mark.parametrize("name", NAMES)
def test_a_change_that_lasts_is_one_alarm_and_ends_with_it(name: str) -> None:
    random = np.random.default_rng(2)
    chart = CHARTS[name](random.multinomial(10_000, EVEN), ordered=True)
    during = alarms(chart, random.multinomial(10, shifted(1.0), size=30), 1e-4)
    after = alarms(chart, random.multinomial(10, EVEN, size=80), 1e-4)
    assert begun(during) == 1
    assert during[-1]
    assert begun(after) <= 1
    assert not any(after[60:])


@pytest.mark.parametrize("name", NAMES)
def test_a_rise_and_a_fall_of_a_category_are_found(name: str) -> None:
    random = np.random.default_rng(8)
    for moved in ([0.35, 0.25, 0.15, 0.24, 0.01], [0.5, 0.25, 0.15, 0.01, 0.09]):
        chart = CHARTS[name](random.multinomial(10_000, SKEWED), ordered=False)
        assert alarms(chart, random.multinomial(20, moved, size=60), 1e-4)[-1]


@pytest.mark.parametrize("name", NAMES)
def test_a_spread_that_doubles_is_found(name: str) -> None:
    edges = stats.norm.ppf(np.arange(1, 20) / 20)
    wide = np.diff(stats.norm.cdf(edges / 2), prepend=0, append=1)
    random = np.random.default_rng(9)
    chart = CHARTS[name](random.multinomial(10_000, EVEN), ordered=True)
    assert alarms(chart, random.multinomial(10, wide, size=60), 1e-4)[-1]


@pytest.mark.parametrize("name", NAMES)
def test_what_the_reference_never_held_is_found(name: str) -> None:
    random = np.random.default_rng(10)
    chart = CHARTS[name](np.array([3000, 2000, 0]), ordered=False)
    assert alarms(chart, random.multinomial(10, [0.5, 0.3, 0.2], size=40), 1e-4)[-1]


def test_page_hinkley_and_the_e_process_learn_from_panes_that_do_not_alarm_alone() -> None:
    random = np.random.default_rng(11)
    for name in ("page_hinkley", "e_process"):
        chart = CHARTS[name](random.multinomial(10_000, EVEN), ordered=True)
        quiet = sum(not found for found in alarms(chart, random.multinomial(10, shifted(1.0), size=80), 1e-4))
        assert quiet < 20
        assert np.sum(chart.to_dict()["pool"]) == pytest.approx(10_010 + 10 * quiet)


@pytest.mark.statistical
def test_the_e_value_of_a_pane_has_the_expectation_one_over_references_and_panes() -> None:
    """Shares drawn from the law, then reference and pane: the mean is 1 within four standard errors."""
    random, values = np.random.default_rng(12), []
    for _ in range(1500):
        shares = random.dirichlet(np.full(4, 0.5))
        chart = CHARTS["e_process"](random.multinomial(10, shares), ordered=False)
        chart.update(random.multinomial(3, shares), 1e-9)
        values.append(np.expm1(chart.get()[0]))
    assert abs(np.mean(values) - 1) < 4 * np.std(values) / np.sqrt(len(values))


def test_every_change_watched_for_is_a_distribution_that_loses_under_the_reference() -> None:
    for reference, ordered in ((np.full(20, 500), True), (np.array([5000, 900, 80, 3, 0]), False)):
        tilts = Tilts.of(reference, ordered=ordered)
        expected = np.exp(tilts.log_ratios(tilts.shares)) @ tilts.shares
        assert expected[tilts.doubts == 0] == pytest.approx(1.0)
        assert (expected[tilts.doubts > 0] < 1).all()
        assert (tilts.information() > 0).all()


def test_a_small_reference_is_watched_for_large_changes_alone() -> None:
    small, large = (Tilts.of(np.full(20, each), ordered=True) for each in (10, 10_000))
    assert len(small.slopes) < len(large.slopes)
    assert len(Tilts.of(np.array([2, 1]), ordered=True).slopes) >= 1


def test_charts_at_their_limit_neither_flutter_nor_climb() -> None:
    raised, alarmed = settle(np.array([4.1, 1.0]), 4.0, alarmed=False)
    assert (raised.tolist(), alarmed) == ([6.0, 1.0], True)
    assert settle(np.array([30.0, 1.0]), 4.0, alarmed=True)[0].tolist() == [8.0, 0.0]
    assert settle(np.array([9.0, 6.0]), 4.0, alarmed=True)[0].tolist() == [8.0, 5.0]
    assert settle(np.array([3.9, 3.8]), 4.0, alarmed=True)[0].tolist() == [0.0, 0.0]
    assert settle(np.array([3.9, 3.8]), 4.0, alarmed=False)[0].tolist() == [3.9, 3.8]
