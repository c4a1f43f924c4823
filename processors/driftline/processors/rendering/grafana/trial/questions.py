"""Every question of a dashboard, asked as Grafana's own pages ask.

Source: Grafana documentation, "HTTP API: Data source", `POST /api/ds/query`; grafana-plugin-sdk-go, data frames in
JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from driftline.exporters.grafana import Client
from driftline.processors.pipeline import ExportError
from driftline.processors.rendering.grafana.trial.choices import fill
from driftline.processors.rendering.grafana.trial.loading import TIMEOUT

_STEP_MS: Final = 15_000
_POINTS: Final = 300


@dataclass(frozen=True, slots=True)
class Question:
    """One query of a panel, or of a mark, with its choices filled in."""

    where: str
    query: Mapping[str, Any]


def questions(dashboard: Mapping[str, Any], source: str, chosen: Mapping[str, str]) -> Iterator[Question]:
    """Everything a dashboard asks."""
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            yield Question(fill(f"{panel['title']} {target['refId']}", chosen), _query(target, source, chosen))
    asking = (mark for mark in dashboard["annotations"].get("list", []) if "expr" in mark["target"])
    for mark in asking:
        yield Question(f"mark {mark['name']}", _query({**mark["target"], "range": True}, source, chosen))


def ask(client: Client, question: Question, *, since: str) -> str | None:
    """What is wrong with the answer: a refusal, an error, nothing, or no number; None: it is good.

    Args:
        client: of the Grafana.
        question: what is asked.
        since: begin of the time range, as Grafana writes it: `now-1h`.
    """
    body = {"from": since, "to": "now", "queries": [dict(question.query)]}
    try:
        answer = client.ask("POST", "/api/ds/query", timeout=TIMEOUT, json=body)
    except ExportError as refused:
        return str(refused)
    (result,) = answer["results"].values()
    if result.get("error"):
        return str(result["error"])
    return _complaint(result.get("frames", []))


def _query(target: Mapping[str, Any], source: str, chosen: Mapping[str, str]) -> dict[str, Any]:
    own = {"datasource": {"type": "prometheus", "uid": source}, "intervalMs": _STEP_MS, "maxDataPoints": _POINTS}
    return {**target, **own, "expr": fill(target["expr"], chosen)}


def _complaint(frames: list[dict[str, Any]]) -> str | None:
    """Numbers that JSON cannot hold are null among the values, and named beside them."""
    values = 0
    for frame in frames:
        data = frame["data"]
        if any(data.get("entities") or ()):
            return "NaN or infinite"
        for field, column in zip(frame["schema"]["fields"], data["values"], strict=True):
            values += sum(value is not None for value in column) if field["type"] == "number" else 0
    return None if values else "no data"
