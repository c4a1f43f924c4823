"""A rendered dashboard, read back as Grafana would."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from driftline.processors.rendering.grafana import PAGES, render

METRIC: Final = re.compile(r"\b([a-zA-Z_:][a-zA-Z0-9_:]*)\{")


@cache
def dashboards() -> dict[str, Any]:
    """Each dashboard's JSON by its uid."""
    return {page.uid: json.loads(render(page)) for page in PAGES}


def panels(dashboard: dict[str, Any]) -> list[dict[str, Any]]:
    """Its panels without the rows' headings."""
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def expressions(dashboard: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Where (panel and query, or annotation) and what it asks."""
    for panel in panels(dashboard):
        for target in panel["targets"]:
            yield f"{panel['title']} {target['refId']}", target["expr"]
    for annotation in dashboard["annotations"].get("list", []):
        yield f"annotation {annotation['name']}", annotation["expr"]
