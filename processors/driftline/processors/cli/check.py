"""`driftline check`: a table against a reference profile."""

from __future__ import annotations

import json as json_
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer

from driftline.processors.cli.check_table import show
from driftline.processors.cli.reading import CouldNot, bar, console, pairs
from driftline.processors.comparison import Check, Rules, check, check_chunks
from driftline.processors.comparison.rows import check_rows
from driftline.processors.comparison.treatment import check_treatment
from driftline.processors.monitor import Monitor, load_monitors
from driftline.processors.monitor.fairness import Fairness
from driftline.processors.profile import Profile
from driftline.processors.profile.rows_file import ProfileRows, load_rows, rows_path
from driftline.processors.tables import Files


def check_command(
    *,
    data: Annotated[
        list[str], typer.Argument(metavar="DATA...", help="CSV, Parquet, JSON lines: files, folders, 'patterns*'.")
    ],
    reference: Annotated[
        Path, typer.Option("--reference", "-r", metavar="PROFILE", help="The profile to compare with.")
    ],
    monitor: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Take minimum effects and the rules of fields from this monitor."),
    ] = None,
    alpha: Annotated[
        float, typer.Option(help="Chance that any field is in drift although nothing has changed (of each chunk).")
    ] = 0.01,
    minimum_effect: Annotated[
        list[str] | None,
        typer.Option(metavar="STAT=VALUE", help="The smallest score that matters, e.g. psi=0.1. Repeatable."),
    ] = None,
    chunk: Annotated[
        int | None, typer.Option(metavar="ROWS", min=1, help="Check every so many rows for themselves.")
    ] = None,
    rows: Annotated[
        bool,
        typer.Option(
            "--rows", help="Compare whole rows too, with those beside the profile (`driftline profile --rows`)."
        ),
    ] = False,
    fairness: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COLUMN",
            help="Compare the groups of this column; A,B is a combination. Repeatable; else the monitor's.",
        ),
    ] = None,
    favourable: Annotated[
        str | None,
        typer.Option(metavar="CLASS", help="The prediction that is good for the person; else the monitor's."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON object.")] = False,
) -> None:
    """Compare a table with a reference profile, at once.

    Rows are binned by the profile's bounds, so the figures are those that `driftline run` finds on the same traffic.
    Exit codes: 0 no drift, 1 drift, a profile column absent, a finding of quality or of rows,
    performance or the treatment of a group surely beyond a limit, 2 could not.
    """
    if rows and chunk is not None:
        raise typer.BadParameter("rows are compared once for the whole table: leave --chunk out", param_hint="--rows")
    if fairness and chunk is not None:
        raise typer.BadParameter(
            "groups are compared once for the whole table: leave --chunk out", param_hint="--fairness"
        )
    effects = _effects(minimum_effect)
    try:
        profile = Profile.load(reference)
        rules = Rules(alpha=alpha, minimum_effect=effects, monitor=_monitor(monitor, profile))
        with bar("checking", quiet=json) as progress:
            known = _rows_beside(reference, profile, needed=rows)
            files, given = Files(data), {"reference_rows": known, "progress": progress}
            results = list(_results(files, profile, rules, chunk, **given))
            if rows and known is not None:
                found = check_rows(Files(data), profile, known, alpha=alpha, progress=progress)
                results = [replace(results[0], whole_rows=found)]
            wanted = _treatment(rules.monitor, fairness, favourable)
            if wanted.attributes and chunk is None:
                treated = check_treatment(Files(data), profile, wanted, alpha=alpha, progress=progress)
                results = [replace(results[0], treatment=treated)]
    except ValueError as error:  # every error of tables, profiles, monitors and rules is one
        raise CouldNot(str(error)) from error
    _print(results, chunked=chunk is not None, as_json=json)
    raise typer.Exit(_exit_code(results))


def register(parent: typer.Typer) -> None:
    """Hang the command below `parent`."""
    parent.command("check")(check_command)


def _rows_beside(reference: Path, profile: Profile, *, needed: bool) -> ProfileRows | None:
    """The rows beside a profile; None without any, unless they are needed. Errors are estimated where that can be."""
    path = rows_path(reference)
    if not needed and not path.is_file():
        return None
    known = load_rows(path)
    if known.outputs and (hindered := _hindered(known, profile)):
        console(stderr=True).print(f"note: errors are not estimated: {hindered}", style="yellow", markup=False)
        return replace(known, outputs={})
    return known


def _hindered(known: ProfileRows, profile: Profile) -> str:
    if known.profile != profile.id:
        return "the rows beside the profile are of another one; make both with `driftline profile --rows`"
    return "" if find_spec("sklearn") else "pip install 'driftline[rows]'"


def _results(files: Files, profile: Profile, rules: Rules, chunk: int | None, **given: Any) -> Iterator[Check]:
    if chunk is not None:
        yield from check_chunks(files, profile, chunk, rules, **given)
        return
    yield check(files, profile, rules.alpha, rules.minimum_effect, monitor=rules.monitor, **given)


def _treatment(monitor: Monitor | None, columns: Sequence[str] | None, favourable: str | None) -> Fairness:
    """What the monitor asks of the treatment of groups, with what the command line says instead."""
    wanted = monitor.spec.fairness if monitor is not None else Fairness()
    told: dict[str, Any] = {}
    if columns:
        told["attributes"] = [each.split(",") for each in columns]
    if favourable is not None:
        told["favourable"] = favourable
    return Fairness.model_validate({**wanted.model_dump(by_alias=True, exclude_unset=True), **told}) if told else wanted


def _effects(given: Sequence[str] | None) -> dict[str, float]:
    effects = {}
    for name, value in pairs("--minimum-effect", given).items():
        try:
            effects[name] = float(value)
        except ValueError as error:
            hint = f"{name}={value}: {value!r} is no number"
            raise typer.BadParameter(hint, param_hint="--minimum-effect") from error
    return effects


def _monitor(path: Path | None, profile: Profile) -> Monitor | None:
    """The monitor in the file that serves the profile's model; the only one when the profile names no model."""
    if path is None:
        return None
    monitors = load_monitors([path])
    if profile.model_name is None and len(monitors) == 1:
        return next(iter(monitors))
    found = monitors.for_identity(profile.model_name or "", profile.model_version)
    if found.declared or not len(monitors):
        return found
    named = ", ".join(monitor.model for monitor in monitors)
    raise ValueError(
        f"{path}: monitors {named}, the profile is of {profile.model_name}: name the monitor of this model"
    )


def _print(results: Sequence[Check], *, chunked: bool, as_json: bool) -> None:
    if as_json:
        found = _in_chunks(results) if chunked else results[0].to_dict()
        typer.echo(json_.dumps(found, ensure_ascii=False, allow_nan=False))
        return
    for result in results:
        show(result, console())


def _in_chunks(results: Sequence[Check]) -> dict[str, Any]:
    return {"chunks": [result.to_dict() for result in results]}


def _exit_code(results: Sequence[Check]) -> int:
    if not any(result.judged for result in results):
        console(stderr=True).print(
            "error: no field could be judged: check that the columns are those of the profile, and 10 rows or more",
            style="red",
            markup=False,
            soft_wrap=True,
        )
        return 2
    found = any(
        result.drifted or result.absent or result.violated or result.changed_rows or result.too_bad or result.unequal
        for result in results
    )
    return 1 if found else 0
