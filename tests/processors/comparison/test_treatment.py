"""Groups of a table compared: fairlearn's figures, and those of the stream."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import fairlearn.metrics
import numpy as np
import pyarrow as pa
import pytest
import typer
from numpy.typing import NDArray
from pyarrow import parquet
from typer.testing import CliRunner

from driftline.processors.cli import check as command
from driftline.processors.comparison.treatment import check_treatment
from driftline.processors.findings import Fairness, State
from driftline.processors.monitor.fairness import Fairness as Wanted
from driftline.processors.profile import Profile
from driftline.processors.tables import TableError
from driftline.semconv import PerformanceKind

ROLES = {"said": "prediction", "score": "score", "was": "outcome"}


def table(rows: int = 4000, seed: int = 3) -> dict[str, NDArray[Any]]:
    """Women are approved less often, whatever proves true."""
    random = np.random.default_rng(seed)
    sex = random.choice(["female", "male"], rows)
    score = random.uniform(0.05, 0.95, rows)
    was = np.where(random.random(rows) < score, "yes", "no")
    said = np.where(score > np.where(sex == "female", 0.65, 0.4), "yes", "no")
    return {"sex": sex, "region": random.choice(["n", "s"], rows), "score": score, "said": said, "was": was}


@pytest.fixture(scope="module")
def profile() -> Profile:
    return Profile.from_table({key: table(seed=1)[key] for key in ROLES}, roles=ROLES, model="credit")


def wanted(attribute: str | tuple[str, ...]) -> Wanted:
    """As a file has it: groups by an attribute, the class `yes` is good."""
    return Wanted.model_validate({"attributes": (attribute,), "favourable": "yes"})


def by_metric(found: Fairness) -> dict[str, float]:
    return {each.metric: each.value for each in found.comparisons if each.group in {None, "female"}}


def test_predictions_and_outcomes_give_fairlearns_figures(profile: Profile) -> None:
    rows = table()
    told, proved = check_treatment(rows, profile, wanted("sex"))
    assert (told.kind, proved.kind) == (None, PerformanceKind.REALIZED)
    ours = by_metric(told) | by_metric(proved)
    for name in set(ours) - {"disparate_impact_ratio", "calibration_gap"}:
        theirs = getattr(fairlearn.metrics, name)(
            rows["was"] == "yes", rows["said"] == "yes", sensitive_features=rows["sex"]
        )
        assert ours[name] == pytest.approx(theirs)
    assert ours["disparate_impact_ratio"] == ours["demographic_parity_ratio"]
    assert told.violated
    assert ours["calibration_gap"] < 0.05


def test_a_table_without_outcomes_tells_what_predictions_tell(profile: Profile) -> None:
    rows = table()
    del rows["was"]
    [found] = check_treatment(rows, profile, wanted(("sex", "region")))
    assert [group.name for group in found.groups] == ["female,n", "female,s", "male,n", "male,s"]
    assert sum(group.observations for group in found.groups) == 4000


def test_a_threshold_of_the_score_is_read_row_by_row(profile: Profile) -> None:
    rows = table()
    above = Wanted.model_validate({"attributes": ["sex"], "favourable": {"above": 0.5}, "favourableOutcome": "yes"})
    told, proved = check_treatment(rows, profile, above)
    female = rows["score"][rows["sex"] == "female"]
    assert {group.name: group.rate for group in told.groups}["female"] == pytest.approx((female > 0.5).mean())
    assert "equal_opportunity_difference" in by_metric(proved)


def test_rows_without_a_group_are_in_none(profile: Profile) -> None:
    rows = {key: list(values) for key, values in table(600).items()}
    rows["sex"][:100] = [None] * 100
    told, _ = check_treatment(rows, profile, wanted("sex"))
    assert sum(group.observations for group in told.groups) == 500


def test_small_groups_are_a_status(profile: Profile) -> None:
    told, _ = check_treatment(table(150), profile, wanted("sex"))
    assert told.status is State.NOT_ENOUGH_SAMPLES


def test_an_absent_attribute_or_output_is_said(profile: Profile) -> None:
    with pytest.raises(TableError, match="no column `gender`"):
        check_treatment(table(10), profile, wanted("gender"))
    bare = Profile.from_table({"age": np.arange(100.0) % 7})
    with pytest.raises(ValueError, match="no output of this kind"):
        check_treatment(table(10), bare, wanted("sex"))


def test_the_command_shows_the_sentence_and_exits_1(profile: Profile, tmp_path: Path) -> None:
    app = typer.Typer()
    command.register(app)
    profile.save(tmp_path / "p.json")
    parquet.write_table(pa.table(table()), tmp_path / "now.parquet")

    def run(*more: str) -> tuple[int, str]:
        given = [str(tmp_path / "now.parquet"), "-r", str(tmp_path / "p.json"), *more]
        result = CliRunner().invoke(app, given, env={"COLUMNS": "200"})
        return result.exit_code, result.stdout

    code, shown = run("--fairness", "sex", "--favourable", "yes")
    assert code == 1
    assert "fairness, sex: disparate impact ratio of female" in shown
    assert "four-fifths rule" in shown
    found = json.loads(run("--fairness", "sex", "--favourable", "yes", "--json")[1])["fairness"]
    assert [each["status"] for each in found] == ["ok", "ok"]
    assert {each["metric"] for each in found[0]["comparisons"]} >= {"disparate_impact_ratio"}
    assert run("--fairness", "sex")[0] == 2
