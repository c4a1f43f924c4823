"""`driftline replay`: history through the pipeline of `run`."""

from __future__ import annotations

import json as json_
from pathlib import Path
from typing import Annotated

import typer

from driftline.processors.cli.reading import CouldNot, bar, console
from driftline.processors.cli.replay_table import show
from driftline.processors.monitor import load_monitors
from driftline.processors.replay import Columns, Replay
from driftline.processors.tables import Files


def replay_command(
    *,
    data: Annotated[
        list[str], typer.Argument(metavar="DATA...", help="CSV, Parquet, JSON lines: files, folders, 'patterns*'.")
    ],
    monitor: Annotated[
        list[Path],
        typer.Option("--monitor", metavar="FILE", help="A ModelMonitor file, or a folder of them. Repeatable."),
    ],
    time: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="When a row happened; default: the only column that looks so.")
    ] = None,
    version_column: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="The version of the model that a row is of.")
    ] = None,
    time_zone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="The zone of times that say none: UTC, Europe/Berlin.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(metavar="NAME", help="The model of the table, where monitors are of several.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON lines: a verdict each, the summary last.")] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="With --json: a line for every verdict, not only for those that changed.")
    ] = False,
) -> None:
    """Replay a table with a time column: what would have alarmed, when, why, and how often.

    The rows go through the very pipeline of `driftline run`, with their time as its clock, as fast as it goes.
    Exit codes: 0 no alarm, 1 alarms, 2 could not.
    """
    try:
        replay = Replay(load_monitors(monitor), Columns(time, time_zone, version_column), model=model, told=_notice)
        with bar("replaying", quiet=json) as progress:
            for line in replay.lines(Files(data), everything=everything, progress=progress):
                if json:
                    typer.echo(json_.dumps(line, ensure_ascii=False, allow_nan=False))
    except ValueError as error:  # every error of tables, profiles, monitors and replays is one
        raise CouldNot(str(error)) from error
    if not json:
        show(replay, console())
    if not replay.judged:
        raise CouldNot("no field could be judged: check the reference, the columns, and that windows hold enough rows")
    raise typer.Exit(1 if replay.alarms.all else 0)


def register(parent: typer.Typer) -> None:
    """Hang the command below `parent`."""
    parent.command("replay")(replay_command)


def _notice(text: str) -> None:
    console(stderr=True).print(f"note: {text}", style="yellow", markup=False, highlight=False)
