"""The profile keeps how the output goes with each field."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftline.processors.profile import CategoricalField, NumericField, Profile, ProfileError
from driftline.processors.profile.merge import merge_profiles
from driftline.processors.profile.outputs import FEWEST_ROWS, MOST_OUTPUTS

N = 4000
RANDOM = np.random.default_rng(5)
AGE = RANDOM.normal(40, 10, N)
PLAN = RANDOM.choice(["a", "b", "c"], N)
SCORE = 1 / (1 + np.exp(-(AGE - 40) / 10 - (PLAN == "b")))
ROWS: dict[str, Any] = {"age": AGE, "plan": PLAN, "score": SCORE, "prediction": np.where(SCORE > 0.5, "yes", "no")}
PROFILE = Profile.from_table(ROWS)


def outputs(profile: Profile, field: str) -> dict[str, tuple[float | None, ...]]:
    found = profile.field(field)
    assert found is not None
    assert found.outputs is not None
    return found.outputs


def test_each_bucket_has_the_mean_score_of_its_rows_as_a_plain_loop_finds_it() -> None:
    field = PROFILE.field("age")
    assert isinstance(field, NumericField)
    edges = [-np.inf, *field.bounds, np.inf]
    for told, low, high in zip(outputs(PROFILE, "age")["score"], edges, edges[1:], strict=False):
        rows = (low < AGE) & (high >= AGE)
        assert told == (pytest.approx(SCORE[rows].mean(), rel=1e-5) if rows.sum() >= 5 else None)


def test_each_category_and_then_the_rest_has_the_share_of_each_class() -> None:
    few = Profile.from_table(ROWS, max_categories=2)
    field = few.field("plan")
    assert isinstance(field, CategoricalField)
    named = list(field.categories)
    told = outputs(few, "plan")["prediction.yes"]
    rows = [*(name == PLAN for name in named), ~np.isin(PLAN, named)]
    assert list(told) == pytest.approx([(ROWS["prediction"][at] == "yes").mean() for at in rows], rel=1e-5)


def test_an_output_goes_with_itself_so_that_its_own_movement_shows() -> None:
    told = [mean for mean in outputs(PROFILE, "score")["score"] if mean is not None]
    assert told == sorted(told)
    assert sorted(mean for mean in outputs(PROFILE, "prediction")["prediction.yes"] if mean is not None) == [0.0, 1.0]


def test_a_table_without_outputs_and_the_outcome_have_none() -> None:
    assert all(field.outputs is None for field in Profile.from_table({"age": AGE}).fields)
    with_outcome = Profile.from_table({**ROWS, "outcome": PLAN == "a"}).field("outcome")
    assert with_outcome is not None
    assert with_outcome.outputs is None


def test_a_bucket_of_few_rows_does_not_tell_their_output() -> None:
    plan = np.array(["a"] * 50 + ["rare"] * (FEWEST_ROWS - 1))
    told = outputs(Profile.from_table({"plan": plan, "score": np.linspace(0, 1, len(plan))}), "plan")["score"]
    assert [mean is None for mean in told] == [False, True, True]


def test_rows_without_field_or_output_have_no_say() -> None:
    x = np.array([1.0] * 10 + [np.nan, np.inf])
    score = np.array([0.25] * 9 + [np.nan, 1.0, 1.0])
    field = Profile.from_table({"x": x, "score": score}).field("x")
    assert isinstance(field, NumericField)
    assert field.outputs is not None
    assert [mean for mean in field.outputs["score"] if mean is not None] == [0.25]


def test_classes_are_limited_to_the_frequent_ones() -> None:
    classes = np.repeat([f"c{number}" for number in range(20)], np.arange(20, 40))
    told = outputs(Profile.from_table({"x": np.tile([1.0, 2.0], 295), "prediction": classes}), "x")
    assert list(told) == [f"prediction.c{number}" for number in range(19, 19 - MOST_OUTPUTS, -1)]


def test_a_profile_keeps_its_outputs_in_its_file() -> None:
    again = Profile.from_json(PROFILE.to_json())
    assert again == PROFILE
    assert again.content_hash() == PROFILE.id


def test_means_for_other_than_the_buckets_are_refused() -> None:
    content = PROFILE.to_dict()
    content["fields"][1]["outputs"]["score"].append(0.5)
    with pytest.raises(ProfileError, match="outputs of score need a mean for each of 4 buckets, not 5"):
        Profile.from_dict(content)


row = st.tuples(st.sampled_from([1.0, 2.0, 3.0]), st.sampled_from(["a", "b", "c"]), st.integers(0, 8))


@settings(max_examples=30)
@given(st.lists(row, min_size=1, max_size=6), st.lists(row, min_size=1, max_size=6))
def test_two_halves_merge_to_the_outputs_of_the_whole(first: list[Any], second: list[Any]) -> None:
    def table(rows: list[Any]) -> dict[str, Any]:
        x, plan, eighths = zip(*(rows * FEWEST_ROWS), strict=True)
        return {"x": np.array(x), "plan": np.array(plan), "score": np.array(eighths) / 8}

    whole = Profile.from_table(table(first + second), max_categories=2, kinds={"x": "numeric"})
    halves = [Profile.from_table(table(half), like=whole) for half in (first, second)]
    together = merge_profiles(halves[0], halves[1], lambda _: None)
    for name in ("x", "plan"):
        ours, theirs = outputs(together, name)["score"], outputs(whole, name)["score"]
        assert [mean is None for mean in ours] == [mean is None for mean in theirs]
        assert [mean or 0.0 for mean in ours] == pytest.approx([mean or 0.0 for mean in theirs], rel=1e-4, abs=1e-5)


def test_bounds_that_differ_merge_to_the_means_of_joined_buckets() -> None:
    first = {"n": np.repeat([1.0, 2, 3, 4, 5], 10), "score": np.repeat([0.1, 0.2, 0.3, 0.4, 0.5], 10)}
    second = {"n": np.repeat([2.0, 4, 6], 10), "score": np.repeat([0.2, 0.4, 0.6], 10)}
    together = merge_profiles(Profile.from_table(first), Profile.from_table(second), lambda _: None)
    below, *told = outputs(together, "n")["score"]
    assert below is None
    assert told == pytest.approx([0.5 / 3, 1.1 / 3, 1.1 / 2], rel=1e-5)


def test_an_output_that_one_half_lacks_is_not_told() -> None:
    whole = Profile.from_table({"x": np.tile([1.0, 2.0], 20), "score": np.linspace(0, 1, 40)})
    without = Profile.from_table({"x": np.tile([1.0, 2.0], 20)})
    field = merge_profiles(whole, without, lambda _: None).field("x")
    assert field is not None
    assert field.outputs is None
