"""`driftline outcomes load`: what proved true, from files to a running processor."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from driftline.processors.cli.reading import CouldNot, bar
from driftline.processors.cli.remote import DEFAULT, Control, post_lines

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from driftline.processors.tables.times import TimeColumn

ROWS = 5_000
"""Outcomes of one request."""


def register(parent: typer.Typer) -> None:
    """Hang the commands below `parent`."""
    group = typer.Typer(help="What proved true of predictions.", no_args_is_help=True)
    group.command("load")(load)
    parent.add_typer(group, name="outcomes")


def load(
    *,
    data: Annotated[list[Path], typer.Argument(metavar="FILE...", help="CSV, Parquet, JSON lines; folders, globs.")],
    prediction_id: Annotated[str, typer.Option("--id", metavar="COLUMN", help="The prediction's id.")] = "id",
    label: Annotated[str | None, typer.Option(metavar="COLUMN", help="The class that proved true.")] = None,
    value: Annotated[str | None, typer.Option(metavar="COLUMN", help="The number that proved true.")] = None,
    time: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="When it was known. Default: now; of two the later one counts.")
    ] = None,
    time_zone: Annotated[str | None, typer.Option(metavar="ZONE", help="Of times that say none.")] = None,
    model: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose predictions. Default: every model's of the id.")
    ] = None,
    control: Control = DEFAULT,
    as_json: Annotated[bool, typer.Option("--json", help="The counts as JSON.")] = False,
) -> None:
    """Load outcomes from files into a running processor. Loading a file twice changes nothing.

    Example: driftline outcomes load paid.parquet --id order_id --label paid --time paid_at
    """
    from driftline.processors.tables import TableError, open_table

    if (label is None) == (value is None):
        raise typer.BadParameter("name one of --label COLUMN and --value COLUMN", param_hint="--label")
    columns = {"id": prediction_id, "label": label, "value": value}
    wanted = {key: column for key, column in columns.items() if column is not None}
    done: Counter[str] = Counter()
    try:
        table = open_table(data)
        when = _times(time, time_zone)
        with bar("outcomes", quiet=as_json) as progress:
            for batch in table.batches(progress):
                for lines in _lines(batch, wanted, when, model):
                    done += _counts(post_lines(control, "/v1/outcomes", lines))
    except TableError as error:
        raise CouldNot(str(error)) from error
    typer.echo(json.dumps(done) if as_json else _said(done))


def _times(column: str | None, zone: str | None) -> TimeColumn | None:
    from driftline.processors.tables.times import TimeColumn

    return None if column is None else TimeColumn(column, zone)


def _lines(
    batch: pa.RecordBatch, wanted: dict[str, str], when: TimeColumn | None, model: str | None
) -> Iterator[list[str]]:
    """The rows of a batch as JSON lines, some thousand at a time. What is empty is left out: the answer counts it."""
    from driftline.processors.tables import TableError

    missing = [column for column in wanted.values() if column not in batch.schema.names]
    if missing:
        raise TableError(f"no column {missing[0]}: name one of {', '.join(batch.schema.names[:20])}")
    columns = {key: batch.column(column).to_pylist() for key, column in wanted.items()}
    if when is not None:
        columns["time"] = _written(when.read(batch))
    fixed = {} if model is None else {"model": model}
    rows = [
        json.dumps({key: each for key, each in zip(columns, row, strict=True) if each is not None} | fixed)
        for row in zip(*columns.values(), strict=True)
    ]
    yield from (rows[start : start + ROWS] for start in range(0, len(rows), ROWS))


def _written(times_ns: NDArray[np.int64]) -> list[str | None]:
    """RFC 3339 to the microsecond; None where a row has no time."""
    import numpy as np

    from driftline.processors.tables.times import UNKNOWN

    known = times_ns != UNKNOWN
    texts = np.datetime_as_string(np.where(known, times_ns, 0).astype("datetime64[ns]"), unit="us")
    return [f"{text}Z" if has else None for text, has in zip(texts.tolist(), known.tolist(), strict=True)]


def _counts(answer: dict[str, Any]) -> Counter[str]:
    return Counter({**answer["results"], "received": answer["received"], "unreadable": answer["errors"]})


def _said(done: Counter[str]) -> str:
    parts = [f"{number} {result}" for result, number in done.items() if result != "received" and number]
    return f"{done['received']} outcomes: {', '.join(parts) or 'nothing'}"
