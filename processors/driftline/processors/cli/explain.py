"""`driftline explain`: why a model is in drift, or was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from json import dumps
from typing import Annotated
from urllib.parse import urlencode

import typer

from driftline.processors.cli.reading import console
from driftline.processors.cli.remote import DEFAULT, Control, ask


def register(parent: typer.Typer) -> None:
    """Hang the command below `parent`."""
    parent.command("explain", epilog="Exit codes: 0 not in drift, 1 in drift, 2 could not.")(explain)


def explain(
    *,
    model: Annotated[str, typer.Argument(help="The model's name, `ml.model.name`.")],
    field: Annotated[str | None, typer.Option(metavar="FIELD", help="Only this field of it.")] = None,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="The alarm that was going on then: 2026-11-24T14:03Z, or 14:03 of the last 24 hours (UTC).",
        ),
    ] = None,
    control: Control = DEFAULT,
    json: Annotated[bool, typer.Option("--json", help="Print the processor's answer, one JSON object.")] = False,
) -> None:
    """Say why a model is in drift: what moved, how far that moves its output, who carries it, what changed then.

    Of a model that is not in drift it shows what comes nearest to it.

    Example: driftline explain credit --field income
    """
    wanted = {"field": field, "at": None if at is None else time_text(at, datetime.now(UTC))}
    query = urlencode({name: value for name, value in wanted.items() if value is not None})
    found = ask(control, "GET", model, f"explain?{query}")
    if json:
        typer.echo(dumps(found, indent=2, ensure_ascii=False))
    else:
        from driftline.processors.cli.explain_table import show

        show(found, console(), field=field, at=at)
    raise typer.Exit(1 if found["drift"] else 0)


def time_text(given: str, now: datetime) -> str:
    """RFC 3339 of a time as a person gives it; a time of day is the latest one there was.

    Raises:
        typer.BadParameter: it is no time.

    >>> now = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
    >>> time_text("12:30", now), time_text("14:03", now), time_text("2026-11-20 09:00", now)
    ('2026-11-24T12:30:00+00:00', '2026-11-23T14:03:00+00:00', '2026-11-20T09:00:00+00:00')
    """
    try:
        if "-" not in given:
            hour, minute = (int(part) for part in given.split(":"))
            found = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
            return (found if found <= now else found - timedelta(days=1)).isoformat()
        found = datetime.fromisoformat(given)
    except ValueError as error:
        raise typer.BadParameter(
            f"{given!r} is no time: write 2026-11-24T14:03Z or 14:03", param_hint="--at"
        ) from error
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).isoformat()
