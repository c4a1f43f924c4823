"""`driftline schema`: the JSON Schemas that editors and CI check files with."""

from __future__ import annotations

import sys
from enum import StrEnum
from importlib.resources import files
from typing import Annotated

import typer


class Shape(StrEnum):
    """The files that people write or keep."""

    MONITOR = "monitor"
    CONFIG = "config"
    PROFILE = "profile"


def register(parent: typer.Typer) -> None:
    """Add the command to `driftline`."""
    parent.command("schema")(schema)


def schema(
    shape: Annotated[Shape, typer.Argument(help="monitor: ModelMonitor files; config: driftline.yaml; profile.")],
) -> None:
    """Print the JSON Schema of a file, for editors and for CI.

    Example: driftline schema monitor > monitor.schema.json
    """
    sys.stdout.write((files(f"driftline.processors.{shape}") / f"{shape}.schema.json").read_text(encoding="utf-8"))
