"""The commands and how they end."""

from __future__ import annotations

import sys
import traceback
from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

COMMANDS = (
    "run",
    "demo",
    "profile",
    "check",
    "replay",
    "init",
    "validate",
    "render",
    "grafana",
    "explain",
    "reference",
    "mute",
    "unmute",
    "outcomes",
    "schema",
)
"""Each is a module of this room with a `register(app)`; help lists them so."""


class _InOrder(TyperGroup):
    """Lists commands as `COMMANDS` does; Typer by itself puts those that have commands of their own last."""

    def list_commands(self, ctx: Any) -> list[str]:
        return sorted(super().list_commands(ctx), key=COMMANDS.index)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer's callback signature
    if wanted:
        typer.echo(f"driftline {version('driftline')}")
        raise typer.Exit


def _root(
    *,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Model monitoring on OpenTelemetry: distributions in, calibrated drift alarms out."""


def application(command: str | None = None) -> typer.Typer:
    """The command line; with only one command when its name is known, so that it need not wait for the others."""
    app = typer.Typer(
        name="driftline",
        cls=_InOrder,
        no_args_is_help=True,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        epilog="Exit codes: 0 fine, 1 drift or a finding, 2 could not do it.",
    )
    app.callback()(_root)
    for name in (command,) if command in COMMANDS else COMMANDS:
        import_module(f"driftline.processors.cli.{name}").register(app)
    return app


def invoke() -> int:
    """Run the command that the arguments name; a crash is 2, never 1, because 1 means drift."""
    try:
        application(sys.argv[1] if len(sys.argv) > 1 else None)()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 2 if end.code else 0
    except Exception:  # noqa: BLE001 - the last guard: without it Python would exit 1, "drift"
        traceback.print_exc()
        sys.stderr.write("This is a bug in Driftline: please report it with the lines above.\n")
        return 2
    return 0
