"""`driftline replay`: history through the pipeline of `run`."""

from __future__ import annotations

import json as json_
from pathlib import Path
from typing import Annotated

import typer

from driftline.processors.cli.reading import CouldNot, bar, console, counted
from driftline.processors.cli.replay_progress import steps
from driftline.processors.cli.replay_table import show, show_sweep
from driftline.processors.monitor import load_monitors
from driftline.processors.replay import Columns, Replay, Sweep, read_actions, recommend
from driftline.processors.replay.history import Watch
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
    outcome: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN", help="What proved true; default: the column that the profile, or its name, says it is."
        ),
    ] = None,
    outcome_time: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="When that was known; default: at once.")
    ] = None,
    time_zone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="The zone of times that say none: UTC, Europe/Berlin.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(metavar="NAME", help="The model of the table, where monitors are of several.")
    ] = None,
    mutes: Annotated[
        Path | None,
        typer.Option(
            metavar="SOURCE",
            help="Put the mutes of those days in force again: the folder of `run --state`, or a file with what "
            "/v1/models/NAME/actions answers.",
        ),
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
    Exit codes: 0 no alarm, 1 alarms, or performance surely beyond a limit, 2 could not.
    """
    columns = Columns(time, time_zone, version_column, outcome, outcome_time)
    try:
        monitors = load_monitors(monitor)
        actions = () if mutes is None else read_actions(mutes, Watch.of(monitors, model).model)
        if sweep:
            known = [instant(text, columns.zone) for text in change or ()]
            tried = Sweep(monitors, columns, changes=known, model=model, actions=actions, told=_notice)
            _sweep(tried, Files(data), as_json=json)
            return
        replay = Replay(monitors, columns, model=model, actions=actions, told=_notice)
        with steps(quiet=json) as shown:
            for line in replay.lines(Files(data), everything=everything, progress=shown.read, reached=shown.reached):
                if json:
                    typer.echo(json_.dumps(line, ensure_ascii=False, allow_nan=False))
    except ValueError as error:  # every error of tables, profiles, monitors and replays is one
        raise CouldNot(str(error)) from error
    if not json:
        show(replay, console())
    if not (replay.judged or replay.merits.summary()):
        raise CouldNot("no field could be judged: check the reference, the columns, and that windows hold enough rows")
    raise typer.Exit(1 if replay.alarms.all or replay.merits.violations else 0)


def register(parent: typer.Typer) -> None:
    """Hang the command below `parent`."""
    parent.command("replay")(replay_command)


def _sweep(sweep: Sweep, files: Files, *, as_json: bool) -> None:
    outcomes = []
    with bar("reading", quiet=as_json) as read, counted("trying", quiet=as_json) as tried:
        for outcome in sweep.outcomes(files, tried, read):
            outcomes.append(outcome)
            if as_json:
                typer.echo(json_.dumps(outcome.to_dict(), ensure_ascii=False, allow_nan=False))
    best, why = recommend(outcomes)
    if as_json:
        typer.echo(json_.dumps({"summary": {"recommended": best.candidate.to_dict(), "why": why}}))
    else:
        show_sweep(outcomes, best, why, console())


def _notice(text: str) -> None:
    console(stderr=True).print(f"note: {text}", style="yellow", markup=False, highlight=False)
