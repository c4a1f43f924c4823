"""Rows beside a profile: what was written is what is read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from driftline.processors.profile import Profile, ProfileError
from driftline.processors.profile.rows_file import load_rows, profile_rows, rows_path, save_rows
from driftline.processors.tables import open_table


def _written(path: Path) -> tuple[Profile, Path]:
    columns = {
        "age": pa.array([31.0, None, 44.0]),
        "plan": pa.array(["a", None, "b"]),
        "code": pa.array([1, 2, 2]),
        "paid": pa.array(["yes", "no", "no"]),
        "vector": pa.array([[1.0, 2.0], None, [3.0, 4.0]]),
    }
    table = open_table(pa.table(columns))
    profile = Profile.from_table(
        pa.table(columns), kinds={"code": "categorical"}, roles={"paid": "outcome"}, model="credit", version="7"
    )
    save_rows(profile_rows(table, profile, 50, seed=0), path)
    return profile, path


def test_features_and_vectors_come_back_and_outcomes_never_went(tmp_path: Path) -> None:
    profile, path = _written(tmp_path / "credit.rows.parquet")
    found = load_rows(path)
    assert (found.profile, found.model, found.version) == (profile.id, "credit", "7")
    assert set(found.columns) == {"age", "plan", "code", "vector"}
    assert np.array_equal(found.columns["age"], [31.0, np.nan, 44.0], equal_nan=True)
    assert found.columns["plan"].tolist() == ["a", None, "b"]
    assert found.columns["code"].tolist() == ["1", "2", "2"]
    assert np.array_equal(found.columns["vector"], np.array([[1, 2], [np.nan, np.nan], [3, 4]]), equal_nan=True)


def test_rows_lie_beside_their_profile() -> None:
    assert rows_path(Path("models/credit.profile.json")) == Path("models/credit.profile.rows.parquet")


def test_a_file_that_is_missing_or_another_s_says_what_to_do(tmp_path: Path) -> None:
    parquet.write_table(pa.table({"x": [1.0]}), tmp_path / "other.parquet")
    for name in ("missing.parquet", "other.parquet"):
        with pytest.raises(ProfileError, match="driftline profile --rows"):
            load_rows(tmp_path / name)


def test_of_a_regression_predictions_and_outcomes_stand_beside_the_features_and_are_none_of_them(
    tmp_path: Path,
) -> None:
    random = np.random.default_rng(0)
    columns = {"age": random.random(60), "prediction": random.random(60), "price": random.random(60)}
    profile = Profile.from_table(columns, roles={"price": "outcome"})
    save_rows(profile_rows(open_table(columns), profile, 50, seed=0), tmp_path / "cars.rows.parquet")
    found = load_rows(tmp_path / "cars.rows.parquet")
    assert set(found.columns) == {"age"}
    assert set(found.outputs) == {"prediction", "outcome"}
    kept = np.searchsorted(np.sort(columns["age"]), found.columns["age"])
    at = np.argsort(columns["age"])[kept]
    assert (found.outputs["outcome"] == columns["price"][at]).all()
    assert (found.outputs["prediction"] == columns["prediction"][at]).all()


def test_a_profile_without_one_of_the_two_keeps_neither(tmp_path: Path) -> None:
    columns = {"age": np.arange(60.0), "price": np.arange(60.0)}
    profile = Profile.from_table(columns, roles={"price": "outcome"})
    assert not profile_rows(open_table(columns), profile, 50, seed=0).outputs
