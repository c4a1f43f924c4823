"""Replaying tables: what is left out, what is refused, what is summed up."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from driftline.processors.replay import Columns, Replay, ReplayError
from driftline.processors.replay.history import History, Watch
from driftline.processors.tables import TableError
from tests.processors.replay.history import MINUTE, monitors, people, profile_of

WINDOW = "  window: {length: 5m, every: 1m}"


def _of_model(lines: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The verdicts on the model itself."""
    return [line for line in lines if line["field"] is None and "check" not in line]


@pytest.fixture
def spec(tmp_path: Path) -> str:
    profile_of(people(8_000, 90, seed=2, shift_from=2), tmp_path)
    return f"  reference: {{profile: reference.json}}\n{WINDOW}"


def test_the_shift_alarms_once_it_began_and_the_summary_says_so(tmp_path: Path, spec: str) -> None:
    replay = Replay(monitors(tmp_path, spec), Columns("at"))
    *lines, last = replay.lines(people(6_000, 30))
    summary = last["summary"]
    assert summary["alarms"] == len(replay.alarms.all) >= 1
    alarm = replay.alarms.all[-1]
    assert alarm.end_ns is None
    assert {"age", "plan"} == set(alarm.fields)
    assert alarm.level == pytest.approx(max(alarm.fields.values()))
    assert 10 * 60 <= summary["in_drift"] <= 17 * 60
    assert summary["budget"] == {"false_alarms": "1 per 30d", "expected": pytest.approx(30 / (30 * 24 * 60))}
    assert [line["status"] for line in _of_model(lines)][-1] == "drift"
    json.dumps(lines, allow_nan=False)


def test_all_lines_are_those_of_every_look(tmp_path: Path, spec: str) -> None:
    replay = Replay(monitors(tmp_path, spec), Columns("at"))
    *lines, last = replay.lines(people(2_000, 10), everything=True)
    verdicts = [line for line in lines if "check" not in line]
    assert len(verdicts) == 4 * last["summary"]["looks"] == 40  # three fields and the model
    assert lines[0]["time"] == "2027-01-15T08:01:00Z"


def test_rows_without_a_time_and_columns_without_a_reference_are_left_out_with_a_notice(
    tmp_path: Path, spec: str
) -> None:
    table = people(1_000, 10)
    table["at"] = [None if row % 10 == 0 else int(at) for row, at in enumerate(table["at"])]
    told: list[str] = []
    list(Replay(monitors(tmp_path, spec), Columns("at"), told=told.append).lines(table))
    assert told == [
        "100 of 1,000 rows say no time: left out",
        "region: left out, the profile does not have it",
    ]


def test_a_version_that_no_monitor_serves_is_left_out_with_a_notice(tmp_path: Path, spec: str) -> None:
    table = {**people(1_000, 10), "release": np.repeat(["1", "2"], 500).astype(object)}
    told: list[str] = []
    configured = monitors(tmp_path, f"  model: {{version: '2'}}\n{spec}")
    *lines, _ = Replay(configured, Columns("at", version="release"), told=told.append).lines(table)
    assert {line["version"] for line in _of_model(lines)} == {"2"}
    assert "no monitor serves version 1: left out" in told


def test_exclusions_mute_in_event_time(tmp_path: Path, spec: str) -> None:
    span = "{from: 2027-01-15T08:10:00Z, to: 2027-01-15T08:40:00Z, reason: campaign}"
    replay = Replay(monitors(tmp_path, f"{spec}\n  exclusions: [{span}]"), Columns("at"))
    *lines, last = replay.lines(people(6_000, 30))
    assert last["summary"]["alarms"] == 0
    assert any(line["status"] == "muted" and "campaign" in line["why"] for line in lines)


def test_only_the_monitors_of_one_model_can_be_replayed(tmp_path: Path) -> None:
    monitors(tmp_path, WINDOW, "credit")
    several = monitors(tmp_path, WINDOW, "fraud")
    both = type(several)([*monitors(tmp_path, WINDOW, "credit"), *several])
    with pytest.raises(ReplayError, match="--model NAME"):
        Replay(both)
    assert Replay(both, model="fraud").watch.ours[0].model == "fraud"
    with pytest.raises(ReplayError, match="no monitor of other"):
        Replay(both, model="other")
    with pytest.raises(ReplayError, match="no monitor of any model"):
        Replay(type(several)())


def test_monitors_of_several_environments_are_refused(tmp_path: Path) -> None:
    one = monitors(tmp_path, f"  model: {{environment: prod, name: credit}}\n{WINDOW}", "a")
    other = monitors(tmp_path, f"  model: {{environment: test, name: credit}}\n{WINDOW}", "b")
    with pytest.raises(ReplayError, match="several environments"):
        Replay(type(one)([*one, *other]))


