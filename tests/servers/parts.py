"""Which real parts the tests know, and where each is found: PATH, then the cache, then its recipe."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.servers.cache import keep, place
from tests.servers.recipes import DebianPackage, GoModule, GoPackage, GoSource, NpmPackages, Recipe, RecipeError

_PROMETHEUS_FLAGS: Final = "-s -w -X github.com/prometheus/common/version.Version=3.16.0"


class MissingPartError(Exception):
    """A real part is not on this machine. `command` is what would get it."""

    def __init__(self, part: Part, reason: str) -> None:
        self.part = part
        self.command = part.recipe.needs
        super().__init__(f"{part}: {reason}; to get it: {self.command}")


@dataclass(frozen=True, slots=True)
class Part:
    """One program in one version. `minutes` is what making it costs on two idle cores, said before it is made."""

    name: str
    version: str
    recipe: Recipe
    minutes: float
    on_path: bool = True
    """Whether a program of this name and version on PATH will do."""

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


_VERSION: Final = "-s -w -X github.com/prometheus/common/version.Version"
_ALERTMANAGER: Final = "github.com/prometheus/alertmanager"
_PROMETHEUS: Final = "github.com/prometheus/prometheus/cmd"
PARTS: Final = (
    Part("prometheus", "2.42", DebianPackage("prometheus", "usr/bin/prometheus"), 0.3),
    Part(
        "prometheus",
        "3.16.0",
        GoPackage(f"{_PROMETHEUS}/prometheus@v0.316.0", "remove_all_sd", _PROMETHEUS_FLAGS),
        4,
    ),
    Part("promtool", "2.42", DebianPackage("prometheus", "usr/bin/promtool"), 0.3),
    Part("promtool", "3.16.0", GoPackage(f"{_PROMETHEUS}/promtool@v0.316.0", "remove_all_sd", _PROMETHEUS_FLAGS), 2),
    Part(  # Debian's own looks for its templates where only an installed package has them
        "alertmanager",
        "0.25",
        GoPackage(f"{_ALERTMANAGER}/cmd/alertmanager@v0.25.0", linker_flags=f"{_VERSION}=0.25.0"),
        1,
    ),
    Part("amtool", "0.25", DebianPackage("prometheus-alertmanager", "usr/bin/amtool"), 0.3),
    Part(
        "alertmanager",
        "0.34.2",
        GoModule(f"{_ALERTMANAGER}@v0.34.2", "cmd/alertmanager", ("ui/app/dist/index.html.gz",), f"{_VERSION}=0.34.2"),
        2,
    ),
    Part(
        "amtool",
        "0.34.2",
        GoPackage(f"{_ALERTMANAGER}/cmd/amtool@v0.34.2", linker_flags=f"{_VERSION}=0.34.2"),
        1,
    ),
    Part(
        "grafana_schema",
        "13.2.3",
        NpmPackages(Path(__file__).parents[1] / "processors" / "rendering" / "grafana" / "schema"),
        0.2,
        on_path=False,
    ),
    Part(
        "operator_check",
        "0.85.0",
        GoSource(Path(__file__).parents[1] / "processors" / "rendering" / "operator_check"),
        1.5,
        on_path=False,
    ),
    Part(
        "schema_check",
        "0.0.19",
        GoSource(Path(__file__).parents[1] / "semconv" / "schema_check"),
        0.2,
        on_path=False,
    ),
)


def find(name: str, version: str) -> Path:
    """Where the part is, without making it; quick.

    Raises:
        MissingPartError: it is neither on PATH in this version nor in the cache.
    """
    part = _part(name, version)
    found = _on_path(part) or _kept(part)
    if found is None:
        raise MissingPartError(part, "not on PATH in this version and not in the cache")
    return found


def find_or_build(name: str, version: str) -> Path:
    """Where the part is, made first when it is not there; that can take minutes.

    Raises:
        MissingPartError: it is not there and cannot be made on this machine.
    """
    part = _part(name, version)
    try:
        return find(name, version)
    except MissingPartError:
        return _make(part)


def _make(part: Part) -> Path:
    try:
        return keep(_place(part), part.recipe.make)
    except RecipeError as reason:
        raise MissingPartError(part, str(reason)) from reason


def _part(name: str, version: str) -> Part:
    for part in PARTS:
        if (part.name, part.version) == (name, version):
            return part
    known = ", ".join(map(str, PARTS))
    raise LookupError(f"no part {name} {version}; known: {known}. Add it to tests/servers/parts.py")


def _place(part: Part) -> Path:
    return place(part.name, part.version, *part.recipe.made_from())


def _kept(part: Part) -> Path | None:
    kept = _place(part)
    return kept if kept.exists() else None


def _on_path(part: Part) -> Path | None:
    program = shutil.which(part.name) if part.on_path else None
    if program is None:
        return None
    told = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30, check=False)
    return Path(program) if f"version {part.version}" in told.stdout + told.stderr else None
