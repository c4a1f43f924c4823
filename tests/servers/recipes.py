"""How a real server is made: built by Go from its module, or taken out of a Debian package. No root needed."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from tests.servers.cache import cache_folder

_NEEDS_GO: Final = "`make servers`, with Go 1.25 or newer on PATH (https://go.dev/dl)"


class RecipeError(Exception):
    """The machine lacks what the recipe needs, or the recipe failed; the message says what to run."""


class Recipe(Protocol):
    """One way to a binary."""

    def made_from(self) -> tuple[str, ...]:
        """What decides the content of the binary; the cache is keyed by it."""

    def make(self, folder: Path) -> Path:
        """Make the binary inside an empty folder. Raises RecipeError."""

    @property
    def needs(self) -> str:
        """The command that gets what the recipe needs."""


@dataclass(frozen=True, slots=True)
class GoPackage:
    """A program of a published Go module, built with `go install`."""

    package: str
    tags: str = ""
    linker_flags: str = "-s -w"

    def made_from(self) -> tuple[str, ...]:
        return (self.package, self.tags, self.linker_flags, _go_version())

    def make(self, folder: Path) -> Path:
        command = ["go", "install", "-trimpath", "-tags", self.tags, "-ldflags", self.linker_flags, self.package]
        _run(command, GOBIN=str(folder), CGO_ENABLED="0")
        return next(path for path in folder.iterdir() if path.is_file())

    @property
    def needs(self) -> str:
        return _NEEDS_GO


@dataclass(frozen=True, slots=True)
class GoModule:
    """A program of a published Go module that embeds pages its module does not hold: built from a copy with stubs.

    `go install` fails on such a module. Only the page a browser would show is a stub; program and API are whole.
    """

    module: str
    program: str
    """The main package's path inside the module."""
    pages: tuple[str, ...]
    """Paths inside the module of the gzipped pages it embeds."""
    linker_flags: str = "-s -w"

    def made_from(self) -> tuple[str, ...]:
        return (self.module, self.program, *self.pages, self.linker_flags, _go_version())

    def make(self, folder: Path) -> Path:
        told = json.loads(_run(["go", "mod", "download", "-json", self.module]))
        sources, built = folder / "sources", folder / "program"
        shutil.copytree(told["Dir"], sources, copy_function=shutil.copyfile)  # the module cache is read-only
        for path in (sources, *sources.rglob("*/")):
            path.chmod(0o755)
        for page in self.pages:
            (sources / page).parent.mkdir(parents=True, exist_ok=True)
            (sources / page).write_bytes(gzip.compress(b"no page in this build", mtime=0))
        command = ["go", "build", "-C", str(sources), "-trimpath", "-ldflags", self.linker_flags]
        _run([*command, "-o", str(built), f"./{self.program}"], CGO_ENABLED="0")
        return built

    @property
    def needs(self) -> str:
        return _NEEDS_GO


@dataclass(frozen=True, slots=True)
class GoSource:
    """A small Go program of our own, checked in beside its test."""

    folder: Path

    def made_from(self) -> tuple[str, ...]:
        sources = sorted(path for path in self.folder.iterdir() if path.suffix in {".go", ".mod", ".sum"})
        return (*(path.read_text(encoding="utf-8") for path in sources), _go_version())

    def make(self, folder: Path) -> Path:
        built = folder / "program"
        _run(["go", "build", "-C", str(self.folder), "-mod=readonly", "-trimpath", "-o", str(built), "."])
        return built

    @property
    def needs(self) -> str:
        return _NEEDS_GO


@dataclass(frozen=True, slots=True)
class DebianPackage:
    """A program of a Debian package, unpacked without being installed."""

    package: str
    program: str
    """Path inside the package."""

    def made_from(self) -> tuple[str, ...]:
        return (self.package, self.program, "debian")

    def make(self, folder: Path) -> Path:
        if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
            raise RecipeError(f"this is not a Debian: {self.needs}")
        self._download(folder)
        _run(["dpkg", "-x", str(next(folder.glob("*.deb"))), str(folder / "unpacked")])
        return folder / "unpacked" / self.program

    def _download(self, folder: Path) -> None:
        try:
            _run(["apt-get", "download", self.package], folder)
        except RecipeError:  # the machine's package lists are missing or old; ours are private, so no root is needed
            _run(["apt-get", "update", *_private_lists()], folder)
            _run(["apt-get", "download", *_private_lists(), self.package], folder)

    @property
    def needs(self) -> str:
        return f"`make servers` on a Debian, or put the program of Debian's package {self.package} on PATH"


@dataclass(frozen=True, slots=True)
class NpmPackages:
    """The packages of a lock file, in a folder's `node_modules`. Nothing of them is run while they are installed."""

    folder: Path
    """Holds `package.json` and `package-lock.json`."""

    def made_from(self) -> tuple[str, ...]:
        return ((self.folder / "package-lock.json").read_text(encoding="utf-8"), "npm")

    def make(self, folder: Path) -> Path:
        installed = folder / "packages"
        installed.mkdir()
        for name in ("package.json", "package-lock.json"):
            shutil.copy(self.folder / name, installed)
        _run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], installed)
        return installed

    @property
    def needs(self) -> str:
        return "`make servers`, with Node.js 20 or newer and its npm on PATH (https://nodejs.org)"


def _private_lists() -> list[str]:
    lists = cache_folder() / "apt" / "lists"
    (lists / "partial").mkdir(parents=True, exist_ok=True)
    return ["-o", f"Dir::State::Lists={lists}", "-o", f"Dir::Cache={lists.parent}", "-o", "APT::Sandbox::User="]


def _go_version() -> str:
    if shutil.which("go") is None:
        return "no go"
    return _run(["go", "env", "GOVERSION"]).strip()


def _run(command: list[str], cwd: Path | None = None, **environment: str) -> str:
    try:
        done = subprocess.run(
            command, cwd=cwd, env=os.environ | environment, check=True, capture_output=True, text=True, timeout=3000
        )
    except FileNotFoundError as missing:
        raise RecipeError(f"`{command[0]}` is not on PATH") from missing
    except subprocess.CalledProcessError as failed:
        raise RecipeError(f"`{' '.join(command)}` failed:\n{failed.stderr.strip()[-2000:]}") from failed
    except subprocess.TimeoutExpired as slow:
        raise RecipeError(f"`{' '.join(command)}` took over {slow.timeout:.0f} s") from slow
    return done.stdout
