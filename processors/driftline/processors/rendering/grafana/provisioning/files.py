"""The provisioning files of all monitors, by their paths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from driftline.processors.monitor import MonitorSet
from driftline.processors.rendering.alertmanager import plan
from driftline.processors.rendering.documents import document_text
from driftline.processors.rendering.grafana.provisioning.contacts import contact_points
from driftline.processors.rendering.grafana.provisioning.policies import mute_timings, policies
from driftline.processors.rendering.grafana.provisioning.rules import rule_groups
from driftline.processors.rendering.grafana.provisioning.sources import DASHBOARDS, dashboard_provider, data_source
from driftline.processors.rendering.options import Options
from driftline.processors.rendering.prometheus import Group, rules_of
from driftline.processors.rendering.prometheus.target import named

ROOT: Final = "grafana/provisioning"
_SOURCE: Final = "Leave this file out where Grafana has the Prometheus already, and name its uid with --datasource."
_PROVIDER: Final = f"Put the rendered grafana/dashboards into {DASHBOARDS}, or change the path."
_RULES: Final = """\
Grafana evaluates these alerts. Give Prometheus its rendered rules too: those of error budgets read what it records.
Let one of the two alert, not both. A rule that no file has any more stays in Grafana until `deleteRules` names it."""
_CONTACTS: Final = """\
Secrets are read from files on Grafana's machine. Mail goes out by its own [smtp], whatever server a monitor names."""
_POLICIES: Final = """\
WARNING: this file OVERWRITES the whole tree of notification policies of this Grafana, everybody's. Where others route
alerts there, leave it out and copy the one node below `routes` into their tree."""


def provisioning(monitors: MonitorSet, options: Options) -> Mapping[str, str]:
    """Data source, provider of the dashboards, the alerts of each monitor, and where a monitor names receivers, these.

    Raises:
        RenderError: two monitors would be one file, an objective is left without any alarm, or two monitors of one
            name tell different people.
    """
    return dict(_files(monitors, options))


def _files(monitors: MonitorSet, options: Options) -> Iterator[tuple[str, str]]:
    source = options.datasource
    yield _file("datasources/driftline", data_source(source), _SOURCE)
    yield _file("dashboards/driftline", dashboard_provider(), _PROVIDER)
    for name, monitor in named(monitors).items():
        groups = rules_of(monitor, monitors, options)
        yield _file(f"alerting/{name}.rules", rule_groups(monitor.name, groups, source.uid), _RULES, *_notes(groups))
    yield from _notifications(monitors)


def _notifications(monitors: MonitorSet) -> Iterator[tuple[str, str]]:
    told = plan(monitors)
    if any(receiver.ways for receiver in told.receivers):
        yield _file("alerting/driftline.contacts", contact_points(told.receivers), _CONTACTS)
        yield _file("alerting/driftline.mutes", mute_timings(told.quiet))
        yield _file("alerting/driftline.policies", policies(told.route), _POLICIES, *told.notes)


def _file(path: str, body: Mapping[str, Any], *notes: str) -> tuple[str, str]:
    return f"{ROOT}/{path}.yaml", document_text({"apiVersion": 1, **body}, notes)


def _notes(groups: tuple[Group, ...]) -> Iterator[str]:
    yield from dict.fromkeys(note for group in groups for note in group.notes)
