"""`driftline replay`: history through the pipeline of `run`."""

from __future__ import annotations

import json as json_
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from driftline.processors.cli.reading import CouldNot, bar, console, counted
from driftline.processors.cli.replay_table import show, show_sweep
from driftline.processors.monitor import load_monitors
from driftline.processors.replay import Columns, Replay, Sweep, recommend
from driftline.processors.tables import Files
from driftline.processors.tables.times import instant


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
    sweep: Annotated[
        bool, typer.Option("--sweep", help="Try other budgets, windows and detectors, and recommend one.")
    ] = False,
    change: Annotated[
        list[str] | None,
        typer.Option(metavar="TIME", help="With --sweep: when something is known to have changed. Repeatable."),
    ] = None,
) -> None:
    """Replay a table with a time column: what would have alarmed, when, why, and how often.

    The rows go through the very pipeline of `driftline run`, with their time as its clock, as fast as it goes.
    Exit codes: 0 no alarm, 1 alarms, 2 could not.
    """
    columns = Columns(time, time_zone, version_column)
    if sweep:
        _sweep(data, monitor, columns, model, change or (), as_json=json)
        return
    try:
        replay = Replay(load_monitors(monitor), columns, model=model, told=_notice)
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


def _sweep(
    data: Sequence[str],
    monitor: Sequence[Path],
    columns: Columns,
    model: str | None,
    changes: Sequence[str],
    *,
    as_json: bool,
) -> None:
    try:
        known = [instant(text, columns.zone) for text in changes]
        sweep = Sweep(load_monitors(monitor), columns, changes=known, model=model, told=_notice)
        outcomes = []
        with counted("trying", quiet=as_json) as progress:
            for outcome in sweep.outcomes(Files(data), progress):
                outcomes.append(outcome)
                if as_json:
                    typer.echo(json_.dumps(outcome.to_dict(), ensure_ascii=False, allow_nan=False))
    except ValueError as error:
        raise CouldNot(str(error)) from error
    best, why = recommend(outcomes)
    if as_json:
        typer.echo(json_.dumps({"summary": {"recommended": best.candidate.to_dict(), "why": why}}))
    else:
        show_sweep(outcomes, best, why, console())


def _notice(text: str) -> None:
    console(stderr=True).print(f"note: {text}", style="yellow", markup=False, highlight=False)
