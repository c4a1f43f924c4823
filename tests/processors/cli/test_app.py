"""The command line as a whole: help, versions, schemas, and what a crash is."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.metadata import version

import pytest
import typer
from typer.testing import CliRunner

from driftline.processors import cli
from driftline.processors.cli.app import COMMANDS, application, invoke

runner = CliRunner()
app = application()


def test_help_names_every_command_and_the_exit_codes() -> None:
    said = runner.invoke(app, ["--help"], env={"COLUMNS": "120"}).output
    for command in COMMANDS:
        assert command in said
    assert "1 drift or a finding" in said


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example_or_its_arguments(command: str) -> None:
    result = runner.invoke(app, [command, "--help"], env={"COLUMNS": "120"})
    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 8


@pytest.mark.parametrize("shape", ["monitor", "config", "profile"])
def test_schemas_are_printed_as_json(shape: str) -> None:
    printed = json.loads(runner.invoke(app, ["schema", shape]).output)
    assert printed["$id"].endswith(f"/{shape}.schema.json")


def test_the_version_is_the_distributions() -> None:
    assert runner.invoke(app, ["--version"]).output.strip() == f"driftline {version('driftline')}"


def test_a_crash_is_2_because_1_means_drift(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def crash(_: str | None) -> None:
        raise ZeroDivisionError("of course")

    monkeypatch.setattr("driftline.processors.cli.app.application", crash)
    assert invoke() == 2
    assert "bug in Driftline" in capsys.readouterr().err


@pytest.mark.parametrize(("code", "expected"), [(None, 0), (0, 0), (1, 1), ("said why", 2)])
def test_exit_codes_pass_through(monkeypatch: pytest.MonkeyPatch, code: object, expected: int) -> None:
    def end(_: str | None) -> None:
        raise SystemExit(code)

    monkeypatch.setattr("driftline.processors.cli.app.application", end)
    assert invoke() == expected


def test_without_the_processor_extra_every_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in sys.modules if name.startswith("driftline.processors.cli.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "typer", None)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert "pip install 'driftline[processor]'" in capsys.readouterr().err


def test_a_usage_error_exits_2() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", "from driftline.processors.cli import main; main()", "nonsense"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "No such command" in ended.stderr


def test_shell_completion_is_offered() -> None:
    assert "--install-completion" in runner.invoke(app, ["--help"], env={"COLUMNS": "120"}).output
    assert isinstance(app, typer.Typer)


def test_help_lists_every_command_in_the_order_of_a_users_way() -> None:
    said = runner.invoke(app, ["--help"], env={"COLUMNS": "120"}).output.partition("Commands")[2]
    shown = re.findall(r"^\W+([a-z]+) +[A-Z]", said, re.MULTILINE)
    assert shown == list(COMMANDS)
