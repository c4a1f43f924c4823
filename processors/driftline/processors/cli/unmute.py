"""`driftline unmute`: judge again what was muted."""

from __future__ import annotations

import typer

from driftline.processors.cli.reference import Model, OneField, Reason
from driftline.processors.cli.remote import DEFAULT, By, Control, ask, person


def register(parent: typer.Typer) -> None:
    """Hang the command below `parent`."""
    parent.command("unmute")(unmute)


def unmute(
    *, model: Model, field: OneField = None, by: By = None, reason: Reason = "", control: Control = DEFAULT
) -> None:
    """End the mute of a field, or all mutes of a model, before their time."""
    done = ask(control, "DELETE", model, "mute", {"field": field, "by": person(by), "reason": reason})
    typer.echo(f"{model}{f' {field}' if field else ''}: unmuted, judged again at the next look ({done['mutes']} ended)")
