"""Finished binaries, kept under the user's cache and found again by what they were made from."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def cache_folder() -> Path:
    """`$XDG_CACHE_HOME/driftline`, or `~/.cache/driftline`."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "driftline"


def place(name: str, *made_from: str) -> Path:
    """Where the binary made from exactly this is kept, whether or not it is there yet."""
    digest = hashlib.sha256("\0".join(made_from).encode()).hexdigest()[:16]
    return cache_folder() / "bin" / digest / name


def keep(target: Path, make: Callable[[Path], Path]) -> Path:
    """The binary at `target`, made first when it is not there.

    Args:
        target: where it is kept.
        make: given an empty folder, leaves the finished file in it and says where.

    Two processes that want the same binary make it once; one that dies half way leaves nothing behind that looks
    finished.
    """
    with _locked(target):
        if not target.exists():
            with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
                made = make(Path(scratch))
                made.chmod(0o755)
                made.replace(target)
    return target


@contextmanager
def _locked(target: Path) -> Iterator[None]:
    target.parent.mkdir(parents=True, exist_ok=True)
    with (target.parent / f"{target.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
