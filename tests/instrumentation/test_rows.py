"""Rows: copied, named, recognised."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from driftline.instrumentation.rows import snapshot

tables = st.lists(st.lists(st.integers(-3, 3), min_size=2, max_size=2), min_size=1, max_size=6)


@given(tables, tables)
def test_marks_are_equal_exactly_when_rows_are(one: Any, other: Any) -> None:
    assert (snapshot(one, None).mark == snapshot(other, None).mark) == (one == other)


@given(tables)
def test_a_frame_and_its_copy_have_one_mark(rows: Any) -> None:
    frame = pd.DataFrame(rows, columns=["a", "b"])
    assert snapshot(frame, None).mark == snapshot(frame.copy(), None).mark


def test_a_frame_of_text_is_told_from_another() -> None:
    one, other = pd.DataFrame({"a": ["x", "y"]}), pd.DataFrame({"a": ["x", "z"]})
    assert snapshot(one, None).mark != snapshot(other, None).mark


@pytest.mark.parametrize("rows", [np.array([[1.0, 2.0]]), pd.DataFrame({"a": [1.0], "b": [2.0]})])
def test_what_a_model_changes_in_place_is_kept_as_it_was(rows: Any) -> None:
    kept = snapshot(rows, None)
    if isinstance(rows, pd.DataFrame):
        rows.loc[0, "a"] = 99.0
    else:
        rows[0, 0] = 99.0
    assert np.asarray(kept.features)[0, 0] == 1.0


def test_a_frame_brings_its_own_names() -> None:
    assert snapshot(pd.DataFrame({"a": [1], "b": [2]}), ("x", "y")).names == ("a", "b")


@pytest.mark.parametrize(("names", "expected"), [(("a", "b"), ("a", "b")), (("a",), None), (None, None)])
def test_an_array_takes_the_models_names_where_they_fit(names: Any, expected: Any) -> None:
    assert snapshot(np.zeros((1, 2)), names).names == expected


@pytest.mark.parametrize(
    ("rows", "count"), [(sparse.csr_matrix(np.eye(4)), 4), (["one document", "another"], 2), (np.zeros((3, 2, 2)), 3)]
)
def test_rows_without_columns_are_counted_and_not_looked_into(rows: Any, count: Any) -> None:
    kept = snapshot(rows, None)
    assert (kept.features, kept.count) == (None, count)
