from __future__ import annotations

from collections import Counter
from dataclasses import replace

from driftline.processors.findings import Contribution, Explanation, Finding, Kind, OutputShift, Performance, State
from driftline.processors.measurements import (
    FIELD_STATES,
    MODEL_STATES,
    fairness_measurements,
    measurements,
    performance_measurements,
)
from driftline.semconv import attributes, metrics
from tests.exporters.looks import AGE, FINAL, LOOK, MODEL, PROVISIONAL, TREATMENT, ZIP

FINDINGS = [one for one in LOOK if isinstance(one, Finding)]


def values(name: str, *findings: Finding, **wanted: str) -> list[float]:
    return [
        one.value
        for one in measurements(findings)
        if one.name == name and all(dict(one.attributes).get(key) == value for key, value in wanted.items())
    ]


def test_a_drifting_field_shows_score_limit_level_and_detected() -> None:
    assert values(metrics.ML_DRIFT_SCORE, AGE) == [0.05, 0.1]
    assert values(metrics.ML_DRIFT_LIMIT, AGE) == [0.02], "only a deciding statistic has a limit"
    assert values(metrics.ML_DRIFT_P_VALUE, AGE) == [1e-9]
    assert values(metrics.ML_DRIFT_LEVEL, AGE) == [2.5]
    assert values(metrics.ML_DRIFT_DETECTED, AGE) == [1]
    assert values(metrics.ML_QUALITY_DEFECT_SHARE, AGE) == [0.25]


def test_detected_is_0_at_a_level_of_exactly_1() -> None:
    assert values(metrics.ML_DRIFT_DETECTED, replace(AGE, level=1.0, status=State.OK)) == [0]


def test_without_a_verdict_there_is_a_state_and_a_count_but_no_level() -> None:
    assert values(metrics.ML_DRIFT_LEVEL, ZIP) == []
    assert values(metrics.ML_DRIFT_DETECTED, ZIP) == []
    assert values(metrics.ML_WINDOW_OBSERVATIONS, ZIP) == [0]


def test_a_model_in_drift_shows_what_each_field_contributes_to_the_output() -> None:
    ranked = (Contribution("age", "feature", 2.5, 0.03, 0.001, 0.8), Contribution("zip", "feature", 1.2))
    told = replace(MODEL, explanation=Explanation(ranked, OutputShift("score", 0.3, 0.34, 0.002)))
    assert values(metrics.ML_DRIFT_CONTRIBUTION, told, **{"ml.field.name": "age", "ml.drift.output": "score"}) == [0.03]
    assert values(metrics.ML_DRIFT_CONTRIBUTION, told) == [0.03], "what is not known is not shown"
    assert values(metrics.ML_DRIFT_CONTRIBUTION, replace(MODEL, explanation=Explanation(ranked))) == []


def test_exactly_one_state_is_1() -> None:
    for finding, name, states in (
        (ZIP, metrics.ML_FIELD_STATUS, FIELD_STATES),
        (MODEL, metrics.ML_MONITOR_STATUS, MODEL_STATES),
    ):
        shown = [one for one in measurements([finding]) if one.name == name]
        assert len(shown) == len(states)
        assert [dict(one.attributes)[attributes.ML_MONITOR_STATE] for one in shown if one.value == 1] == [
            finding.status
        ]


def test_a_reference_shared_by_two_fields_is_said_once() -> None:
    assert values(metrics.ML_REFERENCE_INFO, AGE, ZIP) == [1]
    assert values(metrics.ML_REFERENCE_AGE, AGE, ZIP) == [86_400.0]


def test_no_measurement_is_emitted_twice() -> None:
    seen = Counter((one.name, one.attributes) for one in measurements(FINDINGS))
    assert max(seen.values()) == 1


def test_choosing_statistics_hides_the_others_and_nothing_else() -> None:
    everything = list(measurements(FINDINGS))
    chosen = list(measurements(FINDINGS, statistics=["psi"]))
    hidden = set(everything) - set(chosen)
    assert {dict(one.attributes)[attributes.ML_DRIFT_STATISTIC] for one in hidden} == {"js"}


