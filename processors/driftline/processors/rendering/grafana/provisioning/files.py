"""The provisioning files of all monitors, by their paths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from driftline.processors.monitor import MonitorSet
from driftline.processors.rendering.grafana.provisioning.rules import rule_groups
from driftline.processors.rendering.grafana.provisioning.sources import DASHBOARDS, dashboard_provider, data_source
from driftline.processors.rendering.grafana.provisioning.text import file_text
from driftline.processors.rendering.options import Options
from driftline.processors.rendering.prometheus import Group, rules_of
from driftline.processors.rendering.prometheus.target import named

ROOT: Final = "grafana/provisioning"
_SOURCE: Final = "Leave this file out where Grafana has the Prometheus already, and name its uid with --datasource."
_PROVIDER: Final = f"Put the rendered grafana/dashboards into {DASHBOARDS}, or change the path."
_RULES: Final = """\
Grafana evaluates these alerts. Give Prometheus its rendered rules too: those of error budgets read what it records.
Let one of the two alert, not both. A rule that no file has any more stays in Grafana until `deleteRules` names it."""


def provisioning(monitors: MonitorSet, options: Options) -> Mapping[str, str]:
    """Data source, provider of the dashboards, and the alerts of each monitor.

    Raises:
        RenderError: two monitors would be one file, or an objective is left without any alarm.
    """
    return dict(_files(monitors, options))


def _files(monitors: MonitorSet, options: Options) -> Iterator[tuple[str, str]]:
    source = options.datasource
    yield f"{ROOT}/datasources/driftline.yaml", file_text(data_source(source), _SOURCE)
    yield f"{ROOT}/dashboards/driftline.yaml", file_text(dashboard_provider(), _PROVIDER)
    for name, monitor in named(monitors).items():
        groups = rules_of(monitor, monitors, options)
        text = file_text(rule_groups(monitor.name, groups, source.uid), _RULES, *_notes(groups))
        yield f"{ROOT}/alerting/{name}.rules.yaml", text


def _notes(groups: tuple[Group, ...]) -> Iterator[str]:
    yield from dict.fromkeys(note for group in groups for note in group.notes)
