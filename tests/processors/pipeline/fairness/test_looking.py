"""Groups of people compared live, from the predictions of their segments alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from driftline.processors.documents import DocumentError
from driftline.processors.findings import Comparison, Fairness, Identity, State
from driftline.processors.measurements import fairness_measurements
from tests.processors.pipeline.world import START, Sender, World, monitors

SECOND = 10**9
ASKED = "  fairness: {attributes: [sex], favourable: 'yes'}"


def world(folder: Path, spec: str = ASKED) -> tuple[World, Sender]:
    made = World.of(monitors(folder, spec))
    return made, Sender.of(made)


def predict(sender: Sender, classes: Mapping[str, int], **group: str) -> None:
    for name, number in classes.items():
        named = {"ml.field.name": "prediction", "ml.field.role": "prediction", "ml.field.category": name}
        sender.count("ml.field.categories", number, **named, **group)


def score(sender: Sender, values: NDArray[np.float64], **group: str) -> None:
    sender.histogram(values, **{"ml.field.name": "score", "ml.field.role": "score"}, **group)


def look(made: World, seconds: float = 20) -> list[Fairness]:
    made.now = seconds
    return [each for each in made.pipeline.evaluate(made.now_ns) if isinstance(each, Fairness)]


def named(found: Fairness, metric: str) -> dict[str | None, Comparison]:
    return {each.group: each for each in found.comparisons if each.metric == metric}


def test_a_group_below_four_fifths_of_the_other_is_found_and_said_so(tmp_path: Path) -> None:
    made, sender = world(tmp_path)
    predict(sender, {"yes": 1600, "no": 400}, sex="male")
    predict(sender, {"yes": 1000, "no": 1000}, sex="female")
    [found] = look(made)
    assert (found.identity, found.attributes) == (Identity("credit", "7"), ("sex",))
    assert (found.status, found.violated, found.window.observations) == (State.OK, True, 4000)
    assert {group.name: group.rate for group in found.groups} == {"female": 0.5, "male": 0.8}
    impact = named(found, "disparate_impact_ratio")
    assert impact["female"].value == pytest.approx(0.625)
    assert impact["female"].violated is True
    assert impact["male"].violated is False
    assert "disparate impact ratio of female 0.62" in found.why
    assert "four-fifths rule of 29 CFR 1607.4(D)" in found.why
    assert found.window.end_ns > START


def test_a_ratio_below_four_fifths_by_chance_is_shown_and_not_found(tmp_path: Path) -> None:
    made, sender = world(tmp_path)
    predict(sender, {"yes": 60, "no": 60}, sex="male")
    predict(sender, {"yes": 45, "no": 75}, sex="female")
    [found] = look(made)
    impact = named(found, "disparate_impact_ratio")["female"]
    assert impact.value == pytest.approx(0.75)
    assert (impact.violated, found.violated) == (False, False)
    assert "not surely below" in found.why


def test_a_metric_without_a_limit_is_shown_and_never_found(tmp_path: Path) -> None:
    made, sender = world(tmp_path)
    predict(sender, {"yes": 1000}, sex="male")
    predict(sender, {"no": 1000}, sex="female")
    [found] = look(made)
    parity = named(found, "demographic_parity_difference")[None]
    assert (parity.value, parity.limit, parity.violated) == (1.0, None, None)


def test_limits_and_metrics_are_the_monitors(tmp_path: Path) -> None:
    spec = "{attributes: [sex], favourable: 'yes', metrics: [demographic_parity_difference], limits: {%s: 0.1}}"
    made, sender = world(tmp_path, f"  fairness: {spec % 'demographic_parity_difference'}")
    predict(sender, {"yes": 800, "no": 200}, sex="male")
    predict(sender, {"yes": 500, "no": 500}, sex="female")
    [found] = look(made)
    [only] = found.comparisons
    assert (only.metric, only.limit, only.violated) == ("demographic_parity_difference", 0.1, True)
    assert "above its limit 0.1" in found.why


def test_a_small_group_is_named_and_not_compared(tmp_path: Path) -> None:
    made, sender = world(tmp_path)
    predict(sender, {"yes": 500, "no": 500}, sex="male")
    predict(sender, {"yes": 0, "no": 99}, sex="female")
    [found] = look(made)
    assert (found.status, found.comparisons) == (State.NOT_ENOUGH_SAMPLES, ())
    assert "fewer than two groups have 100 observations; too small to be compared: female (99)" in found.why


def test_groups_are_those_of_a_combination_and_of_each_version(tmp_path: Path) -> None:
    made, sender = world(tmp_path, "  fairness: {attributes: [[sex, region]], favourable: 'yes'}")
    other = Sender.of(made, version="8")
    for each, version in ((sender, "7"), (other, "8")):
        predict(each, {"yes": 200, "no": 100}, sex="male", region="north")
        predict(each, {"yes": 100, "no": int(version) * 20}, sex="female", region="north")
    found = {each.identity.version: each for each in look(made)}
    assert sorted(group.name for group in found["7"].groups) == ["female,north", "male,north"]
    assert found["8"].window.observations == 300 + 260


def test_a_threshold_of_the_score_needs_no_class(tmp_path: Path) -> None:
    made, sender = world(tmp_path, "  fairness: {attributes: [sex], favourable: {above: 40}}")
    random = np.random.default_rng(2)
    scores = {"male": random.normal(40, 10, 2000), "female": random.normal(35, 10, 2000)}
    for group, values in scores.items():
        score(sender, values, sex=group)
    [found] = look(made)
    rates = {group.name: group.rate for group in found.groups}
    assert rates == {group: float((values > 40).mean()) for group, values in scores.items()}


def test_up_to_a_threshold_is_the_other_side(tmp_path: Path) -> None:
    made, sender = world(tmp_path, "  fairness: {attributes: [sex], favourable: {atMost: 40, field: score}}")
    for group, mean in (("male", 40), ("female", 35)):
        score(sender, np.full(200, float(mean)), sex=group)
    [found] = look(made)
    assert {group.name: group.rate for group in found.groups} == {"female": 1.0, "male": 1.0}


def test_a_threshold_between_bounds_is_a_status_with_what_to_do(tmp_path: Path) -> None:
    made, sender = world(tmp_path, "  fairness: {attributes: [sex], favourable: {above: 41}}")
    score(sender, np.full(200, 40.0), sex="male")
    [found] = look(made)
    assert found.status is State.INCOMPATIBLE_BINS
    assert "take one of the profile's bounds" in found.why


def test_without_a_group_there_is_no_data_and_without_attributes_no_finding(tmp_path: Path) -> None:
    made, sender = world(tmp_path)
    predict(sender, {"yes": 500, "no": 500})
    [found] = look(made)
    assert (found.status, found.comparisons, found.groups) == (State.NO_DATA, (), ())
    bare, alone = world(tmp_path, "  segments: [sex]")
    predict(alone, {"yes": 500, "no": 500}, sex="male")
    assert look(bare) == []


def test_the_reference_group_is_the_monitors(tmp_path: Path) -> None:
    spec = "  fairness: {attributes: [sex], favourable: 'yes', reference: {sex: female}}"
    made, sender = world(tmp_path, spec)
    predict(sender, {"yes": 800, "no": 200}, sex="male")
    predict(sender, {"yes": 400, "no": 600}, sex="female")
    [found] = look(made)
    assert named(found, "disparate_impact_ratio")["male"].value == pytest.approx(2.0)
    assert not found.violated
    absent, other = world(tmp_path, spec)
    predict(other, {"yes": 800, "no": 200}, sex="male")
    predict(other, {"yes": 800, "no": 200}, sex="diverse")
    [told] = look(absent)
    assert told.status is State.OK
    assert named(told, "disparate_impact_ratio") == {}


def test_an_excluded_stretch_is_muted(tmp_path: Path) -> None:
    hush = "  exclusions: [{from: 2020-01-01T00:00:00Z, to: 2040-01-01T00:00:00Z, reason: test}]"
    made, sender = world(tmp_path, f"{ASKED}\n{hush}")
    predict(sender, {"yes": 500}, sex="male")
    predict(sender, {"no": 500}, sex="female")
    [found] = look(made)
    assert (found.status, found.comparisons) == (State.MUTED, ())


def test_a_finding_is_worded_with_the_contracts_names(tmp_path: Path) -> None:
    made, sender = world(tmp_path)
    predict(sender, {"yes": 1600, "no": 400}, sex="male")
    predict(sender, {"yes": 1000, "no": 1000}, sex="female")
    said = {
        (each.name, dict(each.attributes).get("ml.fairness.group")): each for each in fairness_measurements(look(made))
    }
    detected = said["ml.fairness.detected", "female"]
    assert (detected.value, said["ml.fairness.limit", "female"].value) == (1.0, 0.8)
    assert dict(detected.attributes) == {
        "ml.model.name": "credit",
        "ml.model.version": "7",
        "ml.fairness.attribute": "sex",
        "ml.fairness.group": "female",
        "ml.fairness.metric": "disparate_impact_ratio",
    }
    assert said["ml.fairness.observations", "female"].value == 2000
    assert ("ml.fairness.detected", None) not in said


@pytest.mark.parametrize(
    ("fairness", "reason"),
    [
        ("{attributes: [sex]}", "need a `favourable` output"),
        ("{attributes: [sex], favourable: {above: 1, category: a}}", "exactly one of"),
        ("{metrics: [demographic_parity]}", "did you mean `demographic_parity_"),
        ("{limits: {disparate_impact_ratio: 80}}", "not between 0 and 1"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_to_write(tmp_path: Path, fairness: str, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        monitors(tmp_path, f"  fairness: {fairness}")
