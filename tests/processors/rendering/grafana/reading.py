"""A rendered dashboard, read back as Grafana would."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from driftline.processors.rendering.grafana import PAGES, render

METRIC: Final = re.compile(r"\b([a-zA-Z_:][a-zA-Z0-9_:]*)\{")


@dataclass(frozen=True, slots=True)
class Question:
    """One expression, where it stands, and whether it is asked for now or for the whole time range."""

    where: str
    expression: str
    now: bool


@cache
def dashboards() -> dict[str, Any]:
    """Each dashboard's JSON by its uid."""
    return {page.uid: json.loads(render(page)) for page in PAGES}


def panels(dashboard: dict[str, Any]) -> list[dict[str, Any]]:
    """Its panels without the rows' headings."""
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def asked_marks(dashboard: dict[str, Any]) -> list[dict[str, Any]]:
    """Its annotations that ask Prometheus; the others show what Grafana was told."""
    return [one for one in dashboard["annotations"].get("list", []) if one["datasource"]["type"] == "prometheus"]


def questions(dashboard: dict[str, Any]) -> Iterator[Question]:
    """Everything it asks."""
    for panel in panels(dashboard):
        for target in panel["targets"]:
            yield Question(f"{panel['title']} {target['refId']}", target["expr"], bool(target.get("instant")))
    for annotation in asked_marks(dashboard):
        yield Question(f"annotation {annotation['name']}", annotation["target"]["expr"], now=False)


def expressions(dashboard: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Where (panel and query, or annotation) and what it asks."""
    return ((question.where, question.expression) for question in questions(dashboard))
