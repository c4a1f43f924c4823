"""`driftline grafana try`: the dashboards on a Grafana that somebody has."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from driftline.processors.cli.destinations import GRAFANA_TOKEN
from driftline.processors.cli.reading import CouldNot, console

if TYPE_CHECKING:
    from driftline.processors.rendering.grafana.trial import Tried


def register(parent: typer.Typer) -> None:
    """Add the command to `driftline`."""
    group = typer.Typer(no_args_is_help=True, help="What is rendered for Grafana, on a Grafana.")
    group.callback()(_group)
    group.command("try")(try_command)
    parent.add_typer(group, name="grafana")


def _group() -> None:
    """What is rendered for Grafana, on a Grafana."""


def try_command(
    *,
    url: Annotated[str, typer.Argument(metavar="URL", help="The Grafana: http://localhost:3000.")],
    token_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=f"The token of a service account, an Editor's. Default: ${GRAFANA_TOKEN}."),
    ] = None,
    datasource: Annotated[
        str | None,
        typer.Option(
            metavar="UID", help="Which Prometheus. Default: the default one, or the only one; only an Admin may look."
        ),
    ] = None,
    choose: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="A choice on the pages: model=credit. Repeatable.")
    ] = None,
    since: Annotated[str, typer.Option(metavar="TIME", help="Begin of the time range.")] = "now-1h",
) -> None:
    """Load every dashboard into a Grafana and ask, through it, everything that they ask.

    They go into its folder `Driftline` and stay there to be looked at. Says what Grafana did not take, and which
    questions failed or got no figures. Exit codes: 0 all got figures, 1 not all, 2 could not try.

    Example: driftline grafana try http://localhost:3000 --token-file grafana.token --choose model=credit
    """
    from driftline.exporters.grafana import Client
    from driftline.processors.pipeline import ExportError
    from driftline.processors.rendering.grafana import GrafanaError
    from driftline.processors.rendering.grafana.trial import try_all

    chosen, good = _chosen(choose or []), True
    try:
        with Client(url, token=os.environ.get(GRAFANA_TOKEN), token_file=token_file) as client:
            for tried in try_all(client, datasource=datasource, chosen=chosen, since=since):
                _report(tried, url.rstrip("/"))
                good = good and tried.good
    except (ExportError, GrafanaError, OSError) as error:
        raise CouldNot(str(error)) from error
    if not good:
        raise typer.Exit(1)


def _chosen(given: list[str]) -> dict[str, str]:
    for each in given:
        if "=" not in each:
            raise typer.BadParameter(f"`{each}` is no choice: write NAME=VALUE", param_hint="--choose")
    return dict(each.split("=", 1) for each in given)


def _report(tried: Tried, url: str) -> None:
    where = f"not taken: {tried.refused}" if tried.path is None else f"{url}{tried.path}"
    answered = tried.asked - len(tried.problems)
    _say(f"{tried.title}: {answered} of {tried.asked} questions got figures; {where}")
    for place, wrong in tried.problems:
        _say(f"  {place}: {wrong}")


def _say(text: str) -> None:
    console().print(text, markup=False, highlight=False, soft_wrap=True)
