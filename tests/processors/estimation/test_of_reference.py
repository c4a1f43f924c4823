"""How good a model was on its reference, from the profile alone."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from driftline.processors.cli.app import application
from driftline.processors.estimation import reference_performance
from driftline.processors.profile import Profile
from driftline.processors.statistics.performance import measure

Table = dict[str, np.ndarray]


@pytest.fixture(scope="module")
def table() -> Table:
    random = np.random.default_rng(81)
    scores = random.random(5000)
    labels = (random.random(5000) < scores).astype(int)
    return {"score": scores, "prediction": (scores > 0.5).astype(int).astype(str), "outcome": labels.astype(str)}


def test_it_is_that_of_the_rows_within_what_the_buckets_hide(table: Table) -> None:
    found = {each.figure.metric: each for each in reference_performance(Profile.from_table(table))}
    labels, said = table["outcome"].astype(int), table["prediction"].astype(int)
    rows = {each.metric: each.value for each in measure("binary", labels, said, table["score"])}
    assert found["roc_auc"].binning_error < 0.01
    for name, each in found.items():
        assert each.figure.value == pytest.approx(rows[name], abs=each.binning_error + 1e-9), name


def test_decisions_that_a_bucket_mixes_are_not_shown(table: Table) -> None:
    blurred = {**table, "prediction": np.where(np.arange(5000) % 3, table["prediction"], "1")}
    metrics = {each.figure.metric for each in reference_performance(Profile.from_table(blurred))}
    assert "accuracy" not in metrics
    assert "roc_auc" in metrics


def test_scores_that_are_no_probabilities_have_none(table: Table) -> None:
    assert reference_performance(Profile.from_table({**table, "score": table["score"] * 10})) == ()


def test_a_table_without_outcomes_has_none(table: Table) -> None:
    assert reference_performance(Profile.from_table({"score": table["score"]})) == ()


def test_profile_says_where_estimates_begin(table: Table, tmp_path: Path) -> None:
    path, out = tmp_path / "validation.csv", str(tmp_path / "credit.profile.json")
    pd.DataFrame(table).to_csv(path, index=False)
    told = CliRunner().invoke(application("profile"), ["profile", str(path), "-o", out])
    assert "on these rows, where estimates begin: accuracy 0.7" in told.stdout
    written = CliRunner().invoke(application("profile"), ["profile", str(path), "-o", out, "--json"])
    assert {each["metric"] for each in json.loads(written.stdout)["performance"]} >= {"accuracy", "roc_auc"}
