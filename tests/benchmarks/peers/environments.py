"""A virtual environment for each peer, made once under ~/.cache/driftline/peers, with pinned requirements."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HOME = Path.home() / ".cache" / "driftline" / "peers"
PYTHON = "3.11"


class PeerError(Exception):
    """A peer cannot be installed or does not run; says why."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A package measured beside ours.

    Args:
        title: its name in the tables.
        requirement: itself, pinned.
        pins: what it needs besides, so that a fresh install works; each is there for a reason.
    """

    title: str
    requirement: str
    pins: tuple[str, ...] = ()


PEERS: Mapping[str, Peer] = {
    "evidently": Peer("Evidently", "evidently==0.7.23", ("pandas==3.0.6",)),  # a later pandas lost a name it imports
    "nannyml": Peer("NannyML", "nannyml==0.13.1", ("pandas<3", "statsmodels")),  # imports the latter, names it nowhere
    "whylogs": Peer("whylogs", "whylogs[viz]==1.6.4", ("numpy<2", "pandas<3")),  # needs names that numpy 2 removed
    "alibi_detect": Peer("Alibi Detect", "alibi-detect==0.13.0"),
    "scouter": Peer("Scouter", "scouter-ml==0.25.0", ("numpy<3",)),
    "frouros": Peer("Frouros", "frouros==0.9.0"),
    "river": Peer("River", "river==0.26.1"),
}


def interpreter(name: str) -> Path:
    """The python of a peer's environment, which is made where it is not there or its requirements have changed.

    Raises:
        PeerError: it cannot be installed.
    """
    peer, folder = PEERS[name], HOME / name
    wanted, made = "\n".join((peer.requirement, *peer.pins)), folder / "requirements.txt"
    python = folder / "bin" / "python"
    if not made.exists() or made.read_text() != wanted:
        _run(_uv(), "venv", "--quiet", "--clear", "--python", PYTHON, str(folder))
        _run(_uv(), "pip", "install", "--quiet", "--python", str(python), peer.requirement, *peer.pins)
        made.write_text(wanted)
    return python


def megabytes(name: str) -> float:
    """What its environment holds, without the interpreter, in units of 1,000,000 bytes."""
    packages = HOME / name / "lib" / f"python{PYTHON}" / "site-packages"
    return sum(path.stat().st_size for path in packages.rglob("*") if path.is_file()) / 1e6


def version(name: str) -> str:
    """The pinned version."""
    return PEERS[name].requirement.partition("==")[2]


def _uv() -> str:
    found = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if found is None:
        raise PeerError("no uv: install it with `python -m pip install uv`")
    return found


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["it said nothing"]
        raise PeerError(f"{' '.join(command[1:3])} failed: {said[-1]}")
