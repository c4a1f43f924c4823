"""Budgets, rolling rings, calendar windows and alarms, against slow and obvious ways."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from driftline.processors.slo import (
    Counts,
    Reading,
    Ring,
    bound_at_or_below,
    burn_at_least,
    burn_rate,
    calendar_start,
    fires,
    plan,
    remaining,
    seconds_left,
)
from driftline.processors.slo.window import Calendar

DAY = 86_400 * 10**9
counts = st.builds(Counts, st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))


@given(
    st.lists(st.tuples(st.integers(0, 40), counts), max_size=40),
    st.integers(1, 300),
    st.integers(1, 60),
    st.integers(0, 400),
)
def test_a_ring_holds_what_a_list_of_all_events_holds(
    steps: list[tuple[int, Counts]], length: int, panes: int, wait: int
) -> None:
    ring, events, now = Ring(length, panes), [], 0
    pane = max(length // panes, 1)
    reach = -(-length // pane)
    for step, each in steps:
        now += step
        ring.add(now, each)
        events.append((now, each))
    now += wait
    start = (now // pane - reach) * pane
    expected = sum((each for at, each in events if at // pane * pane + pane > start), Counts())
    assert ring.total(now) == expected
    fresh = Ring(length, panes)
    fresh.load(ring.dump())
    assert fresh.total(now) == expected
    inside = sum((each for at, each in events if at > now - length), Counts())
    assert (inside.good, inside.bad) <= (expected.good, expected.bad) or inside == expected


def test_a_clock_that_steps_back_counts_in_the_newest_pane() -> None:
    ring = Ring(100, 10)
    ring.add(50, Counts(1))
    ring.add(20, Counts(0, 1))
    assert ring.dump() == [[50, 1, 1, 0]]


@given(st.integers(0, 200), st.integers(1, 200), st.floats(0.0005, 0.9))
def test_the_lower_bound_is_wilsons_and_never_over_the_rate(bad: int, good: int, budget: float) -> None:
    held = Counts(good, bad)
    least, rate = burn_at_least(held, budget), burn_rate(held, budget)
    oracle = binomtest(bad, good + bad, alternative="greater").proportion_ci(0.95, method="wilson").low
    assert least == pytest.approx(oracle / budget, abs=1e-9)
    assert rate is not None
    assert least is not None
    assert least <= rate + 1e-9


@given(counts, st.integers(0, 1000))
def test_unknown_events_change_no_figure(held: Counts, unknown: int) -> None:
    more = held + Counts(unknown=unknown)
    assert (more.sli, burn_rate(more, 0.1), remaining(more, 0.1)) == (
        held.sli,
        burn_rate(held, 0.1),
        remaining(held, 0.1),
    )


def test_nothing_decided_is_no_figure() -> None:
    empty = Counts(unknown=5)
    assert [empty.sli, burn_rate(empty, 0.1), burn_at_least(empty, 0.1), remaining(empty, 0.1)] == [None] * 4
    assert seconds_left(None, None, 1.0) is None


def test_a_budget_is_used_up_when_a_burn_of_one_lasted_the_whole_period() -> None:
    assert remaining(Counts(999, 1), 0.001) == pytest.approx(0)
    assert seconds_left(1.0, 1.0, 100.0) == 100
    assert seconds_left(-0.5, 2.0, 100.0) == 0
    assert seconds_left(0.4, 0.0, 100.0) is None
    assert seconds_left(0.25, 2.0, 100.0) == 12.5


def test_three_bad_requests_at_night_page_nobody() -> None:
    pairs = plan(99.9, 30 * DAY)
    for good in (0, 7, 40, 1000):
        night = Counts(good, 3)
        assert not any(fires(Reading(pair, night, night), 0.001, 10) for pair in pairs)


def test_a_total_outage_pages_and_a_past_one_does_not() -> None:
    fast = plan(99.9, 30 * DAY)[0]
    assert fires(Reading(fast, Counts(5000, 600), Counts(0, 500)), 0.001, 10)
    assert not fires(Reading(fast, Counts(5000, 600), Counts(500, 0)), 0.001, 10)
    assert not fires(Reading(fast, Counts(5000, 600), Counts(unknown=9)), 0.001, 10)


def test_a_pair_left_out_never_fires() -> None:
    pair = plan(80, 30 * DAY)[0]
    assert not fires(Reading(pair, Counts(0, 900), Counts(0, 900)), 0.2, 10)


@pytest.mark.parametrize(
    ("calendar", "zone", "begins"),
    [
        ("week", "UTC", "2026-03-30T00:00:00+00:00"),
        ("month", "UTC", "2026-03-01T00:00:00+00:00"),
        ("quarter", "UTC", "2026-01-01T00:00:00+00:00"),
        ("month", "Europe/Berlin", "2026-03-31T22:00:00+00:00"),
    ],
)
def test_a_calendar_window_begins_by_its_own_clock(calendar: Calendar, zone: str, begins: str) -> None:
    now = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)
    found = calendar_start(calendar, int(now.timestamp()) * 10**9, ZoneInfo(zone))
    assert datetime.fromtimestamp(found // 10**9, UTC).isoformat() == begins


def test_a_threshold_that_is_no_bound_takes_the_next_lower() -> None:
    assert bound_at_or_below((0.1, 0.25, 0.5), 0.25) == 0.25
    assert bound_at_or_below((0.1, 0.25, 0.5), 0.49) == 0.25
