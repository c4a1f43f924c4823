"""Tables: rows from files or memory, in Arrow batches."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from driftline.processors.tables.errors import TableError
from driftline.processors.tables.files import Files
from driftline.processors.tables.memory import Memory, memory_table
from driftline.processors.tables.table import Progress, Table, silent

__all__ = ["Files", "Memory", "Progress", "Table", "TableError", "open_table", "silent"]


def open_table(data: Any) -> Table:
    """Whatever holds rows, as a table: paths (one or several), a mapping of arrays, a DataFrame, an Arrow table.

    >>> open_table({"age": [31, 45]}).size
    2
    """
    if isinstance(data, str | Path):
        return Files([data])
    if isinstance(data, Sequence) and data and all(isinstance(item, str | Path) for item in data):
        return Files(data)
    return data if isinstance(data, Files | Memory) else memory_table(data)
