"""What proved true in a replay is what the join of `run` says of the same rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from driftline.processors.findings import Identity, Performance
from driftline.processors.health import Health
from driftline.processors.monitor import MonitorSet
from driftline.processors.outcomes import Outcomes
from driftline.processors.outcomes.records import Predicted, Proved
from driftline.processors.pipeline.schedule import margin
from driftline.processors.profile import Profile
from driftline.processors.replay import Columns, Replay, ReplayError
from driftline.semconv import PerformanceKind
from tests.processors.replay.history import MINUTE, SECOND, START, Table, monitors

WATCH = """
  window: {length: 10m, every: 5m}
  performance: {cohort: 20m, maturity: 1h, keep: 3h, coverage: 0.9, minimum: {accuracy: 0.6}}"""
STEP = 5 * MINUTE


def applicants(rows: int, minutes: int, *, bad_from: float = 0.5, late: int = 30) -> Table:
    """A model that is right in nine of ten cases, and from some time on in half of them; outcomes come up to `late`
    minutes later, one in twenty never.
    """
    random = np.random.default_rng(5)
    seconds = np.sort(random.integers(0, minutes * 60, rows))
    score = random.random(rows).round(3)
    right = random.random(rows) < np.where(seconds < bad_from * minutes * 60, 0.9, 0.5)
    truth = np.where(right, score > 0.5, score <= 0.5).astype(object)
    truth[random.random(rows) < 0.05] = None
    made = START // SECOND + seconds
    return {
        "at": made,
        "score": score,
        "prediction": score > 0.5,
        "outcome": truth,
        "known": made + random.integers(0, late * 60 + 1, rows),
        "region": random.choice(["north", "south"], rows).astype(object),
    }


@pytest.fixture
def configured(tmp_path: Path) -> MonitorSet:
    return monitors(tmp_path, f"  segments: [region]{WATCH}")


def _joined(configured: MonitorSet, table: Table, times: list[int]) -> Iterator[tuple[int, list[Performance]]]:
    """What `run` says at these times: rows go through the join by an id, outcomes when they are known."""
    join = Outcomes(None, lambda one: configured.for_identity(one.model), Health())
    columns = [list(column) for column in table.values()]
    rows = [dict(zip(table, row, strict=True)) for row in zip(*columns, strict=True)]
    before = 0
    for now in times:
        for at, row in [each for each in enumerate(rows) if before < _pane_end(int(each[1]["at"])) <= now]:
            identity = Identity("credit", segment=(("region", row["region"]),))
            said = str(row["prediction"]).lower()
            join.predict([Predicted(identity, str(at), int(row["at"]) * SECOND, said, float(row["score"]))], now)
        for at, row in enumerate(rows):
            if row["outcome"] is not None and before <= int(row["known"]) * SECOND < now:
                join.prove([Proved(str(at), str(row["outcome"]).lower(), int(row["known"]) * SECOND)], now)
        before = now
        yield now, join.measure(now - margin(STEP))


def _pane_end(second: int) -> int:
    return (second * SECOND // STEP + 1) * STEP


def _told(found: Performance) -> Performance:
    return replace(found, time_ns=0)


def test_cohorts_are_provisional_and_then_final_as_in_the_join_of_run(configured: MonitorSet) -> None:
    table = applicants(1_500, 90)
    replay = Replay(configured, Columns("at", outcome_time="known"))
    looks = {look.time_ns: look.performances for look in replay.looks(table)}
    within = [time for time in looks if time <= _pane_end(int(table["at"][-1]))]
    kinds = set()
    for now, expected in _joined(configured, table, within):
        ours = {(each.identity, each.window, each.kind): _told(each) for each in looks[now]}
        for each in expected:
            kinds.add(each.kind)
            assert ours[each.identity, each.window, each.kind] == _told(each)
    assert kinds == {PerformanceKind.PROVISIONAL, PerformanceKind.REALIZED}


def _lines(configured: MonitorSet, table: Mapping[str, Any], columns: Columns) -> list[dict[str, Any]]:
    return list(Replay(configured, columns).lines(table))


def test_a_figure_beyond_its_limit_is_told_once_and_the_summary_counts(tmp_path: Path) -> None:
    configured = monitors(tmp_path, WATCH.lstrip("\n"))
    *lines, last = _lines(configured, applicants(6_000, 160), Columns("at", outcome_time="known"))
    (told,) = [line for line in lines if "performance" in line]
    assert told["violated"]
    assert told["figures"]["accuracy"]["upper"] < 0.6
    assert told["from"] == "2027-01-15T09:20:00Z"  # the first cohort after the model went bad
    realized = last["summary"]["performance"]["realized"]
    assert realized["windows"] == 8  # outcomes come after the last row too, and the last cohort ends
    assert realized["violated"] == 4
    assert realized["metrics"]["accuracy"]["highest"] > 0.85
    assert realized["metrics"]["accuracy"]["last"] < 0.6


def test_without_a_time_outcomes_are_known_at_once(tmp_path: Path) -> None:
    configured = monitors(tmp_path, WATCH.lstrip("\n"))
    *_, last = _lines(configured, applicants(3_000, 100), Columns("at"))
    assert last["summary"]["performance"]["realized"]["windows"] == 5
    assert "provisional" not in last["summary"]["performance"]


def test_what_never_comes_leaves_its_cohort_provisional(tmp_path: Path) -> None:
    configured = monitors(tmp_path, WATCH.lstrip("\n"))
    table = applicants(3_000, 60)
    table["outcome"][np.asarray(table["at"]) >= START // SECOND + 40 * 60 + 300] = None
    *_, last = _lines(configured, table, Columns("at"))
    assert last["summary"]["performance"]["realized"]["windows"] == 2
    assert last["summary"]["performance"]["provisional"] == {"windows": 1}


def test_numbers_are_a_regression_and_scores_by_class_are_of_several_classes(tmp_path: Path) -> None:
    configured = monitors(tmp_path, "  window: {length: 10m, every: 5m}\n  performance: {cohort: 20m}")
    random = np.random.default_rng(3)
    at = START // SECOND + np.arange(600)
    truth = random.normal(size=600)
    numbers = {"at": at, "prediction": truth + random.normal(0, 0.1, 600), "outcome": truth}
    *_, last = _lines(configured, numbers, Columns("at"))
    assert 0.08 < last["summary"]["performance"]["realized"]["metrics"]["rmse"]["last"] < 0.12
    shares = random.dirichlet([1, 1, 1], 600)
    classes = np.array(["a", "b", "c"], dtype=object)[shares.argmax(axis=1)]
    many = {"at": at, "outcome": classes, **{f"score.{name}": shares[:, k] for k, name in enumerate("abc")}}
    *_, last = _lines(configured, many, Columns("at"))
    assert last["summary"]["performance"]["realized"]["metrics"]["log_loss"]["last"] > 0


def test_the_profile_says_which_columns_and_any_other_can_be_named(tmp_path: Path) -> None:
    table = applicants(2_000, 40)
    renamed = {"at": table["at"], "p": table["score"], "paid": table["outcome"], "other": table["prediction"]}
    profile = Profile.from_table(
        renamed, ignore=["at", "other"], model="credit", roles={"p": "score", "paid": "outcome"}
    )
    profile.save(tmp_path / "reference.json")
    configured = monitors(tmp_path, f"  reference: {{profile: reference.json}}{WATCH}")
    *_, by_role = _lines(configured, renamed, Columns("at"))
    *_, by_name = _lines(configured, renamed, Columns("at", outcome="other"))
    assert by_role["summary"]["performance"]["realized"]["metrics"]["roc_auc"]["last"] < 0.95
    assert by_name["summary"]["performance"]["realized"]["metrics"]["roc_auc"]["last"] == 1
    assert by_role["summary"]["performance"]["estimated"]["windows"] > 0


@pytest.mark.parametrize(
    ("columns", "says"),
    [(Columns("at", outcome="truth"), "no column truth"), (Columns("at", outcome="region"), "compared with")],
)
def test_what_cannot_be_compared_is_refused(tmp_path: Path, columns: Columns, says: str) -> None:
    configured = monitors(tmp_path, WATCH.lstrip("\n"))
    table = {name: column for name, column in applicants(100, 10).items() if name in {"at", "region"}}
    with pytest.raises(ReplayError, match=says):
        _lines(configured, table, columns)


def test_outcomes_without_a_time_are_left_out_with_a_notice(tmp_path: Path) -> None:
    configured = monitors(tmp_path, WATCH.lstrip("\n"))
    table = applicants(1_000, 40)
    table["known"] = [None] * 500 + [int(each) for each in table["known"][500:]]
    told: list[str] = []
    list(Replay(configured, Columns("at", outcome_time="known"), told=told.append).lines(table))
    assert any("outcomes say no time: left out" in notice for notice in told)


def test_a_ranking_is_not_judged_by_rows_of_which_nobody_says_which_belong_together(tmp_path: Path) -> None:
    spec = "  window: {length: 10m, every: 5m}\n  performance: {cohort: 20m, task: ranking}"
    configured = monitors(tmp_path, spec)
    *_, last = _lines(configured, applicants(500, 30), Columns("at"))
    assert last["summary"]["performance"] == {}
    with pytest.raises(ReplayError, match="ranking"):
        _lines(configured, applicants(500, 30), Columns("at", outcome="outcome"))


def test_a_large_cohort_is_measured_rarely_and_whole_at_the_end(tmp_path: Path) -> None:
    configured = monitors(tmp_path, "  window: {length: 2m, every: 1m}\n  performance: {cohort: 1d, coverage: 0.9}")
    looks = list(Replay(configured, Columns("at")).looks(applicants(6_000, 60)))
    outcomes = [each.outcomes or 0 for look in looks for each in look.performances]
    assert len(set(outcomes)) < len(looks) / 2
    assert outcomes[-1] == max(outcomes) > 5_500
