"""The bins of a plot."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftline.processors.explanation.moved import MOST_BINS, most_moved, moved_bins

row = st.tuples(st.integers(0, 99), st.integers(0, 99))


@given(st.lists(row, min_size=2, max_size=60), st.booleans())
def test_bins_are_few_and_hold_everything(rows: list[tuple[int, int]], ordered: bool) -> None:
    current, reference = np.array([a for a, _ in rows]), np.array([b for _, b in rows])
    current[0] += 1
    reference[-1] += 1
    bounds = np.arange(len(rows) - 1.0) if ordered else None
    bins = moved_bins(current, reference, bounds=bounds, categories=[f"c{at}" for at in range(len(rows))])
    assert 1 <= len(bins) <= MOST_BINS
    assert sum(each.current for each in bins) == pytest.approx(1)
    assert sum(each.reference for each in bins) == pytest.approx(1)
    assert len({each.label for each in bins}) == len(bins)


def test_numbers_are_named_by_their_interval() -> None:
    bins = moved_bins(np.array([9, 3, 3]), np.array([5, 5, 5]), bounds=np.array([1.5, 2.0]))
    assert [each.label for each in bins] == ["at most 1.5", "(1.5, 2]", "over 2"]
    assert bins[0].current == 0.6
    only = moved_bins(np.array([3]), np.array([4]), bounds=np.zeros(0))
    assert [each.label for each in only] == ["any value"]


def test_bounds_are_told_with_the_digits_that_tell_them_apart() -> None:
    three = np.ones(3, dtype=int)
    assert moved_bins(three, three, bounds=np.array([52.7652, 56.331]))[1].label == "(52.8, 56.3]"
    assert moved_bins(three, three, bounds=np.array([1000.0, 1000.25]))[1].label == "(1000, 1000.2]"
    assert moved_bins(three, three, bounds=np.array([0.0, 12345.6]))[1].label == "(0, 12346]"
    assert moved_bins(three, three, bounds=np.array([1.0, np.nextafter(1.0, 2)]))[2].label == "over 1.0000000000000002"


def test_of_many_categories_those_that_moved_go_by_name() -> None:
    reference = np.full(50, 10)
    current = reference.copy()
    current[[7, 31]] += [200, 50]
    bins = moved_bins(current, reference, bounds=None, categories=[f"c{at:02}" for at in range(50)])
    assert [each.label for each in most_moved(bins[:-1])] == ["c07", "c31"]
    assert bins[-1].label == "31 others"


def test_of_many_numbers_neighbours_are_joined() -> None:
    bins = moved_bins(np.full(100, 7), np.full(100, 7), bounds=np.arange(99.0))
    assert len(bins) == MOST_BINS
    assert [each.current for each in bins] == pytest.approx([0.05] * MOST_BINS)


def test_what_did_not_change_is_not_named() -> None:
    assert most_moved(moved_bins(np.array([2, 2]), np.array([1, 1]), bounds=None, categories=("a", "b"))) == []


def test_empty_buckets_at_the_end_join_the_last_bin() -> None:
    counts = np.array([*[7] * 80, *[0] * 20])
    assert len(moved_bins(counts, counts, bounds=np.arange(99.0))) == MOST_BINS
