"""`driftline replay`, as people and programs run it."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from driftline.processors.cli.app import application
from driftline.processors.cli.replay_progress import steps
from driftline.processors.replay import Reached
from tests.processors.replay.history import monitors, people, profile_of
from tests.processors.replay.test_proof import applicants

WINDOW = "  window: {length: 5m, every: 1m}"


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """A folder with a monitor, its profile, and a table whose ages shift."""
    profile_of(people(8_000, 40, seed=2, shift_from=2), tmp_path)
    monitors(tmp_path, f"  reference: {{profile: reference.json}}\n{WINDOW}")
    pq.write_table(pa.table(people(4_000, 20)), tmp_path / "rows.parquet")
    return tmp_path


def _run(folder: Path, *more: str, file: str = "rows.parquet") -> Result:
    monitor = ["--monitor", str(folder / "credit.monitor.yaml")]
    return CliRunner().invoke(application("replay"), ["replay", str(folder / file), *monitor, "--time", "at", *more])


def _lines(result: Result) -> Sequence[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_alarms_exit_with_1_and_the_last_line_is_the_summary(history: Path) -> None:
    result = _run(history, "--json")
    assert result.exit_code == 1
    *lines, last = _lines(result)
    assert last["summary"]["alarms"] >= 1
    assert {"time", "model", "version", "field", "status", "level", "reference", "statistics", "why"} <= set(lines[0])
    assert len(_lines(_run(history, "--json", "--all"))) > len(lines) + 1


def test_without_an_alarm_it_exits_with_0(history: Path) -> None:
    pq.write_table(pa.table(people(1_000, 5, seed=5, shift_from=2)), history / "calm.parquet")
    result = _run(history, file="calm.parquet")
    assert result.exit_code == 0
    assert "0 alarms" in result.stdout


def test_people_see_a_strip_each_alarm_and_the_budget(history: Path) -> None:
    result = _run(history)
    assert result.exit_code == 1
    strip, alarm, *_, last = result.stdout.splitlines()
    assert strip.startswith("2027-01-15 |")
    assert "█" in strip
    assert "still in drift at the end: " in alarm
    assert "age" in alarm
    assert "the budget, 1 per 30d, allows 0.0" in last


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--time", "nothing"), "no column nothing"),
        (("--model", "fraud"), "no monitor of fraud"),
        (("--time-zone", "Mars"), "no time zone"),
    ],
)
def test_what_cannot_be_replayed_exits_with_2_and_a_reason(history: Path, more: Sequence[str], says: str) -> None:
    result = _run(history, *more)
    assert result.exit_code == 2
    assert says in result.stderr


def test_a_history_in_which_nothing_can_be_judged_exits_with_2(history: Path) -> None:
    pq.write_table(pa.table(people(8, 1)), history / "few.parquet")
    result = _run(history, file="few.parquet")
    assert result.exit_code == 2
    assert "no field could be judged" in result.stderr


def test_a_sweep_recommends_a_candidate(history: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("driftline.processors.replay.sweep.BUDGETS", ("1 per 1d",))
    monkeypatch.setattr("driftline.processors.replay.sweep.DETECTORS", (("window",),))
    change = ("--sweep", "--change", "2027-01-15T08:10:00Z")
    *tried, last = _lines(_run(history, "--json", *change))
    assert len(tried) == 6
    assert all(line["delays"] is not None for line in tried)
    assert set(last["summary"]["recommended"]) == {"false_alarms", "window", "detectors"}
    assert _run(history, "--sweep", "--change", "soon").exit_code == 2


def test_people_see_a_sweep_as_a_table(history: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("driftline.processors.replay.sweep.BUDGETS", ())
    monkeypatch.setattr("driftline.processors.replay.sweep.DETECTORS", (("window",),))
    pq.write_table(pa.table(people(600, 3)), history / "short.parquet")
    result = _run(history, "--sweep", file="short.parquet")
    assert result.exit_code == 0
    assert "recommended: window" in result.stdout
    assert "no change is known" in result.stdout


def test_a_profile_with_blocks_is_made_on_the_command_line(history: Path) -> None:
    out = history / "blocks.json"
    make = ["profile", str(history / "rows.parquet"), "-o", str(out), "--time", "at", "--block", "30s"]
    result = CliRunner().invoke(application("profile"), make)
    assert result.exit_code == 0, result.output
    fields = {field["name"]: field for field in json.loads(out.read_text())["fields"]}
    assert "at" not in fields
    assert fields["age"]["blocks"]["count"] == 40
    assert fields["age"]["blocks"]["dispersion"]["ks"] >= 1


def test_outcomes_that_can_be_told_make_performance_part_of_the_answer(tmp_path: Path) -> None:
    table = {**applicants(3_000, 80), "paid": [None] * 3_000}
    table["paid"], table["outcome"] = table["outcome"], table["paid"]
    monitors(
        tmp_path,
        "  window: {length: 10m, every: 5m}\n  performance: {cohort: 20m, coverage: 0.9, minimum: {accuracy: 0.7}}",
    )
    pq.write_table(pa.table(table), tmp_path / "rows.parquet")
    result = _run(tmp_path, "--outcome", "paid", "--outcome-time", "known", "--time-zone", "UTC")
    assert result.exit_code == 1, result.output
    assert "realized: 4 cohorts, 2 surely beyond a limit. accuracy " in result.stdout


def test_what_was_muted_then_does_not_alarm(history: Path) -> None:
    muted = {"at": "2027-01-15T08:00:00Z", "action": "muted", "field": None, "by": "ann", "reason": "campaign"}
    (history / "actions.json").write_text(json.dumps({"actions": [{**muted, "until": "2027-01-16T08:00:00Z"}]}))
    result = _run(history, "--mutes", str(history / "actions.json"))
    assert "0 alarms" in result.stdout
    assert _run(history, "--mutes", str(history)).exit_code == 2


def test_a_terminal_shows_what_is_read_and_how_far_the_looks_are(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", shown)
    with steps(quiet=False) as told:
        told.read(2_000_000, 8_000_000)
    assert "2 of 8 MB" in shown.getvalue()
    with steps(quiet=False) as told:
        told.reached(Reached(rows=1_000, seen=400, time_ns=1_800_000_000 * 10**9))
    assert "400 of 1,000 rows, 2027-01-15T08:00:00Z" in shown.getvalue()


def test_no_terminal_and_no_people_see_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream, quiet in ((io.StringIO(), False), (Terminal(), True)):
        monkeypatch.setattr(sys, "stderr", stream)
        with steps(quiet=quiet) as told:
            told.read(1, 2)
        assert not stream.getvalue()


class Terminal(io.StringIO):
    """A stream that people look at."""

    def isatty(self) -> bool:
        return True
