"""One trial: every dashboard loaded, every question asked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from driftline.exporters.grafana import Client
from driftline.processors.pipeline import ExportError
from driftline.processors.rendering.grafana.errors import GrafanaError
from driftline.processors.rendering.grafana.factory import render
from driftline.processors.rendering.grafana.pages import PAGES
from driftline.processors.rendering.grafana.shapes import Page
from driftline.processors.rendering.grafana.trial.choices import choose
from driftline.processors.rendering.grafana.trial.loading import ensure_folder, load, prometheus_source
from driftline.processors.rendering.grafana.trial.questions import ask, questions


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of one dashboard."""

    title: str
    path: str | None
    """Where Grafana shows it; None: it was not taken, `refused` says why."""
    refused: str
    asked: int
    problems: tuple[tuple[str, str], ...]
    """Where it stands, and what is wrong: of every question without a good answer."""

    @property
    def good(self) -> bool:
        """It was taken, and every question was answered with figures."""
        return self.path is not None and not self.problems


def try_all(client: Client, *, datasource: str | None, chosen: Mapping[str, str], since: str) -> Iterator[Tried]:
    """Try every dashboard.

    Args:
        client: of the Grafana.
        datasource: uid of the Prometheus to ask; None: the default one, or the only one.
        chosen: values of variables; of the others the first that there is, or all.
        since: begin of the time range, as Grafana writes it: `now-1h`.

    Raises:
        ExportError: nobody answers there, or not to this token.
        GrafanaError: the SDK is not installed, or it is not clear which data source to ask.
    """
    source = prometheus_source(client, datasource)
    ensure_folder(client, "driftline", "Driftline")
    for page in PAGES:
        yield _try(client, page, source, chosen, since)


def _try(client: Client, page: Page, source: str, given: Mapping[str, str], since: str) -> Tried:
    dashboard = json.loads(render(page))
    path, refused = None, ""
    try:
        path = load(client, dashboard, "driftline")
    except (ExportError, GrafanaError) as error:
        refused = str(error)
    asked = list(questions(dashboard, source, choose(client, dashboard, source, given)))
    answers = ((each.where, ask(client, each, since=since)) for each in asked)
    problems = tuple((where, wrong) for where, wrong in answers if wrong is not None)
    return Tried(page.title, path, refused, len(asked), problems)
