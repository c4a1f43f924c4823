"""Dashboards against Grafana's own types, by the TypeScript compiler."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import RealPart
from tests.processors.rendering.grafana.reading import dashboards, panels

SCHEMA = Path(__file__).with_name("schema")
Compile = Callable[[Mapping[str, Any]], str]


@pytest.fixture
def compiled(real_part: RealPart, tmp_path: Path) -> Compile:
    """What the compiler complains of in dashboards, by name; nothing is good."""
    modules = real_part("grafana_schema", "13.2.3") / "node_modules"

    def check(named: Mapping[str, Any]) -> str:
        (tmp_path / "node_modules").symlink_to(modules)
        for file in (*SCHEMA.glob("*.ts"), SCHEMA / "tsconfig.json", SCHEMA / "package.json"):
            shutil.copy(file, tmp_path)
        for name, dashboard in named.items():
            text = f'import type {{ Dashboard }} from "./dashboard.js";\nexport const {name}: Dashboard = '
            (tmp_path / f"{name}.ts").write_text(text + json.dumps(dashboard, indent=1), encoding="utf-8")
        compiler: list[str | Path] = [modules / ".bin" / "tsc", "--project", tmp_path]
        done = subprocess.run(compiler, capture_output=True, text=True, timeout=120, check=False)
        assert done.stderr == "", "the compiler itself failed"
        return done.stdout

    return check


def test_grafanas_types_know_everything_in_every_dashboard(compiled: Compile) -> None:
    assert compiled({uid.replace("-", "_"): dashboard for uid, dashboard in dashboards().items()}) == ""


def test_the_compiler_sees_a_wrong_value_a_wrong_key_and_an_option_of_another_panel(compiled: Compile) -> None:
    value, key, option = (json.loads(json.dumps(dashboards()["driftline-fleet"])) for _ in range(3))
    value["graphTooltip"] = 4
    key["refesh"] = "30s"
    panels(option)[0]["options"]["showValue"] = "never"
    complaints = compiled({"value": value, "key": key, "option": option}).splitlines()
    assert [Path(line.partition(".ts(")[0]).name for line in complaints] == ["key", "option", "value"]
