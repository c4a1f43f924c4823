"""The target `grafana` of `driftline render`."""

from __future__ import annotations

from collections.abc import Mapping

from driftline.processors.monitor import MonitorSet
from driftline.processors.rendering.grafana.factory import render
from driftline.processors.rendering.grafana.kubernetes import objects
from driftline.processors.rendering.grafana.pages import PAGES
from driftline.processors.rendering.grafana.provisioning import provisioning
from driftline.processors.rendering.options import Options


def grafana(monitors: MonitorSet, options: Options) -> Mapping[str, str]:
    """The dashboards, `grafana/dashboards/<uid>.json`, which serve every monitor, and `grafana/provisioning`.

    For Kubernetes the same as objects, `grafana/sidecar` and `grafana/operator`.

    Raises:
        GrafanaError: the extra `[grafana]` is not installed.
        RenderError: two monitors would be one file, or an objective is left without any alarm.
    """
    dashboards = {f"grafana/dashboards/{page.uid}.json": render(page) for page in PAGES}
    files = {**dashboards, **provisioning(monitors, options)}
    return objects(files) if options.kubernetes else files
