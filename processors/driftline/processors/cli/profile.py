"""`driftline profile` and `driftline profile merge`."""

from __future__ import annotations

from functools import partial
from json import dumps
from math import isfinite
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from driftline.processors.cli.reading import CouldNot, bar, console, pairs
from driftline.processors.estimation import reference_performance
from driftline.processors.profile import Profile, ProfileError
from driftline.processors.profile.blocks import BlockOptions
from driftline.processors.profile.build import build_profile
from driftline.processors.profile.merge import merge_profiles
from driftline.processors.profile.options import Options
from driftline.processors.profile.rows_file import MOST_ROWS, profile_rows, rows_path, save_rows
from driftline.processors.statistics.performance.buckets import BucketFigure
from driftline.processors.tables import Files, TableError

Data = Annotated[
    list[str], typer.Argument(metavar="DATA...", help="CSV, Parquet, JSON lines: files, folders, 'patterns*'.")
]
Out = Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help="Where to write the profile (JSON).")]


class _MakeByDefault(TyperGroup):
    """`profile DATA...` makes a profile; only `profile merge` is a command of its own. (A file named so: ./merge.)"""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        first = args[0] if args else "--help"
        return super().parse_args(ctx, args if first in self.commands else ["make", *args])


app = typer.Typer(
    cls=_MakeByDefault, help="Make the reference profile of a model from its training data, or merge two."
)


@app.command(
    "make",
    hidden=True,
    epilog="`driftline profile merge A B -o C` makes one profile of two.  Exit codes: 0 written, 2 could not.",
)
def make(
    *,
    data: Data,
    output: Out,
    role: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN=ROLE", help="feature, prediction, score or outcome. Repeatable."),
    ] = None,
    kind: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN=KIND", help="numeric or categorical. Repeatable.")
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN", help="Leave this column out. Repeatable.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="The model's name, as its server calls it.")] = None,
    model_version: Annotated[str | None, typer.Option(help="The model's version.")] = None,
    bins: Annotated[int, typer.Option(min=2, help="Buckets of a numeric field, about.")] = 20,
    max_categories: Annotated[
        int, typer.Option(min=1, help="Categories of a field that go by name; the rest counts as other.")
    ] = 256,
    threshold: Annotated[float, typer.Option(help="Score from which the model decides for the positive class.")] = 0.5,
    positive: Annotated[
        str | None, typer.Option(metavar="CLASS", help="The outcome class that the score speaks for.")
    ] = None,
    like: Annotated[
        Path | None, typer.Option(metavar="PROFILE", help="Take fields, bounds and categories from this profile.")
    ] = None,
    block: Annotated[
        str | None,
        typer.Option(metavar="LENGTH", help="Measure how fields scatter between blocks this long, about a window: 1d."),
    ] = None,
    time: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="With --block: when a row happened. It is no field.")
    ] = None,
    time_zone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="With --block: the zone of times that say none.")
    ] = None,
    rows: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=50,
            max=MOST_ROWS,
            help="Keep N raw rows beside the profile (OUT.rows.parquet): for `rows`, and errors of a regression.",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print what was made as one JSON object.")] = False,
) -> None:
    """Make the reference profile of a model from the rows it was trained on.

    Numbers become counts in quantile buckets, text and booleans counts of categories; no row is kept, unless --rows
    asks for some in a file of their own. The profile goes to the model server (`DRIFTLINE_REFERENCE`), to
    `driftline check` or into a monitor.
    """
    try:
        options = Options(
            roles=pairs("--role", role),
            kinds=pairs("--kind", kind),
            ignore=frozenset((*(ignore or ()), *((time,) if time else ()))),
            bins=bins,
            max_categories=max_categories,
            threshold=threshold,
            positive=positive,
            model=model,
            version=model_version,
        )
        reference = Profile.load(like) if like else None
        blocks = BlockOptions.read(block, time, time_zone) if block else None
        with bar("profiling", quiet=json) as progress:
            profile = build_profile(
                Files(data), options, like=reference, blocks=blocks, told=_notice, progress=progress
            )
        _write(profile, output, as_json=json)
        if rows is not None:
            save_rows(profile_rows(Files(data), profile, rows, seed=0), rows_path(output))
    except (TableError, ProfileError) as error:
        raise CouldNot(str(error)) from error


@app.command("merge")
def merge(
    *,
    first: Annotated[Path, typer.Argument(metavar="A", help="A profile.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="Another of the same model.")],
    output: Out,
    json: Annotated[bool, typer.Option("--json", help="Print what was made as one JSON object.")] = False,
) -> None:
    """Merge two profiles of the same model.

    Made on the same bounds (`driftline profile ... --like A`) they equal the profile of all rows; where bounds differ,
    buckets are joined to the edges both have, and a notice says so.
    """
    try:
        _write(merge_profiles(Profile.load(first), Profile.load(second), _notice), output, as_json=json)
    except ProfileError as error:
        raise CouldNot(str(error)) from error


def register(parent: typer.Typer) -> None:
    """Hang the commands below `parent`."""
    parent.add_typer(app, name="profile")


def _notice(text: str) -> None:
    console(stderr=True).print(f"note: {text}", style="yellow", markup=False, highlight=False)


def _write(profile: Profile, output: Path, *, as_json: bool) -> None:
    profile.save(output)
    known = reference_performance(profile)
    if as_json:
        made = {"path": str(output), "id": profile.id, "rows": profile.rows}
        fields = {"fields": [field.name for field in profile.fields]}
        performance = {"performance": [_figure(each) for each in known]} if known else {}
        typer.echo(dumps({**made, **fields, **performance}, ensure_ascii=False))
        return
    say = partial(console().print, markup=False, highlight=False, soft_wrap=True)
    say(f"{output}: {len(profile.fields)} fields of {profile.rows:,} rows, id {profile.id[:12]}")
    told = [f"{each.figure.metric} {each.figure.value:.4g}" for each in known if each.figure.value is not None]
    if told:
        say(f"on these rows, where estimates begin: {', '.join(told)} (rows that the model learned from flatter it)")


def _figure(found: BucketFigure) -> dict[str, object]:
    """As `check --json` writes one; without a value where the rows do not define it."""
    known = {key: value for key, value in found.figure._asdict().items() if value is not None}
    return {**known, "binning_error": found.binning_error} if isfinite(found.binning_error) else known
