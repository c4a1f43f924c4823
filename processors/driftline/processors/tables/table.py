"""A table: named columns in Arrow batches that can be read as often as one likes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol, runtime_checkable

import pyarrow as pa

Progress = Callable[[int, int], None]
"""Called with what is done and what there is, in the table's own `size`."""


def silent(done: int, total: int) -> None:
    """The progress nobody watches."""


@runtime_checkable
class Table(Protocol):
    """Columns in batches. Batches may differ in their types, and a batch may lack a column: its rows are missing."""

    @property
    def size(self) -> int:
        """What one reading takes, in bytes for files and rows in memory: the total of the progress."""
        ...

    def batches(self, progress: Progress = silent) -> Iterator[pa.RecordBatch]:
        """The rows, in order. Raises TableError when they cannot be read."""
        ...

    def sha256(self) -> str | None:
        """Hash of the content, or None for a table that has no bytes of its own (one in memory)."""
        ...
