"""`driftline render` writes what differs, checks what is there, and says which."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from driftline.processors.cli.app import application

MONITOR = "apiVersion: driftline.dev/v1\nkind: ModelMonitor\nmetadata: {name: credit}\n"


@pytest.fixture
def monitor(tmp_path: Path) -> Path:
    file = tmp_path / "credit.yaml"
    file.write_text(MONITOR)
    return file


def _render(monitor: Path, output: Path, *more: str) -> tuple[int, str]:
    run = CliRunner().invoke(application("render"), ["render", *more, "--monitor", str(monitor), "-o", str(output)])
    return run.exit_code, run.output


def test_what_was_rendered_differs_in_nothing_and_is_not_written_twice(monitor: Path, tmp_path: Path) -> None:
    assert _render(monitor, tmp_path / "out", "all")[0] == 0
    written = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert written
    assert _render(monitor, tmp_path / "out", "all", "--check") == (0, "")
    code, said = _render(monitor, tmp_path / "out", "all")
    assert (code, f"0 written, {len(written)} as before" in said) == (0, True)
    assert {path: path.stat().st_mtime_ns for path in written} == written


def test_a_check_names_what_was_edited_or_is_missing_and_writes_nothing(monitor: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _render(monitor, out, "grafana")
    edited, missing, *_ = sorted((out / "grafana" / "dashboards").iterdir())
    edited.write_text("{}")
    missing.unlink()
    code, said = _render(monitor, out, "grafana", "--check")
    assert (code, edited.read_text(), missing.exists()) == (1, "{}", False)
    assert [Path(line.split()[0]).name for line in said.splitlines()] == [edited.name, missing.name]


def test_only_pruning_removes_what_no_monitor_gives_any_more_and_never_what_is_not_ours(
    monitor: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    _render(monitor, out, "grafana")
    folder = out / "grafana" / "dashboards"
    (folder / "driftline-old.json").write_text("{}")
    (folder / "own.json").write_text("{}")
    code, said = _render(monitor, out, "grafana")
    assert (code, "--prune removes it" in said, (folder / "driftline-old.json").exists()) == (0, True, True)
    assert _render(monitor, out, "grafana", "--check")[0] == 0
    assert _render(monitor, out, "grafana", "--check", "--prune")[0] == 1
    assert _render(monitor, out, "grafana", "--prune")[0] == 0
    assert (folder / "driftline-old.json").exists() is False
    assert (folder / "own.json").exists()


def test_a_target_that_is_none_is_refused_with_the_one_that_was_meant(monitor: Path, tmp_path: Path) -> None:
    code, said = _render(monitor, tmp_path / "out", "grafna")
    assert code == 2
    assert "did you mean `grafana`?" in said


def test_a_monitor_that_is_wrong_is_named_with_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "credit.yaml"
    file.write_text(f"{MONITOR}spec: {{ownr: risk}}\n")
    code, said = _render(file, tmp_path / "out", "all")
    assert code == 2
    assert f"{file}:4" in said.replace("\n", "")
    assert not (tmp_path / "out").exists()


def test_what_was_rescaled_is_said_with_its_reason_and_exit_0(monitor: Path, tmp_path: Path) -> None:
    monitor.write_text(f"{MONITOR}spec: {{slos: [{{name: steady, objective: 90, sli: {{drift: {{}}}}}}]}}\n")
    code, said = _render(monitor, tmp_path / "out", "prometheus")
    assert code == 0
    assert "credit: steady: page 1h/5m rescaled: a factor of 14.4 can never fire: all bad burns 10; 8 instead" in said


def test_an_objective_without_any_alarm_is_refused_and_nothing_is_written(monitor: Path, tmp_path: Path) -> None:
    monitor.write_text(
        f"{MONITOR}spec: {{slos: [{{name: brief, objective: 99, window: 30m, sli: {{availability: {{}}}}}}]}}\n"
    )
    code, said = _render(monitor, tmp_path / "out", "prometheus")
    assert code == 2
    assert "no pair of burn windows is left for `brief`" in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("selector", ["job=x", 'job="x" team="y"', "{job}"])
def test_matchers_that_are_none_are_refused_with_what_to_write(selector: str, monitor: Path, tmp_path: Path) -> None:
    code, said = _render(monitor, tmp_path / "out", "prometheus", "--selector", selector)
    assert code == 2
    assert 'is no label matcher: write label="text"' in said


def test_two_monitors_of_one_name_are_refused_by_their_files(tmp_path: Path) -> None:
    for version in ("6", "7"):
        text = f"{MONITOR}spec: {{model: {{version: {version}}}}}\n"
        (tmp_path / f"credit-{version}.yaml").write_text(text)
    code, said = _render(tmp_path, tmp_path / "out", "prometheus")
    assert code == 2
    assert "credit-6.yaml and" in said
    assert "give one another `metadata.name`" in said


def test_defaults_alone_give_no_rules_and_the_screen_says_so(tmp_path: Path) -> None:
    (tmp_path / "defaults.yaml").write_text("apiVersion: driftline.dev/v1\nkind: ModelMonitorDefaults\n")
    code, said = _render(tmp_path, tmp_path / "out", "prometheus")
    assert code == 0
    assert "no monitor among these files" in said
