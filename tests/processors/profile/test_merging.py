from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftline.processors.profile import CategoricalField, NumericField, Profile, ProfileError
from driftline.processors.profile.merge import merge_profiles


def merged(first: Profile, second: Profile) -> tuple[Profile, list[str]]:
    told: list[str] = []
    return merge_profiles(first, second, told.append), told


def assert_equal(one: Profile, other: Profile) -> None:
    """Equal counts, and moments up to rounding; outputs have a law of their own."""
    assert one.rows == other.rows
    for ours, theirs in zip(one.fields, other.fields, strict=True):
        rounded = {"mean", "std", "outputs"}
        left, right = ours.model_dump(exclude=rounded), theirs.model_dump(exclude=rounded)
        assert left == right
        if isinstance(ours, NumericField) and isinstance(theirs, NumericField):
            assert (ours.mean is None) == (theirs.mean is None) == (not ours.observations)
            assert (ours.mean or 0.0) == pytest.approx(theirs.mean or 0.0, rel=1e-9, abs=1e-9)
            assert (ours.std or 0.0) == pytest.approx(theirs.std or 0.0, rel=1e-6, abs=1e-6)


def table(rows: list[tuple[Any, ...]]) -> dict[str, list[Any]]:
    return dict(zip(("x", "plan", "score", "outcome"), map(list, zip(*rows, strict=True)), strict=True))


row = st.tuples(
    st.one_of(st.none(), st.floats(-1e6, 1e6), st.integers(-3, 3).map(float)),
    st.sampled_from(["a", "b", "c", "d"]),
    st.floats(0, 1),
    st.booleans(),
)


@given(st.lists(row, min_size=1, max_size=30), st.lists(row, min_size=1, max_size=30))
def test_two_halves_on_the_same_bounds_merge_to_the_whole(first: list[Any], second: list[Any]) -> None:
    options: dict[str, Any] = {"kinds": {"x": "numeric"}, "max_categories": 2}
    whole = Profile.from_table(table(first + second), **options)
    halves = [Profile.from_table(table(half), like=whole) for half in (first, second)]
    together, told = merged(halves[0], halves[1])
    assert_equal(together, whole)
    assert told == []


def test_different_bounds_are_joined_to_those_both_have_and_it_says_so() -> None:
    first = Profile.from_table({"n": np.repeat([1.0, 2, 3, 4, 5], 10)})
    second = Profile.from_table({"n": np.repeat([2.0, 4, 6], 7)})
    together, told = merged(first, second)
    field = together.fields[0]
    assert isinstance(field, NumericField)
    assert field.bounds == (0.0, 2.0, 4.0)
    assert field.counts == (0, 20 + 7, 20 + 7, 10 + 7)
    assert "bounds differ" in told[0]
    assert "--like" in told[0]
    assert together.source.merged == (first.id, second.id)


def test_a_half_without_values_takes_the_bounds_of_the_other() -> None:
    full = Profile.from_table({"x": [1.0, 2.0]})
    empty = Profile.from_table({"x": [None, None]}, kinds={"x": "numeric"})
    for pair in ((full, empty), (empty, full)):
        together, told = merged(*pair)
        assert together.fields[0].observations == 2
        assert told == []


def test_categories_of_both_are_kept() -> None:
    together, _ = merged(Profile.from_table({"c": ["a", "b"]}), Profile.from_table({"c": ["b", "z"]}))
    field = together.fields[0]
    assert isinstance(field, CategoricalField)
    assert field.categories == {"a": 1, "b": 2, "z": 1}


def test_fields_that_one_side_lacks_are_left_out_and_named() -> None:
    together, told = merged(Profile.from_table({"x": [1.0], "y": [2.0]}), Profile.from_table({"x": [1.0], "z": [2.0]}))
    assert [field.name for field in together.fields] == ["x"]
    assert told == ["y, z: left out, only one of the two profiles has it"]


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        (({"x": [1.0]}, {"model": "a"}), ({"x": [1.0]}, {"model": "b"}), "of model a, the other of b"),
        (({"x": [1.0]}, {}), ({"x": ["1"]}, {}), "numeric in one profile and categorical"),
        (({"x": [1.0]}, {}), ({"y": [1.0]}, {}), "no field in common"),
    ],
)
def test_what_does_not_belong_together_is_refused(first: Any, second: Any, message: str) -> None:
    with pytest.raises(ProfileError, match=message):
        merged(Profile.from_table(first[0], **first[1]), Profile.from_table(second[0], **second[1]))


def test_like_needs_every_column_and_names_the_new_ones() -> None:
    told: list[str] = []
    like = Profile.from_table({"x": [1.0, 2.0]}, model="m", version="1")
    again = Profile.from_table({"x": [9.0], "new": [1.0]}, like=like, told=told.append)
    assert (again.model_name, again.model_version) == ("m", "1")
    assert again.fields[0].model_dump()["bounds"] == like.fields[0].model_dump()["bounds"]
    assert told == ["new: left out, the profile to be like does not have it"]
    with pytest.raises(ProfileError, match="no column x"):
        Profile.from_table({"y": [1.0]}, like=like)
