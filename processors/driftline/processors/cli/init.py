"""`driftline init`: a first monitor, from a profile or from traffic."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from driftline.processors.cli.reading import CouldNot, console
from driftline.processors.cli.remote import DEFAULT, Control, ask

if TYPE_CHECKING:
    from driftline.processors.drafting import Known


def register(parent: typer.Typer) -> None:
    """Add the command to `driftline`."""
    parent.command("init")(init)


def init(
    *,
    profile: Annotated[
        Path | None, typer.Argument(metavar="PROFILE", help="A profile of the model; without it, traffic is read.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(metavar="NAME", help="The model; default: the one the profile names.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Default: MODEL.yaml; `-` is stdout.")
    ] = None,
    owner: Annotated[str | None, typer.Option(metavar="TEAM", help="Who is told.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    control: Control = DEFAULT,
) -> None:
    """Write a first monitor file for a model, each line with its reason.

    With a PROFILE, from its fields; with --model alone, from what a running processor sees of the model. A field that
    would only make noise, one that looks like an identifier, is shown and does not alarm.

    Exit codes: 0 written, 2 not.

    Example: driftline init credit.profile.json --owner risk
    """
    from driftline.processors.drafting import draft

    known = _of_profile(profile, model, output) if profile is not None else _of_traffic(model, control)
    text = draft(known, owner)
    if output == Path("-"):
        typer.echo(text, nl=False)
        return
    target = output or Path(f"{known.model.replace(os.sep, '-')}.yaml")
    _write(target, text, force=force)
    say = console().print
    say(f"wrote {target}: {len(known.fields)} fields of {known.model}", markup=False, highlight=False, soft_wrap=True)
    say(f"next: driftline validate {target}", markup=False, highlight=False, soft_wrap=True)


def _of_profile(path: Path, model: str | None, output: Path | None) -> Known:
    from driftline.processors.drafting import known_of_profile
    from driftline.processors.profile import Profile

    folder = Path() if output is None or output == Path("-") else output.parent
    try:
        return known_of_profile(Profile.load(path), os.path.relpath(path, folder), model)
    except (OSError, ValueError) as error:  # a profile's errors are ValueErrors
        raise CouldNot(str(error)) from error


def _of_traffic(model: str | None, control: str) -> Known:
    from driftline.processors.drafting import known_of_traffic

    if model is None:
        raise CouldNot("which model? Give a profile of it, or its name with --model")
    return known_of_traffic(ask(control, "GET", model, ""), control)


def _write(target: Path, text: str, *, force: bool) -> None:
    try:
        with target.open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise CouldNot(f"{target} is there already: write to another with -o, or over it with --force") from error
    except OSError as error:
        raise CouldNot(f"{target} cannot be written: {error.strerror}") from error
