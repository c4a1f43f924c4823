"""Grafana dashboards, written from the contract's own names.

`PAGES` is what they say, as plain data; `render` gives one page Grafana's form and needs the extra `[grafana]`;
`python -m driftline.processors.rendering.grafana -o dashboards` writes them all.
"""

from __future__ import annotations

from driftline.processors.rendering.grafana.errors import GrafanaError
from driftline.processors.rendering.grafana.factory import render
from driftline.processors.rendering.grafana.files import differing, write
from driftline.processors.rendering.grafana.pages import PAGES

__all__ = ["PAGES", "GrafanaError", "differing", "render", "write"]
