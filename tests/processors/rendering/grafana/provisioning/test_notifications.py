"""Contact points, policies and mute timings: Grafana tells whom Alertmanager would, when it would."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from driftline.processors.alerting import Alert, Severity
from driftline.processors.monitor import MonitorSet, load_monitors
from driftline.processors.rendering.alertmanager import plan
from driftline.processors.rendering.alertmanager.text import wait
from driftline.processors.rendering.grafana.provisioning import provisioning
from driftline.processors.rendering.grafana.provisioning.policies import ALWAYS, DEFAULT
from driftline.processors.rendering.options import Options
from tests.processors.rendering.alertmanager.walking import route_of

FLEET = Path(__file__).parents[2] / "alertmanager" / "fleet.yaml"


def read(name: str) -> dict[str, Any]:
    text = dict(provisioning(load_monitors([FLEET]), Options()))[f"grafana/provisioning/alerting/driftline.{name}.yaml"]
    read: dict[str, Any] = yaml.safe_load(text)
    return read


def policy_of(root: dict[str, Any], labels: dict[str, str]) -> dict[str, Any]:
    """The node an alert ends at, the slow and obvious way."""
    node = root
    while True:
        child = next((each for each in node.get("routes", []) if _all(each["object_matchers"], labels)), None)
        if child is None:
            return node
        node = child


def _all(matchers: list[list[str]], labels: dict[str, str]) -> bool:
    for label, operator, value in matchers:
        found = labels.get(label, "")
        if (re.fullmatch(value, found) is not None if operator == "=~" else found == value) is False:
            return False
    return True


def test_grafana_tells_whom_alertmanager_tells_after_the_same_waits_and_not_in_the_same_hours() -> None:
    (root,) = read("policies")["policies"]
    told = plan(load_monitors([FLEET]))
    owners = {"churn": "ml-platform", "fraud.v2": "ml-platform", "credit": "risk", "scorecard": "risk", "other": "risk"}
    told_of = 0
    for alert, severity, (monitor, owner) in product(Alert, Severity, owners.items()):
        labels = {"severity": str(severity), "monitor": monitor, "owner": owner}
        expected = route_of(told, {"alertname": str(alert), **labels})
        found = policy_of(root, {"alertname": f"{alert} {monitor}", "grafana_folder": "Driftline", **labels})
        muted = found.get("mute_time_intervals", [])
        if expected.receiver == "nobody":
            assert muted == [ALWAYS]
            continue
        told_of += 1
        assert (found["receiver"], muted) == (expected.receiver, [each.name for each in expected.quiet])
        assert expected.times is not None
        waits = [found[name] for name in ("group_wait", "group_interval", "repeat_interval")]
        times = expected.times
        assert waits == [wait(each) for each in (times.group_wait, times.group_interval, times.repeat_interval)]
    assert told_of == len(Alert) * (2 + 2 + 3 + 2), "churn, fraud.v2, credit, scorecard"


def test_an_alert_of_somebody_else_goes_where_it_went() -> None:
    (root,) = read("policies")["policies"]
    assert policy_of(root, {"alertname": "ModelDrift", "grafana_folder": "Billing"}) is root
    assert root["receiver"] == DEFAULT


def test_every_name_that_policies_use_is_there() -> None:
    (root,) = read("policies")["policies"]
    nodes = [root]
    for node in nodes:
        nodes += node.get("routes", [])
    points = {each["name"] for each in read("contacts")["contactPoints"]} | {DEFAULT}
    mutes = {each["name"] for each in read("mutes")["muteTimes"]}
    assert {node["receiver"] for node in nodes} == points
    assert {name for node in nodes for name in node.get("mute_time_intervals", [])} == mutes


def test_no_file_holds_a_secret_and_every_receiver_has_a_uid_of_its_own() -> None:
    ways = [way for point in read("contacts")["contactPoints"] for way in point["receivers"]]
    assert len({way["uid"] for way in ways}) == len(ways)
    secrets = [
        value
        for way in ways
        for key, value in way["settings"].items()
        if key in {"integrationKey", "authorization_credentials"} or (way["type"], key) == ("slack", "url")
    ]
    assert len(secrets) == 5
    assert all(re.fullmatch(r"\$__file\{[^}]+\}", value) for value in secrets)


def test_without_receivers_the_tree_of_a_grafana_is_left_alone() -> None:
    assert not [path for path in provisioning(MonitorSet(), Options()) if "driftline." in path and "alerting" in path]
