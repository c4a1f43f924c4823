"""Binning by cells: the fast ways count what the slow, obvious one does."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from driftline.processors.profile import Profile
from driftline.processors.replay import binning
from driftline.processors.replay.binning import category_counts, numeric_counts
from driftline.processors.replay.layout import CategoricalColumn, Layout, NumericColumn

COLUMN = NumericColumn("age", "feature", 0, np.array([-1.0, 0.0, 2.5]), low=-4, high=4)
values = st.floats(-6, 6) | st.sampled_from([-1.0, 0.0, 2.5, np.nan, np.inf, -np.inf])


def _slowly(cells: list[list[float]]) -> list[list[int]]:
    counted = []
    for cell in cells:
        row = [0] * COLUMN.width
        for value in cell:
            if np.isnan(value):
                row[-3] += 1
            elif np.isinf(value):
                row[-2] += 1
            else:
                row[sum(value > bound for bound in COLUMN.bounds)] += 1
                row[-1] += not COLUMN.low <= value <= COLUMN.high
        counted.append(row)
    return counted


@given(st.lists(st.lists(values, min_size=1, max_size=8), min_size=1, max_size=6))
def test_numbers_are_counted_as_one_by_one(cells: list[list[float]]) -> None:
    column, edges = np.concatenate([np.array(cell) for cell in cells]), np.cumsum([0, *map(len, cells)])
    wanted = _slowly(cells)
    assert numeric_counts(COLUMN, column, edges).tolist() == wanted
    assert binning._one_by_one(COLUMN, column, edges).tolist() == wanted
    assert binning._searched(COLUMN, column, edges).tolist() == wanted


def test_large_and_small_cells_add_up_to_the_same() -> None:
    column = np.linspace(-3, 3, 1000)
    edges = [np.linspace(0, 1000, cells + 1).astype(int) for cells in (2, 100)]
    few, many = (numeric_counts(COLUMN, column, each) for each in edges)
    assert (few.sum(axis=0) == many.sum(axis=0)).all()


def test_categories_count_by_name_as_others_and_as_defects() -> None:
    column = CategoricalColumn("plan", "feature", 0, {"a": 0, "1": 1}, open_ended=False)
    texts = pa.array(["a", "b", None, "a", "_OTHER", "1"])
    counted = category_counts(column, texts, None, np.array([0, 3, 6]))
    assert counted.tolist() == [[1, 0, 1, 1, 0, 1], [1, 1, 1, 0, 0, 1]]  # a, 1, others, missing, invalid, unknown


def test_others_are_no_defect_where_training_had_others_too() -> None:
    column = CategoricalColumn("plan", "feature", 0, {"a": 0}, open_ended=True)
    assert category_counts(column, pa.array(["b"]), None, np.array([0, 1])).tolist() == [[0, 1, 0, 0, 0]]


def test_numbers_and_times_as_categories_follow_the_rules_of_the_recorder() -> None:
    column = CategoricalColumn("code", "feature", 0, {"1": 0}, open_ended=True)
    numbers = pa.array([1.0, 2.0, float("inf"), None])
    assert category_counts(column, numbers, None, np.array([0, 4])).tolist() == [[1, 1, 1, 1, 0]]
    times = pa.array([1, None], type=pa.timestamp("s"))
    assert category_counts(column, times, None, np.array([0, 2])).tolist() == [[0, 0, 1, 1, 0]]


def test_an_order_brings_rows_to_their_cells() -> None:
    column = CategoricalColumn("plan", "feature", 0, {"a": 0, "b": 1}, open_ended=True)
    counted = category_counts(column, pa.array(["a", "b", "a"]), np.array([0, 2, 1]), np.array([0, 2, 3]))
    assert counted[:, :2].tolist() == [[2, 0], [0, 1]]


def test_slots_cover_every_place_once() -> None:
    layout = Layout.of(Profile.from_table({"x": np.arange(100.0), "plan": ["a", "b"] * 50}))
    slots = [slot for column in layout.columns for slot in column.slots()]
    places = [place for slot in slots for place in range(slot.start, slot.start + slot.width)]
    assert sorted(places) == list(range(layout.width))
