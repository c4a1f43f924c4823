"""The rendered `alertmanager.yaml` before amtool, the oldest we serve and the newest."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from driftline.processors.alerting import Alert, Severity, labels_of
from driftline.processors.findings import Identity
from driftline.processors.monitor import Monitor, MonitorSet, Spec, load_monitors
from driftline.processors.rendering.alertmanager import alertmanager, messages
from driftline.processors.rendering.options import Options
from tests.processors.rendering.alertmanager.test_files import FLEET

pytestmark = pytest.mark.end_to_end

Amtool = Callable[..., str]
DATA = {
    "status": "firing",
    "commonLabels": {"severity": "page"},
    "commonAnnotations": {"summary": "Model credit is in drift.", "runbook_url": "http://r.test"},
    "alerts": [
        {"status": "firing", "annotations": {"description": "age drifts.", "dashboard_url": "http://d.test/7"}},
        {"status": "firing", "annotations": {"description": "plan drifts.", "dashboard_url": "http://d.test/8"}},
    ],
}


@pytest.fixture(params=["0.25", "0.34.2"])
def amtool(request: pytest.FixtureRequest, real_part: Callable[[str, str], Path]) -> Amtool:
    """`amtool("check-config", file)` is what it says; it must be content."""
    program = real_part("amtool", request.param)

    def run(*arguments: str | Path) -> str:
        done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=30, check=False)
        assert done.returncode == 0, f"{arguments}\n{done.stdout}{done.stderr}"
        return done.stdout

    return run


def rendered(monitors: MonitorSet, folder: Path) -> Path:
    (text,) = alertmanager(monitors, Options()).values()
    file = folder / "alertmanager.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_amtool_takes_the_file_and_routes_every_alert_to_whom_its_monitor_names(amtool: Amtool, tmp_path: Path) -> None:
    monitors = load_monitors([FLEET])
    file = rendered(monitors, tmp_path)
    assert "SUCCESS" in amtool("check-config", file)
    expected = {
        ("credit", Severity.PAGE): "risk/credit/page",
        ("credit", Severity.TICKET): "risk/credit/ticket",
        ("credit", Severity.INFO): "risk/credit/info",
        ("scorecard", Severity.TICKET): "risk/scorecard/ticket",
        ("fraud.v2", Severity.PAGE): "ml-platform/fraud.v2/page",
        ("churn", Severity.TICKET): "ml-platform/ticket",
        ("churn", Severity.INFO): "nobody",
        ("a model without a monitor", Severity.PAGE): "ml-platform/page",
    }
    for (model, severity), receiver in expected.items():
        labels = labels_of(Alert.DRIFT, severity, monitors.for_identity(model), Identity(model, "7"))
        given = [f"{name}={value}" for name, value in labels.items()]
        amtool("config", "routes", "test", f"--config.file={file}", f"--verify.receivers={receiver}", *given)
    amtool("config", "routes", "test", f"--config.file={file}", "--verify.receivers=nobody", "alertname=NodeDown")


def test_names_that_are_regular_expressions_or_hold_quotes_are_only_names(amtool: Amtool, tmp_path: Path) -> None:
    page = {"page": {"receivers": [{"webhook": {"url": "http://hook.test/"}}]}}
    names = ["a.b", "a|b", 'say "yes"', "back\\slash", "(a+b)*c"]
    odd = Spec.model_validate({"owner": 'the "A" team', "notifications": page})
    plain = Spec.model_validate({"owner": 'the "A" team'})
    monitors = MonitorSet([*(Monitor(name, name, odd) for name in names), Monitor("axb", "axb", plain)])
    file = rendered(monitors, tmp_path)
    amtool("check-config", file)
    for name in [*names, "axb"]:
        receiver = "nobody" if name == "axb" else 'the "A" team/(a+b)*c/page'
        labels = labels_of(Alert.DRIFT, Severity.PAGE, monitors.for_identity(name), Identity("model"))
        given = [f"{key}={json.dumps(value)}" for key, value in labels.items()]
        amtool("config", "routes", "test", f"--config.file={file}", f"--verify.receivers={receiver}", *given)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (messages.TITLE, "page: Model credit is in drift."),
        (messages.WHY, "age drifts.\nplan drifts.\n"),
        (
            messages.SLACK_TEXT,
            "age drifts.\nplan drifts.\n<http://r.test|runbook> · <http://d.test/7|dashboard>",
        ),
        (messages.PAGERDUTY_SEVERITY, "critical"),
    ],
)
def test_templates_say_what_and_why(amtool: Amtool, tmp_path: Path, template: str, expected: str) -> None:
    (tmp_path / "data.json").write_text(json.dumps(DATA), encoding="utf-8")
    (tmp_path / "none.tmpl").write_text("", encoding="utf-8")
    files = (f"--template.glob={tmp_path / 'none.tmpl'}", f"--template.data={tmp_path / 'data.json'}")
    assert amtool("template", "render", *files, f"--template.text={template}") == expected
