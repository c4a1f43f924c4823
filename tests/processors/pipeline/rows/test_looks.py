"""Rows in the pipeline: learned or read, judged at their pace, within the budget, forgotten in time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from driftline.processors.findings import Finding, Kind, State
from driftline.processors.measurements import measurements
from driftline.processors.monitor import Monitor, MonitorSet, Spec
from driftline.processors.observations import SampledRows
from driftline.processors.pipeline.rows import RowLooks
from driftline.processors.pipeline.rows.looking import MOST_MODELS, Hushed
from driftline.processors.profile import Profile
from driftline.processors.profile.rows_file import profile_rows, rows_path, save_rows
from driftline.processors.tables import open_table
from driftline.semconv import metrics

SECOND = 10**9
MINUTE = 60 * SECOND


def _monitors(rows: Mapping[str, Any] | None = None, **spec: Any) -> MonitorSet:
    asked = {"every": "1m", "reference": 100, "minimumRows": 50, "share": 0.5, **(rows or {})}
    drift = {"falseAlarms": "1 per 2h"}
    return MonitorSet([Monitor("credit", "credit", Spec.model_validate({"drift": drift, "rows": asked, **spec}))])


def _looks(monitors: MonitorSet | None = None, *, hushed: Hushed = lambda *_: None) -> RowLooks:
    return RowLooks(_monitors() if monitors is None else monitors, hushed)


def _rows(
    random: np.random.Generator, correlation: float, count: int = 60, *, sampled: bool = True, version: str = "7"
) -> SampledRows:
    values = random.multivariate_normal([0, 0], [[1, correlation], [correlation, 1]], count)
    named = {"ml.model.name": "credit", "ml.model.version": version}
    columns = {"age": values[:, 0].tolist(), "income": values[:, 1].tolist()}
    return SampledRows(named, 0, columns, list(range(count)), 1.0, sampled)


def _fed(looks: RowLooks, correlations: list[float], start: int = 0) -> list[list[Finding]]:
    """The findings after each minute of rows with these correlations."""
    random, seen = np.random.default_rng(start), []
    for at, correlation in enumerate(correlations, start):
        for second in range(0, 60, 20):
            looks.fold([_rows(random, correlation)], at * MINUTE + second * SECOND)
        looks.look((at + 1) * MINUTE)
        seen.append(looks.findings())
    return seen


def _statuses(seen: list[list[Finding]]) -> list[State]:
    return [finding.status for findings in seen for finding in findings]


def test_a_model_learns_then_is_judged_and_a_flip_is_drift_in_both_fields() -> None:
    seen = _fed(_looks(), [0.9, 0.9, 0.9, -0.9, 0.9])
    assert _statuses(seen)[0] is State.WARMING_UP
    assert _statuses(seen)[-3:] == [State.OK, State.DRIFT, State.OK]
    (drift,) = seen[3]
    assert (drift.kind, drift.field, drift.violated) == (Kind.ROWS, None, True)
    assert set(drift.drifting) == {"age", "income"}
    assert "age" in drift.why
    assert seen[2][0].id == drift.id == seen[4][0].id


def test_nothing_is_wanted_unless_a_monitor_asks() -> None:
    assert not _looks(MonitorSet()).wanted
    assert _looks().wanted


def test_rows_of_a_model_nobody_compares_are_let_go() -> None:
    looks = _looks()
    rows = _rows(np.random.default_rng(0), 0.9)
    looks.fold([SampledRows({"ml.model.name": "other"}, 0, rows.columns, rows.calls, 1.0, True)], 0)
    looks.fold([SampledRows({}, 0, rows.columns, rows.calls, 1.0, True)], 0)
    assert looks.findings() == []


def test_too_few_rows_wait_for_others() -> None:
    looks = _looks()
    _fed(looks, [0.9, 0.9, 0.9])
    before = looks.findings()
    looks.fold([_rows(np.random.default_rng(0), -0.9, 20)], 10 * MINUTE)
    looks.look(12 * MINUTE)
    assert looks.findings() == before
    looks.fold([_rows(np.random.default_rng(1), -0.9, 40)], 12 * MINUTE)
    looks.look(13 * MINUTE)
    assert looks.findings()[0].status is State.DRIFT


def test_a_new_version_is_compared_with_what_the_model_learned() -> None:
    looks = _looks()
    _fed(looks, [0.9, 0.9])
    random = np.random.default_rng(9)
    looks.fold([_rows(random, -0.9, 100, version="8")], 5 * MINUTE)
    looks.look(7 * MINUTE)
    assert {each.version: each.status for each in looks.findings()}["8"] is State.DRIFT


def test_rows_of_single_calls_do_not_count_beside_a_recorder_s_sample() -> None:
    looks = _looks()
    random = np.random.default_rng(0)
    looks.fold([_rows(random, 0.9, sampled=False), _rows(random, 0.9), _rows(random, 0.9, sampled=False)], 0)
    assert looks.findings()[0].window.observations == 60


def test_a_hushed_model_neither_learns_nor_is_judged() -> None:
    looks = _looks(hushed=lambda *_: "muted by ann")
    assert _fed(looks, [0.9, 0.9]) == [[], []]


def test_what_was_found_before_a_mute_is_not_told_while_it_lasts() -> None:
    quiet = range(4 * MINUTE + 1, 7 * MINUTE)
    looks = _looks(hushed=lambda _model, _monitor, now_ns: "muted by ann" if now_ns in quiet else None)
    *_, (drift,) = _fed(looks, [0.9, 0.9, 0.9, -0.9])
    assert (drift.status, drift.violated) == (State.DRIFT, True)
    muted = [finding for (finding,) in _fed(looks, [-0.9, -0.9], start=4)]
    assert [(each.status, each.violated, each.why) for each in muted] == [(State.MUTED, False, "muted by ann")] * 2
    assert muted[0].since_ns == muted[1].since_ns == 5 * MINUTE
    assert not any(each.name == metrics.ML_ROWS_DETECTED for each in measurements(muted))
    assert _statuses(_fed(looks, [-0.9, -0.9], start=7))[-1] is State.DRIFT


def test_what_was_learned_survives_a_restart() -> None:
    before = _looks()
    _fed(before, [0.9, 0.9])
    after = _looks()
    after.restore(before.snapshot())
    assert after.snapshot() == before.snapshot()
    assert _statuses(_fed(after, [-0.9], start=4)) == [State.DRIFT]


def test_rows_beside_the_profile_are_taken_and_nothing_is_learned(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    x = random.multivariate_normal([0, 0], [[1, 0.9], [0.9, 1]], 400)
    table = {"age": x[:, 0], "income": x[:, 1]}
    profile, path = Profile.from_table(table, model="credit"), tmp_path / "credit.json"
    profile.save(path)
    save_rows(profile_rows(open_table(table), profile, 200, seed=0), rows_path(path))
    looks = _looks(_monitors(reference={"profile": str(path)}))
    seen = _fed(looks, [0.9, -0.9])
    assert _statuses(seen) == [State.OK, State.DRIFT]
    assert seen[0][0].reference is not None
    assert seen[0][0].reference.id == profile.id


def test_vectors_have_a_finding_of_their_own() -> None:
    looks = _looks()
    random = np.random.default_rng(0)

    def arrive(at: int, sign: float) -> None:
        vectors = [np.concatenate([[sign, sign], random.standard_normal(3)]) for _ in range(120)]
        looks.fold([SampledRows({"ml.model.name": "credit"}, 0, {"text": vectors}, [], 1.0, True)], at * MINUTE)

    arrive(0, 2.0)
    arrive(1, 2.0)
    for at in range(2, 12):  # one block a flush: several flushes make a window
        arrive(at, 2.0)
    looks.look(20 * MINUTE)
    found = {each.field: each for each in looks.findings()}
    assert found["text"].role == "embedding"
    assert {each.name for each in found["text"].statistics} <= {"mmd", "centroid", "neighbours"}


def test_the_budget_is_shared_with_the_fields() -> None:
    (monitor,) = _monitors()
    budget = monitor.spec.drift.false_alarms
    per_second = monitor.budget_per_look / monitor.spec.window.every + monitor.budget_per_look_at_rows / MINUTE
    assert per_second == pytest.approx(budget.events / budget.period_ns)


def test_models_beyond_the_cap_push_out_those_not_heard_of_for_longest() -> None:
    looks = RowLooks(MonitorSet(defaults=Spec.model_validate({"rows": {}})), lambda *_: None)
    random = np.random.default_rng(0)
    for at in range(MOST_MODELS + 5):
        rows = _rows(random, 0.5, 2)
        looks.fold([SampledRows({"ml.model.name": f"m{at}"}, 0, rows.columns, rows.calls, 1.0, True)], at)
    assert len(looks.findings()) == MOST_MODELS
    assert "m0" not in {each.model for each in looks.findings()}


def test_an_identity_that_falls_silent_is_no_longer_said_to_drift() -> None:
    looks = _looks()
    _fed(looks, [0.9, 0.9, 0.9, -0.9])
    looks.look(15 * MINUTE)
    assert looks.findings()
    looks.look(20 * MINUTE)
    assert looks.findings() == []


def test_a_finding_is_worded_as_gauges_of_the_contract() -> None:
    seen = _fed(_looks(), [0.9, 0.9, 0.9, -0.9])
    worded = list(measurements(seen[-1]))
    names = {each.name for each in worded}
    assert names == {
        "ml.rows.score",
        "ml.rows.limit",
        "ml.rows.p_value",
        "ml.rows.detected",
        "ml.rows.observations",
        "ml.rows.driver",
    }
    assert [each.value for each in worded if each.name == "ml.rows.detected"] == [1]
    assert len({(each.name, each.attributes) for each in worded}) == len(worded)


def test_while_a_model_learns_nothing_is_said_to_be_detected_or_not() -> None:
    seen = _fed(_looks(), [0.9])
    assert {each.name for each in measurements(seen[0])} == {"ml.rows.observations"}
