"""The target `prometheus` of `driftline render`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from driftline.processors.monitor import Monitor, MonitorSet
from driftline.processors.rendering.errors import RenderError
from driftline.processors.rendering.options import Options
from driftline.processors.rendering.prometheus.kubernetes import prometheus_rule
from driftline.processors.rendering.prometheus.monitor_rules import rules_of
from driftline.processors.rendering.prometheus.scenarios import stories_of, tests_text
from driftline.processors.rendering.prometheus.text import groups_text
from driftline.processors.rendering.written import MARK


def prometheus(monitors: MonitorSet, options: Options) -> Mapping[str, str]:
    """Recording rules and alerts, `prometheus/<monitor>.rules.yaml`, and `<monitor>.test.yaml` for promtool beside it.

    For Kubernetes `prometheus/<monitor>.prometheusrule.yaml`.

    Raises:
        RenderError: two monitors would be one file, or an objective is left without any alarm.
    """
    return dict(_files(monitors, options))


def _files(monitors: MonitorSet, options: Options) -> Iterator[tuple[str, str]]:
    for name, monitor in named(monitors).items():
        rules, path = rules_of(monitor, monitors, options), f"prometheus/{name}"
        if options.kubernetes:
            yield f"{path}.prometheusrule.yaml", f"{MARK}\n{prometheus_rule(monitor, rules)}\n"
            continue
        stories = stories_of(monitor, rules, options.selector)
        yield f"{path}.rules.yaml", f"{MARK}\n{groups_text(rules)}\n"
        yield f"{path}.test.yaml", f"{MARK}\n{tests_text(f'{name}.rules.yaml', stories)}\n"


def named(monitors: MonitorSet) -> dict[str, Monitor]:
    """Each monitor by a name that can be a file's.

    Raises:
        RenderError: two monitors have the same.
    """
    found: dict[str, Monitor] = {}
    for monitor in monitors:
        name = re.sub(r"[^A-Za-z0-9._-]+", "-", monitor.name)
        if name in found:
            first, second = found[name].file, monitor.file
            raise RenderError(f"{first} and {second} are both named `{name}`: give one another `metadata.name`")
        found[name] = monitor
    return found
