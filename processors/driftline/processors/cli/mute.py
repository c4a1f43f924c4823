"""`driftline mute`: hush a known campaign."""

from __future__ import annotations

from typing import Annotated

import typer

from driftline.processors.cli.reference import Model, OneField
from driftline.processors.cli.remote import DEFAULT, By, Control, ask, person
from driftline.processors.documents import parse_duration


def register(parent: typer.Typer) -> None:
    """Hang the command below `parent`."""
    parent.command("mute")(mute)


def mute(
    *,
    model: Model,
    length: Annotated[str, typer.Option("--for", metavar="3d", help="How long, such as 90m, 12h, 3d.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; kept and shown.")],
    field: OneField = None,
    by: By = None,
    control: Control = DEFAULT,
) -> None:
    """Hush a model, or one field of it: no alarm, and nothing is learned from it. It ends by itself."""
    try:
        parse_duration(length)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--for") from error
    body = {"field": field, "for": length, "reason": reason, "by": person(by)}
    done = ask(control, "POST", model, "mute", body)
    typer.echo(f"{model}{f' {field}' if field else ''}: muted until {done['until']} by {done['by']}")