def test_what_is_not_known_of_an_identity_is_left_out() -> None:
    names = {name for one in measurements([AGE]) for name, _ in one.attributes}
    assert attributes.ML_MODEL_VARIANT not in names
    assert {attributes.ML_MODEL_VERSION, attributes.DEPLOYMENT_ENVIRONMENT_NAME, "region"} <= names


def test_a_check_of_quality_shows_its_level_and_nothing_of_drift() -> None:
    checked = replace(
        AGE, kind=Kind.QUALITY, status=State.OK, decided_by="missing", level=2.0, statistics=(), violated=True
    )
    assert values(metrics.ML_QUALITY_LEVEL, checked, **{attributes.ML_QUALITY_CHECK: "missing"}) == [2.0]
    assert values(metrics.ML_QUALITY_DETECTED, checked, **{attributes.ML_FIELD_NAME: "age"}) == [1]
    of_model = replace(checked, field=None, role=None, decided_by="volume", level=0.5, violated=False)
    (level, detected) = measurements([of_model])
    assert (level.value, detected.value) == (0.5, 0)
    assert attributes.ML_FIELD_NAME not in dict(level.attributes)


def worded(*performances: Performance) -> dict[tuple[str, str | None, str | None], float]:
    """Value by name, kind and metric."""
    return {
        (one.name, named.get(attributes.ML_PERFORMANCE_KIND), named.get(attributes.ML_PERFORMANCE_METRIC)): one.value
        for one in performance_measurements(performances)
        if (named := dict(one.attributes))
    }


def test_a_performance_shows_each_figure_with_its_interval_limit_and_verdict() -> None:
    said = worded(FINAL)
    assert said[metrics.ML_PERFORMANCE_SCORE, "realized", "roc_auc"] == 0.7
    assert said[metrics.ML_PERFORMANCE_LOWER, "realized", "roc_auc"] == 0.68
    assert said[metrics.ML_PERFORMANCE_UPPER, "realized", "roc_auc"] == 0.72
    assert said[metrics.ML_PERFORMANCE_LIMIT, "realized", "roc_auc"] == 0.8
    assert said[metrics.ML_PERFORMANCE_DETECTED, "realized", "roc_auc"] == 1
    assert said[metrics.ML_PERFORMANCE_OBSERVATIONS, "realized", None] == 960
    assert said[metrics.ML_PERFORMANCE_AGE, "realized", None] == 3600
    assert (metrics.ML_PERFORMANCE_DETECTED, "realized", "accuracy") not in said


def test_coverage_is_that_of_the_final_window_where_there_is_one() -> None:
    assert worded(FINAL, PROVISIONAL)[metrics.ML_OUTCOME_COVERAGE, None, None] == 0.96
    assert worded(PROVISIONAL)[metrics.ML_OUTCOME_COVERAGE, None, None] == 0.04
    assert worded(PROVISIONAL, FINAL)[metrics.ML_OUTCOME_AGE, None, None] == 90


def test_of_two_final_windows_the_newest_is_shown() -> None:
    older = replace(FINAL, window=replace(FINAL.window, end_ns=FINAL.window.start_ns), coverage=1.0)
    assert worded(older, FINAL) == worded(FINAL, older) == worded(FINAL)


def test_groups_are_worded_by_metric_and_group_and_a_metric_without_a_limit_has_no_verdict() -> None:
    named = [(one.name, dict(one.attributes), one.value) for one in fairness_measurements([TREATMENT])]
    assert {labels[attributes.ML_FAIRNESS_ATTRIBUTE] for _, labels, _ in named} == {"sex"}
    said = {
        (name, labels.get(attributes.ML_FAIRNESS_METRIC), labels.get(attributes.ML_FAIRNESS_GROUP)): value
        for name, labels, value in named
    }
    assert said[metrics.ML_FAIRNESS_DETECTED, "disparate_impact_ratio", "female"] == 1
    assert said[metrics.ML_FAIRNESS_SCORE, "demographic_parity_difference", None] == 0.3
    assert (metrics.ML_FAIRNESS_DETECTED, "demographic_parity_difference", None) not in said
    assert said[metrics.ML_FAIRNESS_OBSERVATIONS, None, "diverse"] == 10
