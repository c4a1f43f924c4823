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
