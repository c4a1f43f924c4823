"""The target `grafana` of `driftline render`."""

from __future__ import annotations

from collections.abc import Mapping

from driftline.processors.monitor import MonitorSet
from driftline.processors.rendering.grafana.factory import render
from driftline.processors.rendering.grafana.pages import PAGES
from driftline.processors.rendering.options import Options


def grafana(monitors: MonitorSet, options: Options) -> Mapping[str, str]:  # noqa: ARG001 - every page serves every monitor
    """The dashboards, `grafana/dashboards/<uid>.json`.

    Raises:
        GrafanaError: the extra `[grafana]` is not installed.
    """
    return {f"grafana/dashboards/{page.uid}.json": render(page) for page in PAGES}
