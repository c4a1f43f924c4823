"""`driftline reference`: what a model is compared with, and making its present windows that."""

from __future__ import annotations

import json as json_
from typing import Annotated, Any

import typer

from driftline.processors.cli.reading import console
from driftline.processors.cli.remote import DEFAULT, By, Control, ask, person

Model = Annotated[str, typer.Argument(metavar="MODEL", help="The model's name.")]
OneField = Annotated[str | None, typer.Option("--field", metavar="F", help="Only this field of it.")]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why; kept and shown.")]
Json = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]


def register(parent: typer.Typer) -> None:
    """Hang the commands below `parent`."""
    group = typer.Typer(no_args_is_help=True, help="What a model is compared with; accept its present windows.")
    group.command("accept")(accept)
    group.command("reset")(reset)
    group.command("list")(show)
    parent.add_typer(group, name="reference")


def accept(
    *, model: Model, field: OneField = None, by: By = None, reason: Reason = "", control: Control = DEFAULT
) -> None:
    """Make the present windows the reference, after a change that is legitimate.

    Fields warm up until their window holds nothing of what was accepted. It holds until `driftline reference reset`, or
    until another profile is declared or announced.
    """
    done = ask(control, "POST", model, "reference", {"field": field, "by": person(by), "reason": reason})
    for name, observations in done["fields"].items():
        typer.echo(f"{model} {name}: accepted with {observations:,} observations, by {done['by']} at {done['at']}")
    for name in done["restarted"]:
        typer.echo(f"{model} {name}: its season is learned anew from now on")


def reset(
    *, model: Model, field: OneField = None, by: By = None, reason: Reason = "", control: Control = DEFAULT
) -> None:
    """Take accepted windows back."""
    done = ask(control, "DELETE", model, "reference", {"field": field, "by": person(by), "reason": reason})
    typer.echo(f"{model}: {done['windows']} accepted windows taken back")


def show(*, model: Model, control: Control = DEFAULT, json: Json = False) -> None:
    """List what each field of a model is compared with."""
    found = ask(control, "GET", model, "reference")
    if json:
        typer.echo(json_.dumps(found, ensure_ascii=False))
        return
    from rich.table import Table

    table = Table("version", "segment", "field", "kind", "observations", "age", "id", "accepted")
    for each in found["fields"]:
        segment = ", ".join(f"{name}={value}" for name, value in each["segment"].items())
        table.add_row(each["version"] or "", segment, each["field"], *_words(each["reference"]))
    console().print(table)


def _words(reference: dict[str, Any] | None) -> tuple[str, ...]:
    if reference is None:
        return "none yet", "", "", "", ""
    accepted = reference.get("accepted")
    said = f"{accepted['by']}, {accepted['at']}: {accepted['reason']}" if accepted else ""
    age = f"{reference['age_seconds']:,.0f} s"
    return reference["kind"], f"{reference['observations']:,}", age, reference["id"][:12], said
