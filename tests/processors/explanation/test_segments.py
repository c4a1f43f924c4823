"""Which part of the traffic carries the movement."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftline.processors.explanation.segments import Segment, Sides, segment_shifts

size = 4
row = st.lists(st.integers(0, 300), min_size=size, max_size=size).map(np.array)


def named(*names: str) -> list[Segment]:
    return [(("region", name),) for name in names]


def together(parts: list[Sides]) -> Sides:
    return Sides(np.sum([each.now for each in parts], axis=0), np.sum([each.before for each in parts], axis=0))


@given(st.lists(st.tuples(row, row), min_size=1, max_size=5), st.booleans())
def test_the_parts_of_a_partition_add_up_to_the_whole(rows: list[tuple[np.ndarray, np.ndarray]], known: bool) -> None:
    rows[0][0][0] += 1
    rows[0][1][1] += 1
    parts = [Sides(now, before) for now, before in rows]
    found = segment_shifts(together(parts), dict(zip(named(*"abcde"), parts, strict=False)), known=known)
    if found:
        assert sum(each.share for each in found) == pytest.approx(1)
        assert sum(each.traffic for each in found) == pytest.approx(1)
        assert all((each.within is not None) == known for each in found)
        halves = [(each.within or 0.0) + (each.mix or 0.0) for each in found]
        assert not known or halves == pytest.approx([each.share for each in found])


def test_a_change_inside_one_segment_is_told_from_a_change_of_the_mix() -> None:
    inside = [
        Sides(np.array([100, 400]), np.array([400, 100])),
        Sides(np.array([400, 100]), np.array([400, 100])),
    ]
    eu, us = segment_shifts(together(inside), dict(zip(named("eu", "us"), inside, strict=True)), known=True)
    assert (eu.segment, eu.carries, us.carries) == ((("region", "eu"),), True, False)
    assert eu.within == pytest.approx(1)
    assert eu.mix == pytest.approx(0)

    mixed = [Sides(np.array([800, 200]), np.array([80, 20])), Sides(np.array([2, 8]), np.array([200, 800]))]
    found = segment_shifts(together(mixed), dict(zip(named("eu", "us"), mixed, strict=True)), known=True)
    assert sum(each.within or 0 for each in found) == pytest.approx(0)
    assert sum(each.mix or 0 for each in found) == pytest.approx(1)


def test_a_change_everywhere_is_carried_by_nobody() -> None:
    parts = [Sides(np.array([100, 400]), np.array([400, 100])) for _ in range(3)]
    found = segment_shifts(together(parts), dict(zip(named("a", "b", "c"), parts, strict=True)), known=True)
    assert not any(each.carries for each in found)


@pytest.mark.statistical
def test_chance_names_a_segment_seldom() -> None:
    """Same change in both halves, 1,000 windows: at 3 standard errors and more, under 1 % named."""
    random, before, now = np.random.default_rng(4), np.array([0.4, 0.3, 0.2, 0.1]), np.array([0.3, 0.3, 0.2, 0.2])
    over = 0
    for _ in range(1000):
        parts = [Sides(random.multinomial(300, now), random.multinomial(300, before)) for _ in range(2)]
        found = segment_shifts(together(parts), dict(zip(named("a", "b"), parts, strict=True)), known=True)
        over += any(each.carries for each in found)
    assert over < 10


def test_a_segment_that_came_or_went_has_its_part() -> None:
    none = np.zeros(2, dtype=int)
    parts = [
        Sides(np.array([0, 500]), none),
        Sides(none, np.array([500, 0])),
        Sides(np.array([5, 5]), np.array([5, 5])),
    ]
    found = {
        each.segment[0][1]: each
        for each in segment_shifts(
            together(parts), dict(zip(named("new", "gone", "same"), parts, strict=True)), known=True
        )
    }
    assert found["new"].share == pytest.approx(found["new"].within)
    assert found["gone"].mix is not None
    assert found["gone"].traffic == 0
    assert sum(each.share for each in found.values()) == pytest.approx(1)


def test_nothing_moved_is_carried_by_nobody() -> None:
    same = Sides(np.array([5, 5]), np.array([50, 50]))
    assert segment_shifts(same, {named("eu")[0]: same}, known=True) == ()
