"""Burn factors are what the table says, unless they could never fire or would always."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftline.processors.slo import BURN_TABLE, WEEK_TABLE, Fate, highest_burn, plan
from driftline.processors.slo.burn import as_decimal, budget_of

DAY = 86_400 * 10**9
objectives = st.decimals("0.01", "99.999", places=3)
periods = st.integers(1, 120).map(lambda days: days * DAY)


@pytest.mark.parametrize(
    ("days", "factors"),
    [
        (30, ["14.4", "6", "3", "1"]),
        (28, ["13.44", "5.6", "2.8", "1"]),
        (90, ["43.2", "18", "9", "3"]),
        (7, ["13.44", "3.5", "1.4", "1"]),
    ],
)
def test_factors_are_those_of_the_workbook(days: int, factors: list[str]) -> None:
    assert [str(pair.factor) for pair in plan(99.9, days * DAY)] == factors


def test_an_objective_of_90_percent_rescales_the_fastest_pair_and_keeps_the_next() -> None:
    fast, next_one, *tickets = plan(90, 30 * DAY)
    assert (fast.factor, fast.fate) == (Decimal(8), Fate.RESCALED)
    assert fast.reason == "a factor of 14.4 can never fire: all bad burns 10; 8 instead"
    assert (next_one.factor, next_one.fate, next_one.reason) == (Decimal(6), Fate.KEPT, "")
    assert all(pair.fate is Fate.KEPT for pair in tickets)


def test_a_pair_that_rescaled_would_not_be_over_the_slower_one_is_left_out() -> None:
    fast, next_one, *_ = plan(80, 30 * DAY)
    assert fast.fate is Fate.LEFT_OUT
    assert fast.reason.endswith("and 4 instead is not over 4, the next slower pair's")
    assert (next_one.factor, next_one.fate) == (Decimal(4), Fate.RESCALED)


def test_a_period_shorter_than_every_long_window_leaves_no_pair() -> None:
    assert [pair.fires for pair in plan(99, DAY // 48)] == [False] * 4
    assert plan(99, DAY)[3].reason == "its long window is longer than the objective's, 1d"


def test_the_last_objective_at_which_14_4_can_never_fire_is_just_under_93_06() -> None:
    assert plan(93.05, 30 * DAY)[0].fate is Fate.RESCALED
    assert plan(93.06, 30 * DAY)[0].fate is Fate.KEPT


@given(objectives, periods)
def test_every_pair_in_force_fires_when_all_is_bad_and_not_while_the_objective_is_kept(
    objective: Decimal, period: int
) -> None:
    pairs = [pair for pair in plan(objective, period) if pair.fires]
    assert pairs or objective < 50
    for pair in pairs:
        assert 1 <= pair.factor < highest_burn(objective) + Fraction(1, 10**4)
        assert pair.long_ns <= period


@given(objectives, periods)
def test_faster_pairs_need_a_higher_burn_and_every_change_says_why(objective: Decimal, period: int) -> None:
    pairs = plan(objective, period)
    factors = [pair.factor for pair in pairs if pair.fires]
    assert factors == sorted(factors, reverse=True)
    assert all((pair.fate is Fate.KEPT) == (not pair.reason) for pair in pairs)


@given(objectives, periods)
def test_factors_agree_with_the_slow_way_of_spending_a_budget(objective: Decimal, period: int) -> None:
    """A burn of `factor` over the long window, at an even rate of 1 event a minute, uses exactly the row's share."""
    budget, minutes = budget_of(objective), Fraction(period, 60 * 10**9)
    table = BURN_TABLE if period >= 14 * DAY else WEEK_TABLE
    for row, pair in zip(table, plan(objective, period), strict=True):
        if pair.fate is Fate.KEPT:
            bad = sum(budget * Fraction(pair.factor) for _ in range(row.long_ns // (60 * 10**9)))
            assert float(bad / (budget * minutes)) == pytest.approx(float(row.share), rel=1e-5)


def test_decimals_carry_no_noise() -> None:
    assert str(as_decimal(budget_of(99.9))) == "0.001"
    assert str(as_decimal(Fraction(100))) == "100"
