"""Provisioning files: in Grafana's shape, one alert for one alert of Prometheus, and nothing lost on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from driftline.processors.alerting import Alert
from driftline.processors.cli.app import application
from driftline.processors.monitor import Monitor, MonitorSet, Spec, load_monitors
from driftline.processors.rendering.documents import document_text
from driftline.processors.rendering.grafana import PAGES
from driftline.processors.rendering.grafana.provisioning import provisioning
from driftline.processors.rendering.grafana.provisioning.rules import SHOWN, rule_groups
from driftline.processors.rendering.options import Options
from driftline.processors.rendering.prometheus import AlertRule, Group, rules_of
from driftline.processors.rendering.written import MARK
from tests.processors.rendering.grafana.provisioning.shapes import SHAPES, Groups
from tests.processors.rendering.grafana.reading import dashboards, panels

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
FLEET = HERE.parents[1] / "alertmanager" / "fleet.yaml"
SECOND = 10**9
MINUTE = 60 * SECOND


@cache
def rendered() -> dict[str, str]:
    return dict(provisioning(load_monitors([HERE / "credit.yaml"]), Options()))


def notifications() -> dict[str, str]:
    """What is rendered of the monitors that Alertmanager's files are rendered from, but for their rules."""
    files = provisioning(load_monitors([FLEET]), Options())
    return {Path(path).name: text for path, text in files.items() if "/alerting/driftline." in path}


def as_grafana_reads(text: str) -> str:
    """A value in which Grafana put the variables of an environment that has none."""
    return "$".join(re.sub(r"\$(\w+|\{\w+\})", "", part) for part in text.split("$$"))


def rules(files: dict[str, str]) -> Iterator[dict[str, Any]]:
    for path, text in files.items():
        if path.endswith(".rules.yaml"):
            yield from (rule for group in yaml.safe_load(text)["groups"] for rule in group["rules"])


def test_what_is_rendered_is_what_was_looked_at() -> None:
    sources = {path.split("/")[2] + ".yaml": text for path, text in rendered().items() if "/alerting/" not in path}
    labels, said = {"severity": "ticket"}, {"summary": "{{ $value }}"}
    rule = AlertRule(Alert.STALE, "a\nor\nb", labels, said, hold_ns=MINUTE, keep_ns=90 * SECOND)
    rules = document_text(rule_groups("credit", [Group("driftline-credit-alerts", (rule,))], "driftline-prometheus"))
    for name, text in {**sources, **notifications(), "rules.yaml": rules}.items():
        assert text == (GOLDEN / name).read_text(encoding="utf-8"), f"read the difference of {name}"
    assert len(list(GOLDEN.iterdir())) == 6


def test_every_file_has_the_keys_and_kinds_that_grafana_documents_and_our_mark() -> None:
    told = {f"grafana/provisioning/alerting/{name}": text for name, text in notifications().items()}
    assert len(told) == 3
    for path, text in {**rendered(), **told}.items():
        shape = SHAPES.get(path.removeprefix("grafana/provisioning/"), Groups)
        shape.model_validate(yaml.safe_load(text))
        assert text.startswith(MARK)


def test_each_alert_of_prometheus_is_one_of_grafana_with_the_same_expression_labels_and_waits() -> None:
    (monitor,) = monitors = load_monitors([HERE / "credit.yaml"])
    expected = [rule for group in rules_of(monitor, monitors) for rule in group.alerts]
    found = list(rules(rendered()))
    assert {rule.alert for rule in expected} == set(Alert), "the example has every alert"
    assert [rule["data"][0]["model"]["expr"] for rule in found] == [rule.expression for rule in expected]
    assert [rule["labels"] for rule in found] == [dict(rule.labels) for rule in expected]
    assert all(rule["title"].split()[0] == each.alert for rule, each in zip(found, expected, strict=True))


def test_titles_and_uids_are_unique_and_stay_when_another_monitor_comes() -> None:
    alone = [(rule["title"], rule["uid"]) for rule in rules(rendered())]
    several = MonitorSet([*load_monitors([HERE / "credit.yaml"]), Monitor("fraud", "fraud", Spec())])
    both = [(rule["title"], rule["uid"]) for rule in rules(dict(provisioning(several, Options())))]
    assert set(alone) < set(both)
    for each in zip(*both, strict=True):
        assert len(set(each)) == len(both)


def test_every_alert_is_linked_to_a_panel_that_exists() -> None:
    assert set(SHOWN) == set(Alert)
    for page, title in SHOWN.values():
        assert page in PAGES
        (panel,) = [one for one in panels(dashboards()[page.uid]) if one["title"] == title]
        assert page.number(title) == panel["id"]
    for rule in rules(rendered()):
        linked = (rule["annotations"]["__dashboardUid__"], rule["annotations"]["__panelId__"])
        assert linked == (rule["dashboardUid"], str(rule["panelId"])), "Grafana wants both spellings to agree"


def test_a_dollar_in_a_label_or_a_name_survives_grafanas_search_for_variables() -> None:
    rule = AlertRule(Alert.DRIFT, 'x{a=~"b$"}', {"team": "$HOME"}, {"summary": "{{ $labels.a }} at {{ $value }}"})
    (group,) = rule_groups("a$b", [Group("g$h", (rule,))], "uid")["groups"]
    (made,) = group["rules"]
    assert (as_grafana_reads(made["labels"]["team"]), as_grafana_reads(made["title"])) == ("$HOME", "ModelDrift a$b")
    assert as_grafana_reads(group["name"]) == "g$h"
    assert made["data"][0]["model"]["expr"] == 'x{a=~"b$"}', "Grafana leaves queries as they are"
    assert made["annotations"]["summary"] == "{{ $labels.a }} at {{ $values.B.Value }}"


@pytest.mark.parametrize(("keep", "every", "looks"), [(0, None, 1), (5 * MINUTE, None, 5), (90 * SECOND, MINUTE, 2)])
def test_a_series_that_ends_is_kept_for_as_long_as_the_rule_keeps_firing(
    keep: int, every: int | None, looks: int
) -> None:
    rule = AlertRule(Alert.DRIFT, "x", {}, {}, keep_ns=keep)
    (group,) = rule_groups("credit", [Group("g", (rule,), every_ns=every)], "uid")["groups"]
    assert group["rules"][0]["missing_series_evals_to_resolve"] == looks


def test_groups_are_evaluated_on_grafanas_ten_second_ticks() -> None:
    rule = AlertRule(Alert.DRIFT, "x", {}, {})
    (group,) = rule_groups("credit", [Group("g", (rule,), every_ns=11 * SECOND)], "uid")["groups"]
    assert group["interval"] == "20s"


def test_rules_ask_the_data_source_that_was_chosen(tmp_path: Path) -> None:
    chosen = ["--datasource", "mimir", "--prometheus", "http://mimir/prometheus/"]
    asked = ["render", "grafana", "--monitor", str(HERE / "credit.yaml"), "-o", str(tmp_path), *chosen]
    assert CliRunner().invoke(application("render"), asked).exit_code == 0
    files = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.yaml")}
    assert {rule["data"][0]["datasourceUid"] for rule in rules(files)} == {"mimir"}
    (source,) = yaml.safe_load((tmp_path / "grafana/provisioning/datasources/driftline.yaml").read_text())[
        "datasources"
    ]
    assert (source["uid"], source["url"]) == ("mimir", "http://mimir/prometheus")
