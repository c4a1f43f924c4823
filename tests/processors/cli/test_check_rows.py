"""`driftline profile --rows` and `driftline check --rows`, as their user meets them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import typer
from pyarrow import parquet
from typer.testing import CliRunner

from driftline.processors.cli import check, profile

app = typer.Typer()
profile.register(app)
check.register(app)


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "200"})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def _table(path: Path, seed: int, correlation: float) -> Path:
    random = np.random.default_rng(seed)
    x = random.multivariate_normal([0, 0], [[1, correlation], [correlation, 1]], 400)
    vectors = 1 + random.standard_normal((400, 4))
    parquet.write_table(pa.table({"age": x[:, 0], "income": x[:, 1], "text": list(vectors)}), path)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("rows")
    _table(found / "train.parquet", 1, 0.9)
    assert run("profile", found / "train.parquet", "-o", found / "p.json", "--rows", 300)[0] == 0
    return found


def test_a_correlation_that_flips_is_drift_of_rows_and_of_no_field(folder: Path) -> None:
    flipped = _table(folder / "flipped.parquet", 2, -0.9)
    code, out, _ = run("check", flipped, "-r", folder / "p.json", "--rows", "--json")
    found = json.loads(out)
    assert (code, found["drifted"]) == (1, [])
    rows, text = found["whole_rows"]
    assert (rows["status"], set(rows["drivers"])) == ("drift", {"age", "income"})
    assert (text["field"], text["status"]) == ("text", "ok")
    assert set(text["statistics"]) == {"mmd", "centroid", "neighbours"}


def test_the_same_rows_are_fine_and_it_says_so(folder: Path) -> None:
    code, out, _ = run("check", _table(folder / "same.parquet", 3, 0.9), "-r", folder / "p.json", "--rows")
    assert code == 0
    assert "rows are like the" in out


def test_without_rows_beside_the_profile_it_says_how_to_make_them(folder: Path) -> None:
    (folder / "alone.json").write_bytes((folder / "p.json").read_bytes())
    code, _, err = run("check", folder / "train.parquet", "-r", folder / "alone.json", "--rows")
    assert code == 2
    assert "driftline profile --rows" in err


def test_rows_are_not_compared_by_the_chunk(folder: Path) -> None:
    assert run("check", folder / "train.parquet", "-r", folder / "p.json", "--rows", "--chunk", 100)[0] == 2


def _prices(path: Path, seed: int, scatter: float, *, outcomes: bool) -> Path:
    random = np.random.default_rng(seed)
    age, said = random.uniform(0, scatter, 1500), random.uniform(10, 20, 1500)
    columns = {"age": age, "prediction": said}
    came = {"outcome": said + (1 + age) * random.standard_normal(1500)} if outcomes else {}
    parquet.write_table(pa.table({**columns, **came}), path)
    return path


def test_a_regression_s_errors_are_estimated_from_the_rows_beside_its_profile(tmp_path: Path) -> None:
    profile = tmp_path / "cars.profile.json"
    train = _prices(tmp_path / "train.parquet", 1, 4, outcomes=True)
    assert run("profile", train, "-o", profile, "--rows", 1500)[0] == 0
    now = _prices(tmp_path / "now.parquet", 2, 2, outcomes=False)
    _, out, err = run("check", now, "-r", profile, "--json")
    found = {each["metric"]: each for each in json.loads(out)["performance"]}
    assert not err
    assert found["mae"]["kind"] == "estimated"
    assert found["mae"]["lower"] < 2 * (2 / np.pi) ** 0.5 < found["mae"]["upper"]  # of 1 + age the mean is 2


def test_rows_of_another_profile_are_not_estimated_from(tmp_path: Path) -> None:
    profile = tmp_path / "cars.profile.json"
    assert run("profile", _prices(tmp_path / "a.parquet", 1, 4, outcomes=True), "-o", profile, "--rows", 1500)[0] == 0
    assert run("profile", _prices(tmp_path / "b.parquet", 2, 4, outcomes=True), "-o", profile)[0] == 0
    now = _prices(tmp_path / "now.parquet", 3, 2, outcomes=False)
    _, out, err = run("check", now, "-r", profile, "--json")
    assert "make both with `driftline profile --rows`" in err
    assert not json.loads(out)["performance"]
