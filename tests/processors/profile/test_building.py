from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import csv, parquet

from driftline.processors.profile import CategoricalField, NumericField, Profile, ProfileError

N = 2000
RANDOM = np.random.default_rng(11)
ROWS: dict[str, Any] = {
    "age": RANDOM.normal(40, 10, N),
    "children": RANDOM.poisson(1.5, N),
    "plan": RANDOM.choice(["a", "b", "c"], N),
    "vip": RANDOM.random(N) < 0.1,
    "score": RANDOM.random(N),
    "outcome": RANDOM.random(N) < 0.3,
}


def numeric(profile: Profile, name: str) -> NumericField:
    field = profile.field(name)
    assert isinstance(field, NumericField)
    return field


def categorical(profile: Profile, name: str) -> CategoricalField:
    field = profile.field(name)
    assert isinstance(field, CategoricalField)
    return field


def test_a_numeric_field_says_what_numpy_says() -> None:
    values = np.array([1.0, np.nan, 2.0, 2.0, np.inf, -3.0])
    field = numeric(Profile.from_table({"x": values}), "x")
    finite = values[np.isfinite(values)]
    assert (field.observations, field.missing, field.invalid) == (4, 1, 1)
    assert (field.min, field.max, field.mean) == (-3.0, 2.0, finite.mean())
    assert field.std == pytest.approx(finite.std())
    assert field.exponential is not None
    assert field.exponential.total == 4
    assert field.exponential.negative.counts == (1,)


def test_roles_come_from_names_unless_given() -> None:
    rows = {"score": [0.1, 0.9], "score.high": [0.5, 0.2], "prediction": ["a", "b"], "y": [1, 0], "scored": [1, 2]}
    profile = Profile.from_table(rows, roles={"y": "outcome"})
    assert [field.role for field in profile.fields] == ["score", "score", "prediction", "outcome", "feature"]


def test_a_classifiers_numbered_classes_are_categories_and_a_regressions_values_are_numbers() -> None:
    classes = {"outcome": [0, 1, 1], "prediction": [0.0, 1.0, 0.0]}
    assert [field.kind for field in Profile.from_table(classes).fields] == ["numeric", "numeric"]
    scored = Profile.from_table({**classes, "score": [0.2, 0.7, 0.9]})
    assert categorical(scored, "outcome").categories == {"1": 2, "0": 1}
    assert categorical(scored, "prediction").categories == {"0": 2, "1": 1}


def test_a_score_knows_its_threshold_its_class_and_the_outcomes_of_each_bucket() -> None:
    field = numeric(Profile.from_table(ROWS, threshold=0.35), "score")
    bounds, scores, outcomes = field.bounds_array, ROWS["score"], ROWS["outcome"]
    assert len(field.bounds) >= 100
    assert 0.35 in field.bounds
    assert (field.threshold, field.positive) == (0.35, "true")
    assert field.outcomes is not None
    for name, rows in (("true", outcomes), ("false", ~outcomes)):
        expected = Counter(np.searchsorted(bounds, scores[rows], side="left").tolist())
        assert list(field.outcomes[name]) == [expected[i] for i in range(len(bounds) + 1)]


def test_the_positive_class_is_as_said_asked_for_or_refused() -> None:
    rows = {"score": [0.1, 0.9], "outcome": ["paid", "lost"]}
    told: list[str] = []
    assert numeric(Profile.from_table(rows, told=told.append), "score").positive is None
    assert "--positive CLASS" in told[0]
    assert numeric(Profile.from_table(rows, positive="lost"), "score").positive == "lost"
    with pytest.raises(ProfileError, match=r"no outcome is 'won'.*lost, paid"):
        Profile.from_table(rows, positive="won")
    multiclass = {"score.paid": [0.1, 0.9], "outcome": ["paid", "lost"]}
    assert numeric(Profile.from_table(multiclass), "score.paid").positive == "paid"


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        (np.arange(100), "every integer"),
        ([f"user-{i}" for i in range(100)], "every text"),
        ([dt.datetime(2024, 1, 1, tzinfo=dt.UTC)] * 100, "dates or times"),
        ([None] * 100, "no value"),
        ([[1, 2]] * 100, "lists, structs or bytes"),
    ],
)
def test_what_is_no_field_is_left_out_and_said(column: Any, reason: str) -> None:
    told: list[str] = []
    profile = Profile.from_table({"x": np.random.default_rng(1).normal(size=100), "id": column}, told=told.append)
    assert [field.name for field in profile.fields] == ["x"]
    assert told[0].startswith("id is left out")
    assert reason in told[0]


