from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import typer
from pyarrow import csv, parquet
from typer.testing import CliRunner

from driftline.processors.cli import check, profile
from driftline.processors.cli.check_table import bar
from driftline.processors.profile import Profile

app = typer.Typer()
profile.register(app)
check.register(app)


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "200"})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def table(seed: int, shift: float = 0.0) -> pa.Table:
    random = np.random.default_rng(seed)
    return pa.table(
        {
            "age": random.normal(40 + shift, 10, 3000),
            "plan": random.choice(["a", "b"], 3000),
            "key": np.arange(3000),
        }
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    parquet.write_table(table(1), tmp_path / "train.parquet")
    csv.write_csv(table(2), tmp_path / "same.csv")
    parquet.write_table(table(3, shift=5), tmp_path / "moved.parquet")
    assert run("profile", tmp_path / "train.parquet", "-o", tmp_path / "p.json", "--model", "credit")[0] == 0
    return tmp_path


def test_profile_writes_a_profile_says_what_it_left_out_and_exits_0(folder: Path) -> None:
    code, out, err = run(
        "profile", folder / "train.parquet", "-o", folder / "q.json", "--role", "plan=outcome", "--json"
    )
    assert code == 0
    assert "key is left out" in err
    made = json.loads(out)
    written = Profile.load(folder / "q.json")
    assert made == {"path": str(folder / "q.json"), "id": written.id, "rows": 3000, "fields": ["age", "plan"]}
    assert [field.role for field in written.fields] == ["feature", "outcome"]


def test_halves_made_alike_merge(folder: Path) -> None:
    like = ("--like", folder / "p.json")
    assert run("profile", folder / "same.csv", "-o", folder / "q.json", *like)[0] == 0
    code, out, err = run("profile", "merge", folder / "p.json", folder / "q.json", "-o", folder / "m.json")
    assert (code, err) == (0, "")
    assert "6,000 rows" in out
    merged, first = Profile.load(folder / "m.json"), Profile.load(folder / "p.json")
    assert [f.observations for f in merged.fields] == [2 * f.observations for f in first.fields]


def test_check_exits_0_without_drift_and_1_with_it(folder: Path) -> None:
    code, out, _ = run("check", folder / "same.csv", "--reference", folder / "p.json")
    assert code == 0
    assert "no drift" in out
    code, out, _ = run("check", folder / "moved.parquet", "--reference", folder / "p.json")
    assert code == 1
    assert "drift in age" in out
    assert "not in the profile, not judged: key" in out


def test_check_exits_1_when_a_column_is_absent(folder: Path) -> None:
    csv.write_csv(table(2).drop_columns(["plan"]), folder / "less.csv")
    code, out, _ = run("check", folder / "less.csv", "--reference", folder / "p.json")
    assert code == 1
    assert "no data in plan" in out


def test_check_prints_one_json_object_whole_or_in_chunks(folder: Path) -> None:
    code, out, _ = run("check", folder / "moved.parquet", "-r", folder / "p.json", "--json")
    assert code == 1
    assert json.loads(out)["drifted"] == ["age"]
    code, out, _ = run("check", folder / "moved.parquet", "-r", folder / "p.json", "--json", "--chunk", 1000)
    assert code == 1
    assert [(each["start"], each["end"]) for each in json.loads(out)["chunks"]] == [
        (0, 1000),
        (1000, 2000),
        (2000, 3000),
    ]
    assert "rows 1,000 to 2,000" in run("check", folder / "same.csv", "-r", folder / "p.json", "--chunk", 1000)[1]


def test_a_minimum_effect_and_a_monitor_quieten(folder: Path) -> None:
    quiet = ("--minimum-effect", "psi=9", "--minimum-effect", "ks=0.9")
    assert run("check", folder / "moved.parquet", "-r", folder / "p.json", *quiet)[0] == 0
    text = "apiVersion: driftline.dev/v1\nkind: ModelMonitor\nmetadata: {name: NAME}\n"
    text += "spec: {fields: [{name: age, ignore: true}]}\n"
    (folder / "credit.yaml").write_text(text.replace("NAME", "credit"))
    (folder / "other.yaml").write_text(text.replace("NAME", "other"))
    arguments = ("check", folder / "moved.parquet", "-r", folder / "p.json", "--monitor")
    assert run(*arguments, folder / "credit.yaml")[0] == 0
    code, _, err = run(*arguments, folder / "other.yaml")
    assert code == 2
    assert "name the monitor of this model" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("profile", "nope.csv", "-o", "q.json"), "no such file"),
        (("profile", "same.csv", "-o", "q.json", "--role", "agee=feature"), "did you mean age"),
        (("profile", "same.csv", "-o", "q.json", "--role", "age"), "write NAME=VALUE"),
        (("profile", "same.csv", "-o", "q.json", "--like", "same.csv"), "not JSON"),
        (("profile", "same.csv", "-o", "no/such/q.json"), "can be written"),
        (("profile", "merge", "p.json", "nope.json", "-o", "q.json"), "nope.json"),
        (("check", "same.csv", "--reference", "nope.json"), "driftline profile DATA"),
        (("check", "nope.csv", "--reference", "p.json"), "no such file"),
        (("check", "same.csv", "--reference", "p.json", "--alpha", "2"), "chance between"),
        (("check", "same.csv", "--reference", "p.json", "--minimum-effect", "psi=x"), "is no number"),
        (("check", "few.csv", "--reference", "p.json"), "no field could be judged"),
        (("profile",), "Usage"),
    ],
)
def test_what_cannot_be_done_exits_2_with_the_reason(
    folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], message: str
) -> None:
    monkeypatch.chdir(folder)
    csv.write_csv(table(1).slice(0, 5), "few.csv")
    code, out, err = run(*arguments)
    assert code == 2
    assert message in " ".join((out + err).replace("│", " ").split())


def test_help_of_profile_is_that_of_making_one() -> None:
    code, out, _ = run("profile", "--help")
    assert code == 0
    assert "--max-categories" in out
    assert "merge A B" in out


@pytest.mark.parametrize(("level", "filled"), [(0.0, 0), (1.0, 8), (2.0, 15), (99.0, 15)])
def test_a_bar_is_full_at_twice_the_limit(level: float, filled: int) -> None:
    assert bar(level).count("█") == filled
    assert bar(level)[8] == "│"
