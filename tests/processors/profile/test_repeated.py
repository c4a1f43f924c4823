from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftline.processors.profile import Profile
from driftline.processors.profile.merge import merge_profiles
from driftline.processors.profile.repeated import Repeated, repeated_rows
from driftline.processors.tables import open_table

NUMERIC = {"x": True, "k": False}
rows = st.lists(st.tuples(st.sampled_from([0.0, 1.5, None]), st.sampled_from(["a", "b", None])), max_size=12)


def batch(held: list[tuple[Any, Any]]) -> pa.RecordBatch:
    columns = [pa.array([x for x, _ in held], pa.float64()), pa.array([k for _, k in held], pa.string())]
    return pa.RecordBatch.from_arrays(columns, names=list(NUMERIC))


@given(st.lists(rows, max_size=4), st.integers(1, 9))
def test_rows_are_repeated_as_often_as_a_set_says_stretch_by_stretch(parts: list[Any], stretch: int) -> None:
    repeated = Repeated(NUMERIC, stretch)
    for part in parts:
        repeated.update(batch(part))
    held = [row for part in parts for row in part]
    stretches = [held[at : at + stretch] for at in range(0, len(held), stretch)]
    assert repeated.get() == sum(len(each) - len(set(each)) for each in stretches)


def test_a_column_that_never_repeats_spares_the_others_and_one_that_does_not_decides_nothing() -> None:
    table = {"id": np.arange(6.0), "x": np.zeros(6)}
    [whole] = open_table(table).batches()
    assert repeated_rows([whole], {"id": True, "x": True}) == 0
    assert repeated_rows([whole], {"x": True}) == 5
    assert repeated_rows([whole], {}) == 0
    assert repeated_rows([], {"x": True}) == 0


def test_what_is_no_category_or_not_there_is_equal_to_its_like() -> None:
    lists = pa.RecordBatch.from_pydict({"x": [1.0, 1.0], "k": [[1], [2]]})
    absent = pa.RecordBatch.from_pydict({"x": [1.0]})
    assert repeated_rows([lists, absent], NUMERIC) == 2


@pytest.mark.parametrize("outcome", [False, True])
def test_a_profile_counts_rows_with_the_same_features_and_a_merged_one_those_of_both(outcome: bool) -> None:
    table = {"age": [31.0, 31.0, 45.0], "plan": ["a", "a", "a"]} | ({"outcome": ["y", "n", "y"]} if outcome else {})
    profile = Profile.from_table(table)
    assert profile.duplicates == 1
    assert merge_profiles(profile, profile, lambda _: None).duplicates == 2
    older = Profile.from_dict({key: each for key, each in profile.to_dict().items() if key not in ("duplicates", "id")})
    assert merge_profiles(older, profile, lambda _: None).duplicates is None