@pytest.mark.parametrize("column", [np.arange(100), [f"u{i}" for i in range(100)], [dt.date(2024, 1, 1)] * 100])
def test_a_role_keeps_what_would_be_left_out(column: Any) -> None:
    assert Profile.from_table({"id": column}, roles={"id": "feature"}).field("id") is not None


def test_amounts_that_hardly_repeat_are_no_identifiers() -> None:
    amounts = np.random.default_rng(2).integers(0, 100_000, 5000)
    assert Profile.from_table({"cents": amounts}).field("cents") is not None


def test_kinds_can_be_given_either_way() -> None:
    profile = Profile.from_table(
        {"zip": [1.0, 2.0, 2.0], "t": ["1", "x", None]}, kinds={"zip": "categorical", "t": "numeric"}
    )
    assert categorical(profile, "zip").categories == {"2": 2, "1": 1}
    field = numeric(profile, "t")
    assert (field.observations, field.missing, field.invalid) == (1, 1, 1)


def test_only_the_most_frequent_categories_go_by_name_and_a_category_called_other_never() -> None:
    told: list[str] = []
    column = ["a"] * 5 + ["b"] * 3 + ["c"] * 2 + ["_OTHER"] * 4
    field = categorical(Profile.from_table({"x": column}, max_categories=2, told=told.append), "x")
    assert field.categories == {"a": 5, "b": 3}
    assert field.other == 6
    assert "2 most frequent" in told[0]


def test_a_column_of_numbers_and_text_is_categorical() -> None:
    batches = [pa.record_batch({"x": [1.0, 2.5]}), pa.record_batch({"x": ["n/a", "1"]}), pa.record_batch({"y": [1.0]})]

    class Mixed:
        size = 5

        def batches(self, progress: Any = None) -> Any:
            return iter(batches)

        def sha256(self) -> None:
            return None

    from driftline.processors.profile.build import build_profile
    from driftline.processors.profile.options import Options

    field = categorical(build_profile(Mixed(), Options()), "x")
    assert field.categories == {"1": 2, "2.5": 1, "n/a": 1}
    assert field.missing == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"roles": {"agee": "outcome"}}, "did you mean age"),
        ({"ignore": ["nothing"]}, "its columns are"),
        ({"roles": {"age": "label"}}, "no role 'label'"),
        ({"kinds": {"age": "number"}}, "no kind 'number'"),
        ({"bins": 1}, "2 bins"),
        ({"ignore": ["age"], "roles": {"age": "feature"}}, "one or the other"),
        ({"ignore": list(ROWS)}, "no column is left"),
    ],
)
def test_options_that_do_not_fit_are_refused_with_what_to_write(options: Any, message: str) -> None:
    with pytest.raises(ProfileError, match=message):
        Profile.from_table(ROWS, **options)


def test_no_rows_are_refused() -> None:
    with pytest.raises(ProfileError, match="no rows"):
        Profile.from_table(pa.table({"x": pa.array([], pa.float64())}))


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_file_gives_the_fields_that_memory_gives(tmp_path: Path, ending: str) -> None:
    table = pa.table(ROWS)
    path = tmp_path / f"train.{ending}"
    (parquet.write_table if ending == "parquet" else csv.write_csv)(table, path)
    told: list[tuple[int, int]] = []
    profile = Profile.from_table(path, model="credit", progress=lambda done, total: told.append((done, total)))
    assert profile.fields == Profile.from_table(ROWS).fields
    assert profile.source.sha256 is not None
    assert told[-1] == (2 * path.stat().st_size, 2 * path.stat().st_size)


columns = st.lists(st.one_of(st.floats(), st.integers(-4, 4).map(float)), min_size=1, max_size=60)


@given(columns)
def test_every_row_is_an_observation_missing_or_invalid(column: list[float]) -> None:
    field = numeric(Profile.from_table({"x": column}, kinds={"x": "numeric"}), "x")
    expected = Counter("missing" if v != v else "invalid" if abs(v) == np.inf else "ok" for v in column)  # noqa: PLR0124 - NaN
    assert (field.observations, field.missing, field.invalid) == (
        expected["ok"],
        expected["missing"],
        expected["invalid"],
    )


@given(columns)
def test_a_profile_comes_back_from_its_text_unchanged(column: list[float]) -> None:
    profile = Profile.from_table(
        {"x": column, "c": [str(v)[:2] for v in column]}, kinds={"x": "numeric", "c": "categorical"}
    )
    again = Profile.from_json(profile.to_json())
    assert again == profile
    assert again.content_hash() == profile.id
