"""A window and its reference on the same buckets."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftline.processors.findings import State
from driftline.processors.pipeline.alignment import Aligned, align, merge_layouts
from driftline.processors.pipeline.sides import Side
from driftline.processors.windows import Binned, ExponentialCounts, FieldWindow

EDGES = st.lists(st.integers(0, 12), min_size=1, max_size=8, unique=True).map(sorted)


def binned(bounds: list[int], counts: list[int]) -> Binned:
    return Binned(np.array(bounds, dtype=np.float64), np.array(counts, dtype=np.int64))


def numeric(*layouts: Binned) -> FieldWindow:
    return FieldWindow("age", "feature", binned=layouts)


def side(layout: Binned) -> Side:
    return Side("age", "feature", int(layout.counts.sum()), binned=layout)


def categorical(window: dict[str, int], reference: dict[str, int]) -> dict[str, tuple[int, int]]:
    found = align(FieldWindow("plan", "feature", categories=window), Side("plan", "feature", 1, categories=reference))
    assert isinstance(found, Aligned)
    pairs = zip(found.current.tolist(), found.reference.tolist(), strict=True)
    return dict(zip(found.categories, pairs, strict=True))


def test_equal_bounds_are_taken_as_they_are() -> None:
    found = align(numeric(binned([1, 2], [1, 2, 3])), side(binned([1, 2], [4, 5, 6])))
    assert isinstance(found, Aligned)
    assert (found.current.tolist(), found.reference.tolist()) == ([1, 2, 3], [4, 5, 6])


@given(EDGES, EDGES, st.lists(st.integers(0, 13), min_size=1, max_size=60))
def test_differing_bounds_give_what_counting_on_the_common_edges_would_have(
    ours: list[int], theirs: list[int], values: list[int]
) -> None:
    def counted(bounds: list[int]) -> Binned:
        return binned(bounds, np.bincount(np.searchsorted(bounds, values), minlength=len(bounds) + 1).tolist())

    found = align(numeric(counted(ours)), side(counted(theirs)))
    common = sorted(set(ours) & set(theirs))
    if isinstance(found, State):
        assert found is State.INCOMPATIBLE_BINS
        assert len(common) + 1 < 4
        return
    expected = counted(common).counts.tolist() if common else [len(values)]
    assert found.current.tolist() == found.reference.tolist() == expected


def test_two_layouts_of_one_window_are_summed() -> None:
    layouts = binned([1, 2, 3, 4], [1, 1, 1, 1, 1]), binned([1, 2, 3], [2, 2, 2, 2])
    found = align(numeric(*layouts), side(binned([1, 2, 3, 5], [1] * 5)))
    assert isinstance(found, Aligned)
    assert found.current.tolist() == [3, 3, 3, 4]
    assert merge_layouts(layouts).counts.tolist() == [3, 3, 3, 4]


def test_layouts_with_little_in_common_leave_the_largest() -> None:
    small, large = binned([1], [1, 1]), binned([2], [5, 5])
    assert merge_layouts([small, large]) is large


@pytest.mark.parametrize(
    ("window", "reference"),
    [
        (numeric(binned([1, 2], [1, 1, 1])), Side("f", "feature", 1, categories={"a": 1})),
        (FieldWindow("f", "feature", categories={"a": 1}), side(binned([1], [1, 1]))),
        (FieldWindow("f", "feature", exponential=ExponentialCounts(zero=5)), side(binned([1], [1, 1]))),
        (numeric(binned([1, 2], [1, 1, 1])), Side("f", "feature", 1, exponential=ExponentialCounts(zero=5))),
        (numeric(binned([1, 2], [1, 1, 1])), side(binned([3, 4, 5, 6], [1] * 5))),
    ],
)
def test_what_cannot_be_compared_is_incompatible(window: FieldWindow, reference: Side) -> None:
    assert align(window, reference) is State.INCOMPATIBLE_BINS


def test_an_empty_window_is_no_data() -> None:
    assert align(numeric(binned([1], [0, 0])), side(binned([1], [1, 1]))) is State.NO_DATA


def test_exponential_streams_meet_the_profiles_exponential_histogram() -> None:
    reference = ExponentialCounts(2, 0, 0, np.full(16, 10), 0, np.zeros(0, dtype=np.int64))
    window = ExponentialCounts(3, 0, 0, np.full(32, 1), 0, np.zeros(0, dtype=np.int64))
    found = align(FieldWindow("f", "feature", exponential=window), Side("f", "feature", 160, exponential=reference))
    assert isinstance(found, Aligned)
    assert (found.current * 5 == found.reference).all()
    assert found.bounds is not None


def test_a_mixed_fleet_is_compared_by_its_larger_part() -> None:
    counts = ExponentialCounts(2, 0, 0, np.full(16, 10), 0, np.zeros(0, dtype=np.int64))
    reference = Side("f", "feature", 160, binned=binned([1, 2, 3], [1] * 4), exponential=counts)
    window = FieldWindow("f", "feature", binned=(binned([1, 2, 3], [1, 0, 0, 0]),), exponential=counts)
    found = align(window, reference)
    assert isinstance(found, Aligned)
    assert found.current.sum() == 160


def test_categories_the_reference_does_not_name_count_under_other() -> None:
    assert categorical({"a": 5, "x": 2, "y": 1}, {"a": 9, "b": 1}) == {"a": (5, 9), "b": (0, 1), "_OTHER": (3, 0)}


def test_other_is_left_out_where_neither_side_has_any() -> None:
    assert categorical({"a": 5}, {"a": 9, "b": 1}) == {"a": (5, 9), "b": (0, 1)}


def test_a_recorder_that_knows_the_reference_reports_a_vanished_category_as_vanished() -> None:
    found = categorical({"a": 5, "_OTHER": 2}, {"a": 9, "b": 4, "_OTHER": 1})
    assert found == {"a": (5, 9), "b": (0, 4), "_OTHER": (2, 1)}


def test_a_recorder_that_does_not_may_hide_a_category_of_the_reference_in_other() -> None:
    found = categorical({"a": 5, "x": 1, "_OTHER": 2}, {"a": 9, "b": 4})
    assert found == {"a": (5, 9), "_OTHER": (3, 4)}


def test_five_hundred_fields_of_the_references_bounds_take_no_storm() -> None:
    layouts = [binned(list(range(31)), list(range(32))) for _ in range(500)]
    pairs = [(numeric(layout), side(binned(list(range(31)), [7] * 32))) for layout in layouts]
    best = min(_timed(pairs) for _ in range(5))
    assert best < 0.05  # 3 ms on an idle core; room for a busy one


def _timed(pairs: list[tuple[FieldWindow, Side]]) -> float:
    start = time.perf_counter()
    for window, reference in pairs:
        align(window, reference)
    return time.perf_counter() - start


def test_a_recorder_that_names_more_than_a_hundred_had_the_reference_and_what_it_leaves_unnamed_is_new() -> None:
    reference = {f"c{number}": 10 for number in range(150)}
    window = {f"c{number}": 10 for number in range(120)}
    found = categorical({**window, "_OTHER": 5}, reference)
    assert len(found) == 151
    assert (found["c149"], found["_OTHER"]) == ((0, 10), (5, 0))
    by_itself = categorical({**dict(list(window.items())[:100]), "_OTHER": 5}, reference)
    assert len(by_itself) == 101
    assert by_itself["_OTHER"] == (5, 500)
