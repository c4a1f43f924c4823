"""The checked-in dashboards are what the code writes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from driftline.processors.cli.app import application
from driftline.processors.rendering.grafana import PAGES, differing, render, write
from driftline.processors.rendering.grafana.__main__ import main
from driftline.processors.rendering.grafana.errors import GrafanaError

CHECKED_IN = Path(__file__).parents[4] / "dashboards"


def test_the_checked_in_dashboards_are_current() -> None:
    assert differing(CHECKED_IN) == [], "python -m driftline.processors.rendering.grafana -o dashboards"


def test_what_was_written_differs_in_nothing(tmp_path: Path) -> None:
    written = write(tmp_path / "new")
    assert [path.name for path in written] == [f"{page.uid}.json" for page in PAGES]
    assert differing(tmp_path / "new") == []


def test_a_check_names_what_was_edited_is_missing_or_is_no_longer_ours(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edited, missing, *_ = write(tmp_path)
    edited.write_text("{}")
    missing.unlink()
    (tmp_path / "driftline-old.json").write_text("{}")
    (tmp_path / "own.json").write_text("{}")
    assert main(["-o", str(tmp_path), "--check"]) == 1
    said = capsys.readouterr().err
    assert [Path(line.split()[0]).name for line in said.splitlines()] == [
        edited.name,
        missing.name,
        "driftline-old.json",
    ]
    assert main(["-o", str(tmp_path)]) == 0
    (tmp_path / "driftline-old.json").unlink()
    assert main(["-o", str(tmp_path), "--check"]) == 0


def test_without_the_sdk_the_error_names_the_extra(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [one for one in sys.modules if one.startswith("grafana_foundation_sdk")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "driftline.processors.rendering.grafana.panels", raising=False)
    monkeypatch.setattr(sys, "meta_path", [_Hidden(), *sys.meta_path])
    with pytest.raises(GrafanaError, match=r"driftline\[grafana\]"):
        render(PAGES[0])
    assert main(["-o", str(tmp_path)]) == 2
    assert "driftline[grafana]" in capsys.readouterr().err
    monitor = Path(__file__).parent / "provisioning" / "credit.yaml"
    asked = ["render", "grafana", "--monitor", str(monitor), "-o", str(tmp_path)]
    run = CliRunner().invoke(application("render"), asked)
    assert (run.exit_code, "driftline[grafana]" in run.output) == (2, True)


class _Hidden:
    """An importer that knows the SDK only as missing."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name.startswith("grafana_foundation_sdk"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
