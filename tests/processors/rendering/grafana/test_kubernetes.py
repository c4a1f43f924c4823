"""Grafana's files as Kubernetes objects."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from driftline.processors.monitor import Monitor, MonitorSet, Spec, load_monitors
from driftline.processors.rendering.errors import RenderError
from driftline.processors.rendering.grafana import PAGES
from driftline.processors.rendering.grafana.kubernetes import objects as as_objects
from driftline.processors.rendering.grafana.provisioning import provisioning
from driftline.processors.rendering.grafana.target import grafana
from driftline.processors.rendering.options import Options

MONITOR = Path(__file__).parent / "provisioning" / "credit.yaml"
DNS = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")


@cache
def rendered(kubernetes: bool) -> dict[str, str]:
    return dict(grafana(load_monitors([MONITOR]), Options(kubernetes=kubernetes)))


@cache
def objects(kind: str) -> dict[str, dict[str, Any]]:
    """By their path."""
    read = {path: yaml.load(text, yaml.CSafeLoader) for path, text in rendered(kubernetes=True).items()}
    return {path: one for path, one in read.items() if one["kind"] == kind}


@pytest.mark.parametrize(
    ("label", "folder"),
    [
        ("grafana_dashboard", "grafana/dashboards/"),
        ("grafana_datasource", "grafana/provisioning/datasources/"),
        ("grafana_alert", "grafana/provisioning/alerting/"),
    ],
)
def test_the_sidecar_finds_each_file_by_its_label_and_it_is_the_same_file(label: str, folder: str) -> None:
    expected = {
        path.removeprefix(folder): text for path, text in rendered(kubernetes=False).items() if path.startswith(folder)
    }
    found: dict[str, str] = {}
    for one in objects("ConfigMap").values():
        if one["metadata"]["labels"].get(label) == "1":
            found |= one["data"]
    assert found == expected
    assert expected


def test_dashboards_go_into_one_folder_either_way() -> None:
    maps = [one for one in objects("ConfigMap").values() if "grafana_dashboard" in one["metadata"]["labels"]]
    assert {one["metadata"]["annotations"]["grafana_folder"] for one in maps} == {"Driftline"}
    assert {one["spec"]["folder"] for one in objects("GrafanaDashboard").values()} == {"Driftline"}


def test_the_operator_gets_every_dashboard() -> None:
    found = objects("GrafanaDashboard").values()
    assert [json.loads(one["spec"]["json"])["uid"] for one in found] == [page.uid for page in PAGES]
    for one in found:
        assert one["apiVersion"] == "grafana.integreatly.org/v1beta1"
        assert set(one["spec"]) == {"instanceSelector", "folder", "json"}
        assert one["spec"]["instanceSelector"] == {"matchLabels": {"dashboards": "grafana"}}


def test_every_object_has_a_name_of_its_own_that_kubernetes_takes_and_fits_into_it() -> None:
    for kind in ("ConfigMap", "GrafanaDashboard"):
        named = [one["metadata"]["name"] for one in objects(kind).values()]
        assert len(set(named)) == len(named)
        assert all(DNS.fullmatch(name) and len(name) <= 253 for name in named)
    assert max(len(text) for text in rendered(kubernetes=True).values()) < 2**20, "a ConfigMap holds 1 MiB"


def test_two_monitors_that_would_be_one_object_are_refused() -> None:
    alike = MonitorSet([Monitor("credit", "credit", Spec()), Monitor("Credit", "loans", Spec())])
    with pytest.raises(RenderError, match=r"driftline-grafana-alerting-credit-rules"):
        as_objects(provisioning(alike, Options()))
