"""Run lengths of a CUSUM: the approximation against the exact, the exact against simulation, limits against both."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftline.processors.statistics.run_length import (
    alarm_rate,
    common_limit,
    exact_run_length,
    limit_for,
    run_length,
)


def simulated(limit: float, slack: float, shift: float, runs: int, seed: int) -> tuple[float, float]:
    """Mean run length and its standard error, the slow way: all runs step by step until the last alarm."""
    random = np.random.default_rng(seed)
    sums, steps, running = np.zeros(runs), np.zeros(runs), np.ones(runs, dtype=bool)
    while running.any():
        at = np.flatnonzero(running)
        sums[at] = np.maximum(sums[at] + random.normal(shift, 1, len(at)) - slack, 0)
        steps[at] += 1
        running[at] = sums[at] <= limit
    return float(steps.mean()), float(steps.std() / math.sqrt(runs))


@pytest.mark.statistical
@pytest.mark.parametrize(
    ("limit", "slack", "shift"), [(4.0, 0.5, 0.0), (8.0, 0.125, 0.0), (3.0, 1.0, 1.0), (2.0, 1.0, 0)]
)
def test_the_exact_run_length_is_that_of_a_simulation(limit: float, slack: float, shift: float) -> None:
    mean, error = simulated(limit, slack, shift, 2000, seed=1)
    assert abs(mean - exact_run_length(limit, slack, shift)) < 4 * error


@pytest.mark.parametrize("slack", [0.0625, 0.125, 0.25, 0.5])
@pytest.mark.parametrize("limit", [2.0, 4.0, 8.0, 16.0])
def test_the_approximation_is_within_two_percent_for_small_slacks(limit: float, slack: float) -> None:
    assert float(run_length(limit, slack)) == pytest.approx(exact_run_length(limit, slack), rel=0.02)


@pytest.mark.parametrize(("slack", "limit"), [(1.0, 2.0), (1.0, 4.0), (2.0, 2.0)])
def test_the_approximation_is_within_eight_percent_for_large_slacks(limit: float, slack: float) -> None:
    assert float(run_length(limit, slack)) == pytest.approx(exact_run_length(limit, slack), rel=0.08)


def test_the_published_table_of_page_charts_is_met() -> None:
    """Slack 0.5, two-sided: 168 for limit 4 and 465 for 5 (Montgomery, Statistical Quality Control, table 9.3)."""
    assert exact_run_length(4.0, 0.5) / 2 == pytest.approx(168, abs=0.5)
    assert exact_run_length(5.0, 0.5) / 2 == pytest.approx(465, abs=0.7)


@given(st.floats(0, 30), st.floats(0.01, 2), st.floats(-1, 1))
def test_a_larger_limit_never_makes_a_run_shorter(limit: float, slack: float, shift: float) -> None:
    assert run_length(limit + 0.1, slack, shift) >= run_length(limit, slack, shift) >= 1


def test_a_walk_without_drift_has_the_square_of_its_reach() -> None:
    around = [float(run_length(10.0, 0.5, 0.5 + off)) for off in (-1e-4, 0.0, 1e-4)]
    assert around[0] == pytest.approx(around[1], rel=0.01)
    assert around[1] == pytest.approx((10 + 1.166) ** 2)


@given(st.floats(1e-7, 0.05), st.floats(0.05, 1.5), st.floats(0, 0.02))
def test_a_limit_gives_the_rate_it_was_made_for(rate: float, slack: float, error: float) -> None:
    assert 2 * float(alarm_rate(limit_for(rate, slack, error, charts=2), slack, error)) == pytest.approx(rate, rel=0.01)


@given(st.floats(1e-7, 0.01), st.lists(st.floats(0.001, 2.0), min_size=1, max_size=8))
def test_charts_with_one_limit_in_nats_give_the_rate_together(rate: float, information: list[float]) -> None:
    nats = np.array(information)
    steps = np.sqrt(2 * nats)
    limit = common_limit(rate, nats, np.zeros(len(nats)))
    given_rate = float(alarm_rate(limit / steps, steps / 2).sum())
    assert given_rate <= rate
    assert limit < 1.01 or given_rate > 0.97 * rate


def test_a_reference_with_an_error_asks_for_a_larger_limit() -> None:
    limits = [limit_for(1e-5, 0.25, error) for error in (0.0, 0.02, 0.05)]
    assert limits[0] < limits[1] < limits[2]
