"""Rendered rules in the hands of a real promtool, old and new: each story holds, and broken rules break it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import yaml
from scipy.optimize import brentq
from scipy.stats import norm

from driftline.processors.alerting import Alert
from driftline.processors.monitor import Indicator, Monitor, Objective, Spec, load_monitors
from driftline.processors.rendering.options import Options
from driftline.processors.rendering.prometheus import Group, Record, rules_of
from driftline.processors.rendering.prometheus.records import BAD_RATE, DECIDED_RATE, Named
from driftline.processors.rendering.prometheus.scenarios.story import labelled
from driftline.processors.rendering.prometheus.text import groups_text
from driftline.processors.rendering.targets import render
from tests.end_to_end.conftest import PROMETHEUS_VERSIONS

pytestmark = pytest.mark.end_to_end

MONITORS = Path(__file__).parents[1] / "processors" / "rendering" / "prometheus" / "monitors"
BROKEN = {  # what somebody could get wrong, and the story that must notice
    "factors out of reach": ((" > 8", " > 10"), (" > 6", " > 10")),
    "a factor that is too low": ((" > 6", " > 3"),),
    "the share in place of what it is at least": (("driftline:sli_error_at_least:", "slo:sli_error:"),),
    "unknown counts as good": (('slo_result=~"good|bad"', 'slo_result=~"good|bad|unknown"'),),
    "the job of the scrape in the labels": (("max by (ml_model_name, ", "max by (job, ml_model_name, "),),
    "drift that is never over": (('ml_monitor_state="drift"}) == 1', 'ml_monitor_state="drift"}) >= 0'),),
    "absence before the model is stale": (("for: 910s", "for: 5m"),),
    "a label that a push has not": (('severity: "ticket"', 'severity: "ticket"\n      extra: "1"'),),
}


@pytest.fixture(params=PROMETHEUS_VERSIONS)
def promtool(request: pytest.FixtureRequest, real_part: Callable[[str, str], Path]) -> Path:
    return real_part("promtool", request.param)


def _render(folder: Path, monitors: Path = MONITORS) -> list[Path]:
    files = render(["prometheus"], load_monitors([monitors]), Options('job="driftline"'))
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return [folder / path for path in files]


def _run(promtool: Path, *words: str | Path) -> tuple[int, str]:
    done = subprocess.run([promtool, *words], capture_output=True, text=True, timeout=300, check=False)
    return done.returncode, done.stdout + done.stderr


def test_every_story_of_every_monitor_holds(promtool: Path, tmp_path: Path) -> None:
    files = _render(tmp_path)
    rules, tests = ([path for path in files if path.name.endswith(end)] for end in (".rules.yaml", ".test.yaml"))
    code, said = _run(promtool, "check", "rules", *rules)
    assert code == 0, said
    code, said = _run(promtool, "test", "rules", *tests)
    assert (code, said.count("SUCCESS")) == (0, len(tests)), said


@pytest.mark.parametrize("wrong", BROKEN)
def test_a_story_notices(wrong: str, real_part: Callable[[str, str], Path], tmp_path: Path) -> None:
    steady = tmp_path / "steady.yaml"
    steady.write_text(
        "apiVersion: driftline.dev/v1\nkind: ModelMonitor\nmetadata: {name: steady}\n"
        "spec: {slos: [{name: steady, objective: 90, sli: {drift: {}}}]}\n"
    )
    rules, test = _render(tmp_path, steady)
    text = rules.read_text(encoding="utf-8")
    for before, after in BROKEN[wrong]:
        assert before in text
        text = text.replace(before, after)
    rules.write_text(text, encoding="utf-8")
    code, said = _run(real_part("promtool", PROMETHEUS_VERSIONS[-1]), "test", "rules", test)
    assert code == 1, said
    assert "FAILED" in said


def test_rules_fire_for_whom_the_slow_and_obvious_way_says_so(promtool: Path, tmp_path: Path) -> None:
    """Thirty versions of one model, each with another number of predictions and of failures for an hour."""
    random = np.random.default_rng(6)
    total = np.exp(random.uniform(np.log(0.1), np.log(300), 30)).round(1) + 0.1
    failed = (
        total * np.clip(random.choice([0.001, 0.01, 0.05, 0.1, 0.3], 30) * random.uniform(0.5, 2, 30), 0, 1)
    ).round(2)
    objective = Objective(name="a", objective=99, sli=Indicator.model_validate({"availability": {}}))
    monitor = Monitor("credit", "credit", Spec(slos=(objective,)))
    (tmp_path / "a.rules.yaml").write_text(groups_text(rules_of(monitor)))
    inputs = [
        {
            "series": labelled(
                "ml_predictions_total", {"ml_model_name": "credit", "ml_model_version": f"{at}"} | error
            ),
            "values": f"0+{step}x70",
        }
        for at in range(30)
        for error, step in (({}, round(total[at] - failed[at], 2)), ({"error_type": "E"}, failed[at]))
    ]
    firing = "count by (ml_model_version) (ALERTS{alertstate='firing',severity='page'})"
    early, expected = (
        {at for at in range(30) if _burns(minutes * failed[at], minutes * total[at], 0.01, (14.4, 6))}
        for minutes in (55, 60)  # one that begins to burn in between still waits to fire
    )
    assert 5 < len(expected) < 25
    samples = [{"labels": f'{{ml_model_version="{at}"}}', "value": 1} for at in expected & early]
    check = {"expr": firing, "eval_time": "60m", "exp_samples": samples}
    test = {"interval": "1m", "input_series": inputs, "promql_expr_test": [check]}
    file = {"rule_files": ["a.rules.yaml"], "evaluation_interval": "2m", "tests": [test]}
    (tmp_path / "a.test.yaml").write_text(yaml.safe_dump(file))
    code, said = _run(promtool, "test", "rules", tmp_path / "a.test.yaml")
    assert code == 0, said


def _burns(bad: float, total: float, budget: float, factors: tuple[float, ...]) -> bool:
    """Ten events, five of them bad, and the least share that chance at 5 % does not rule out is too large."""
    if total < 10 or bad < 5:
        return False
    share, z = bad / total, norm.ppf(0.95)
    least = brentq(lambda p: share - p - z * np.sqrt(p * (1 - p) / total), 0, share)
    return any(least / budget > factor and share / budget > factor for factor in factors)


def test_a_description_says_whose_drift_it_is_and_in_which_fields(promtool: Path, tmp_path: Path) -> None:
    groups = rules_of(Monitor("credit", "credit", Spec(segments=("region",))))
    (tmp_path / "a.rules.yaml").write_text(groups_text(groups))
    drift = next(rule for rule in groups[-1].alerts if rule.alert is Alert.DRIFT)
    labels = {"ml_model_name": "credit", "ml_model_version": '7 "b"', "region": "eu"}
    shown = {
        labelled("ml_monitor_status", labels | {"ml_monitor_state": "drift"}): 1,
        labelled("ml_drift_level", labels | {"ml_field_name": "zip"}): 1.25,
        labelled("ml_drift_level", labels | {"ml_field_name": "age"}): 20,
        labelled("ml_drift_level", labels | {"ml_field_name": "calm"}): 0.5,
        labelled("ml_drift_level", labels | {"ml_model_version": "8", "ml_field_name": "others"}): 9,
    }
    said = dict(drift.annotations) | {
        "description": 'credit 7 "b", region eu is in drift: its data is not distributed as in its reference. '
        "Fields by level, over 1 is drift: age (20), zip (1.25).",
        "dashboard_url": "http://localhost:3000/d/driftline-model?var-model=credit&var-version=7+%22b%22",
    }
    test = {
        "input_series": [{"series": name, "values": f"{value}x9"} for name, value in shown.items()],
        "alert_rule_test": [
            {
                "alertname": "ModelDrift",
                "eval_time": "4m",
                "exp_alerts": [{"exp_labels": labels | dict(drift.labels), "exp_annotations": said}],
            }
        ],
    }
    (tmp_path / "a.test.yaml").write_text(yaml.safe_dump({"rule_files": ["a.rules.yaml"], "tests": [test]}))
    code, said_so = _run(promtool, "test", "rules", tmp_path / "a.test.yaml")
    assert code == 0, said_so


def test_a_month_begins_with_its_first_day(promtool: Path, tmp_path: Path) -> None:
    """Time begins with January 1970. A tenth is bad until the end of the month, nothing from then on."""
    objective = Objective(name="a", objective=80, calendar="month", sli=Indicator.model_validate({"drift": {}}))
    groups = rules_of(Monitor("credit", "credit", Spec(slos=(objective,))))
    kept = [rule for group in groups for rule in group.rules if isinstance(rule, Record)]
    kept = [rule for rule in kept if rule.name.endswith(("month", "start_seconds"))]
    (tmp_path / "month.rules.yaml").write_text(groups_text([Group("month", tuple(kept))]))
    january, february = 31 * 720, 5 * 720  # samples, one each two minutes
    share = "round(max(slo:sli_error:ratio_ratemonth), 0.001)"
    wanted = {120: 0.1, 31 * 24 - 12: 0.1, 31 * 24 + 12: 0.0, 33 * 24: 0.0}
    inputs = {BAD_RATE: f"1x{january} 0x{february}", DECIDED_RATE: f"10x{january + february + 1}"}
    labels = Named("credit", "a").labels()
    test = {
        "interval": "2m",
        "input_series": [{"series": labelled(name, labels), "values": values} for name, values in inputs.items()],
        "promql_expr_test": [
            {"expr": share, "eval_time": f"{hours}h", "exp_samples": [{"labels": "{}", "value": value}]}
            for hours, value in wanted.items()
        ],
    }
    file = {"rule_files": ["month.rules.yaml"], "evaluation_interval": "12h", "tests": [test]}
    (tmp_path / "month.test.yaml").write_text(yaml.safe_dump(file))
    code, said = _run(promtool, "test", "rules", tmp_path / "month.test.yaml")
    assert code == 0, said
