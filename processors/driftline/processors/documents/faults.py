"""What is wrong with a file, as its author needs to read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where it stands, and what to write instead.

    >>> str(Fault(Path("credit.yaml"), 7, "spec.window.lenght", "unknown key; did you mean `length`?"))
    'credit.yaml:7: spec.window.lenght: unknown key; did you mean `length`?'
    """

    file: Path
    line: int
    where: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (f"{self.file}:{self.line}", self.where, self.message) if part)


class DocumentError(ValueError):
    """A file that cannot be used; `faults` holds everything that is wrong with it, its text one fault a line."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)