def test_the_environment_of_the_monitor_is_that_of_the_rows(tmp_path: Path, spec: str) -> None:
    replay = Replay(monitors(tmp_path, f"  model: {{environment: prod}}\n{spec}"), Columns("at"))
    *lines, _ = replay.lines(people(1_000, 10))
    assert {line["environment"] for line in lines} == {"prod"}


def test_a_table_without_a_time_says_how_to_name_it(tmp_path: Path, spec: str) -> None:
    with pytest.raises(TableError, match="--time COLUMN"):
        list(Replay(monitors(tmp_path, spec)).lines({"age": [1.0]}))


def _history(folder: Path, spec: str, limit: int) -> History:
    return History(Watch.of(monitors(folder, spec)), Columns("at"), limit=limit)


def test_sorted_rows_need_no_more_memory_than_the_limit(tmp_path: Path, spec: str) -> None:
    table = people(4_000, 60)
    whole = list(_history(tmp_path, spec, 1 << 30).panes(table))
    files = [tmp_path / f"{part}.jsonl" for part in range(4)]
    for part, file in enumerate(files):
        file.write_text("".join(_row(table, row) for row in range(part * 1_000, (part + 1) * 1_000)))
    small = list(_history(tmp_path, spec, 4_000).panes([str(file) for file in files]))
    assert [pane for pane, _ in small] == [pane for pane, _ in whole]
    for (_, ours), (_, theirs) in zip(small, whole, strict=True):
        assert [(cell.rows, cell.counts.tolist()) for cell in ours.values()] == [
            (cell.rows, cell.counts.tolist()) for cell in theirs.values()
        ]


def test_rows_too_far_out_of_order_for_the_limit_are_refused(tmp_path: Path, spec: str) -> None:
    table = people(2_000, 60)
    for part, rows in enumerate((range(1_000, 2_000), range(1_000))):
        (tmp_path / f"{part}.jsonl").write_text("".join(_row(table, row) for row in rows))
    with pytest.raises(ReplayError, match="sort the rows by their time"):
        list(_history(tmp_path, spec, 1_000).panes([str(tmp_path / "0.jsonl"), str(tmp_path / "1.jsonl")]))


def _row(table: dict[str, Any], row: int) -> str:
    values = {name: column[row] for name, column in table.items()}
    plain = {name: value.item() if isinstance(value, np.generic) else value for name, value in values.items()}
    return json.dumps(plain) + "\n"


def test_a_category_that_looks_like_an_identifier_goes_by_no_name(tmp_path: Path) -> None:
    table = {**people(1_000, 10), "user": [f"u{row}" for row in range(1_000)]}
    replay = Replay(monitors(tmp_path, f"  reference: {{learn: {{observations: 300}}}}\n{WINDOW}"), Columns("at"))
    *lines, _ = replay.lines(table, everything=True)
    users = [line for line in lines if line["field"] == "user" and line["status"] == "ok" and "check" not in line]
    assert all(set(line["statistics"]) >= {"psi"} for line in users)
    assert not any("u1" in line["why"] for line in lines)


def test_a_day_long_silence_between_two_panes_is_told_of_and_skipped(tmp_path: Path, spec: str) -> None:
    table = people(2_000, 10)
    late = np.arange(2_000) >= 1_000
    table["at"] = np.asarray(table["at"]) + late * 86_400_000
    replay = Replay(monitors(tmp_path, spec), Columns("at"))
    *lines, last = replay.lines(table)
    assert [line["status"] for line in _of_model(lines)][:3] == ["ok", "no_data", "stale"]
    assert last["summary"]["looks"] < 150
    assert last["summary"]["span"] == pytest.approx(86_400 + 600)
    assert replay.span_ns[0] % MINUTE == 0


def test_columns_without_a_reference_add_up_over_files_that_share_panes(tmp_path: Path) -> None:
    table = people(2_000, 10)
    for part in range(2):  # odd and even rows, so that every pane is in both files
        (tmp_path / f"{part}.jsonl").write_text("".join(_row(table, row) for row in range(part, 2_000, 2)))
    configured = monitors(tmp_path, f"  reference: {{learn: {{observations: 300}}}}\n{WINDOW}")
    apart = list(Replay(configured, Columns("at")).lines([str(tmp_path / f"{part}.jsonl") for part in range(2)]))
    assert apart == list(Replay(configured, Columns("at")).lines(table))
