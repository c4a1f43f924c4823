"""The commands and how they end."""

from __future__ import annotations

import sys
import traceback
from importlib.metadata import version
from typing import Annotated

import typer

from driftline.processors.cli import check, demo, profile, run, schema

app = typer.Typer(
    name="driftline",
    help="Model monitoring on OpenTelemetry: distributions in, calibrated drift alarms out.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 fine, 1 drift or a finding, 2 could not do it.",
)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer's callback signature
    if wanted:
        typer.echo(f"driftline {version('driftline')}")
        raise typer.Exit


@app.callback()
def _root(
    *,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Model monitoring on OpenTelemetry: distributions in, calibrated drift alarms out."""


run.register(app)
profile.register(app)
check.register(app)
demo.register(app)
schema.register(app)


def invoke() -> int:
    """Run the command that the arguments name; a crash is 2, never 1, because 1 means drift."""
    try:
        app()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 2 if end.code else 0
    except Exception:  # noqa: BLE001 - the last guard: without it Python would exit 1, "drift"
        traceback.print_exc()
        sys.stderr.write("This is a bug in Driftline: please report it with the lines above.\n")
        return 2
    return 0
