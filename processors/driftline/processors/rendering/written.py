"""Rendered files on disk: written where they changed, compared, and the ones no monitor gives any more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MARK: Final = "# Written by `driftline render`; change the monitor, not this file."
"""The first line of every rendered file whose format knows comments."""


@dataclass(frozen=True, slots=True)
class Differences:
    """How a folder differs from what is rendered; paths below it, sorted."""

    changed: tuple[str, ...]
    """Missing, or with another text."""
    left: tuple[str, ...]
    """Written by us once, and rendered no more."""


def differences(folder: Path, files: Mapping[str, str]) -> Differences:
    """Compare a folder with rendered files; nothing is written.

    Args:
        folder: where they are, or would be; it need not exist.
        files: text by path below it. Only folders that some of them are in are searched for what is left.
    """
    changed = [path for path, text in files.items() if _text(folder / path) != text]
    return Differences(tuple(sorted(changed)), tuple(sorted(set(_ours(folder, files)) - set(files))))


def write(folder: Path, files: Mapping[str, str], paths: tuple[str, ...]) -> None:
    """Write the files at these paths, making folders as need be. Raises OSError."""
    for path in paths:
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(files[path], encoding="utf-8")


def _text(place: Path) -> str | None:
    try:
        return place.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError):
        return None


def _ours(folder: Path, files: Mapping[str, str]) -> Iterator[str]:
    for parent in {(folder / path).parent for path in files}:
        for place in parent.glob("*"):
            if place.is_file() and _is_ours(place):
                yield place.relative_to(folder).as_posix()


def _is_ours(place: Path) -> bool:
    if place.suffix == ".json":
        return place.name.startswith("driftline-")
    return (_text(place) or "").startswith(MARK)
