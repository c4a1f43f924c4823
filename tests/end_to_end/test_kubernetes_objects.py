"""Rendered objects of the Prometheus operator before the operator's own types and checks."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from driftline.processors.monitor import load_monitors
from driftline.processors.rendering.options import Options
from driftline.processors.rendering.targets import render
from tests.processors.rendering.alertmanager.test_files import FLEET

pytestmark = pytest.mark.end_to_end

Check = Callable[[str, str], str]
CONFIG = "alertmanager/alertmanagerconfig.yaml"
RULES = "prometheus/credit.prometheusrule.yaml"


@pytest.fixture
def check(real_part: Callable[[str, str], Path], tmp_path: Path) -> Check:
    """`check("PrometheusRule", text)` is what the operator says against it; empty when nothing."""
    program = real_part("operator_check", "0.85.0")

    def run(kind: str, text: str) -> str:
        (tmp_path / "object.yaml").write_text(text, encoding="utf-8")
        command: list[str | Path] = [program, kind, tmp_path / "object.yaml"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        assert (done.returncode == 0) is (done.stderr == "")
        return done.stderr

    return run


@pytest.fixture
def rendered() -> dict[str, str]:
    return render(["prometheus", "alertmanager"], load_monitors([FLEET]), Options(kubernetes=True))


def test_the_operator_takes_every_object(check: Check, rendered: dict[str, str]) -> None:
    assert {CONFIG, RULES} <= set(rendered)
    for path, text in rendered.items():
        kind = "AlertmanagerConfig" if path == CONFIG else "PrometheusRule"
        assert check(kind, text) == "", path


@pytest.mark.parametrize(
    ("path", "wrong", "said"),
    [
        (CONFIG, ("groupWait", "groupWayt"), "unknown field"),
        (CONFIG, ("receiver: risk/credit/page", "receiver: somebody"), "not found"),
        (CONFIG, ('endTime: "24:00"', 'endTime: "25:00"'), "25:00"),
        (RULES, ("keep_firing_for", "keepFiringFor"), "unknown field"),
    ],
)
def test_the_operator_would_refuse_a_wrong_one(
    check: Check, rendered: dict[str, str], path: str, wrong: tuple[str, str], said: str
) -> None:
    assert wrong[0] in rendered[path]
    kind = "AlertmanagerConfig" if path == CONFIG else "PrometheusRule"
    assert said in check(kind, rendered[path].replace(*wrong))
