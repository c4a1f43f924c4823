"""A check tells performance: estimated where the profile holds scores and outcomes, realised where the table does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn import metrics as oracle

from driftline.processors.comparison import Check, Rules, check, check_chunks
from driftline.processors.monitor import load_monitors
from driftline.processors.profile import Profile

MONITOR = """
apiVersion: driftline.dev/v1
kind: ModelMonitor
metadata: {name: credit}
spec: {performance: {minimum: {recall: 0.95}, metrics: [recall]}}
"""


def _binary(random: np.random.Generator, rows: int, towards: float = 1.0) -> dict[str, np.ndarray]:
    scores = random.beta(towards, 1.3, rows)
    return {
        "score": scores,
        "prediction": np.where(scores > 0.4, "yes", "no"),
        "outcome": np.where(random.random(rows) < scores, "yes", "no"),
    }


@pytest.fixture(scope="module")
def profile() -> Profile:
    return Profile.from_table(_binary(np.random.default_rng(1), 20_000), positive="yes")


def _values(result: Check, kind: str) -> dict[str, float]:
    return {each["metric"]: each["value"] for each in result.to_dict()["performance"] if each["kind"] == kind}


def test_realised_figures_are_those_of_the_rows(profile: Profile) -> None:
    table = _binary(np.random.default_rng(2), 3000)
    truth, said = table["outcome"] == "yes", table["prediction"] == "yes"
    found = _values(check(table, profile), "realized")
    assert found["roc_auc"] == pytest.approx(oracle.roc_auc_score(truth, table["score"]))
    assert found["f1"] == pytest.approx(oracle.f1_score(truth, said))
    assert found["log_loss"] == pytest.approx(oracle.log_loss(truth, table["score"]))


def test_an_estimate_holds_what_outcomes_show_after_the_scores_have_moved(profile: Profile) -> None:
    table = _binary(np.random.default_rng(3), 3000, towards=2.0)
    result = check(table, profile)
    realised = _values(result, "realized")
    estimates = [each for each in result.to_dict()["performance"] if each["kind"] == "estimated"]
    assert {each["metric"] for each in estimates} == {"accuracy", "precision", "recall", "f1", "roc_auc"}
    for each in estimates:
        assert each["lower"] <= realised[each["metric"]] <= each["upper"], each


def test_the_estimate_knows_a_model_that_decides_at_another_threshold_than_was_told(
    profile: Profile,
) -> None:
    assert getattr(profile.field("score"), "threshold", None) == 0.5
    table = _binary(np.random.default_rng(4), 20_000)
    result = check(table, profile)
    assert _values(result, "estimated")["recall"] == pytest.approx(_values(result, "realized")["recall"], abs=0.01)


def test_a_table_without_outcomes_has_the_estimate_alone(profile: Profile) -> None:
    table = _binary(np.random.default_rng(5), 1000)
    del table["outcome"]
    result = check(table, profile)
    assert _values(result, "estimated")
    assert not _values(result, "realized")


def test_a_profile_without_outcomes_estimates_nothing() -> None:
    table = _binary(np.random.default_rng(6), 1000)
    known = {name: table[name] for name in ("score", "prediction")}
    assert check(known, Profile.from_table(known)).to_dict()["performance"] == []


def test_fewer_rows_than_the_monitor_asks_for_show_nothing(profile: Profile) -> None:
    assert check(_binary(np.random.default_rng(7), 29), profile).performance == ()


def test_a_floor_that_is_surely_missed_is_a_finding(profile: Profile, tmp_path: Path) -> None:
    file = tmp_path / "credit.yaml"
    file.write_text(MONITOR)
    monitor = load_monitors([file]).for_identity("credit", None)
    result = check(_binary(np.random.default_rng(8), 5000), profile, monitor=monitor)
    assert [each.kind for each in result.too_bad] == ["estimated", "realized"]
    shown = result.to_dict()["performance"]
    assert {(each["metric"], each["limit"], each["violated"]) for each in shown} == {("recall", 0.95, True)}


def test_every_chunk_has_its_own_performance(profile: Profile) -> None:
    table = _binary(np.random.default_rng(9), 1000)
    found = [_values(each, "estimated")["accuracy"] for each in check_chunks(table, profile, 500, Rules())]
    assert len(found) == len(set(found)) == 2


def test_a_regression_has_its_errors() -> None:
    random = np.random.default_rng(10)
    table = {"prediction": random.normal(size=500), "outcome": random.normal(size=500)}
    found = _values(check(table, Profile.from_table(table)), "realized")
    assert found["rmse"] == pytest.approx(oracle.root_mean_squared_error(table["outcome"], table["prediction"]))


def test_several_classes_have_their_averages() -> None:
    random = np.random.default_rng(11)
    names, shares = np.array(["a", "b", "c"]), random.dirichlet(np.ones(3), 600)
    table = {f"score.{name}": shares[:, at] for at, name in enumerate(names)}
    table["outcome"], table["prediction"] = names[random.integers(0, 3, 600)], names[shares.argmax(axis=1)]
    found = _values(check(table, Profile.from_table(table)), "realized")
    assert found["f1_macro"] == pytest.approx(oracle.f1_score(table["outcome"], table["prediction"], average="macro"))
    assert found["roc_auc_ovr"] == pytest.approx(oracle.roc_auc_score(table["outcome"], shares, multi_class="ovr"))


def test_scores_that_are_no_probabilities_have_no_losses() -> None:
    table = _binary(np.random.default_rng(12), 500)
    table["score"] = 10 * table["score"]
    found = _values(check(table, Profile.from_table(table, positive="yes")), "realized")
    assert "roc_auc" in found
    assert "log_loss" not in found


def _classes(random: np.random.Generator, rows: int, towards: tuple[float, ...]) -> dict[str, np.ndarray]:
    names, scores = np.array(["a", "b", "c"]), random.dirichlet(towards, rows)
    outcomes = (random.random((rows, 1)) > scores.cumsum(axis=1)).sum(axis=1).clip(0, 2)
    table = {f"score.{name}": scores[:, at] for at, name in enumerate(names)}
    return {**table, "prediction": names[scores.argmax(axis=1)], "outcome": names[outcomes]}


def test_several_classes_are_estimated_from_a_score_each() -> None:
    random = np.random.default_rng(13)
    known = Profile.from_table(_classes(random, 20_000, (1, 1, 1)))
    result = check(_classes(random, 3000, (1, 1, 1)), known)
    realised = _values(result, "realized")
    assert "decides for it as often" in result.performance[0].assumptions[-1]
    estimates = [each for each in result.to_dict()["performance"] if each["kind"] == "estimated"]
    assert {each["metric"] for each in estimates} == {
        "accuracy",
        "precision_macro",
        "recall_macro",
        "f1_macro",
        "roc_auc_ovr",
    }
    for each in estimates:
        assert each["lower"] <= realised[each["metric"]] <= each["upper"], each


def test_several_classes_without_predictions_in_the_profile_are_not_estimated() -> None:
    table = _classes(np.random.default_rng(14), 2000, (1, 1, 1))
    known = {name: values for name, values in table.items() if name != "prediction"}
    assert not _values(check(table, Profile.from_table(known)), "estimated")
