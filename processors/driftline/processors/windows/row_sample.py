"""Rows as columns by name, with what each arrived with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64] | NDArray[np.object_]
"""Of n rows: numbers, float64 (n,), NaN where missing; texts, object (n,), None where missing; or vectors, (n, d)."""


@dataclass(frozen=True, slots=True)
class RowSample:
    """Rows of one side of a comparison.

    Args:
        columns: name to column, all of one length.
        blocks: of each row, the number of what it arrived with: a flush, a call, a stretch of a table; shape (n,).
    """

    columns: Mapping[str, Column]
    blocks: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.blocks)

    def in_stretches(self, rows: int) -> RowSample:
        """The same rows, every `rows` of them in a row one block: as a table's rows stand beside those of flushes.

        >>> RowSample({}, np.arange(5)).in_stretches(2).blocks.tolist()
        [0, 0, 1, 1, 2]
        """
        return RowSample(self.columns, np.arange(len(self)) // max(rows, 1))

    @property
    def rows_a_block(self) -> int:
        """The median size of a block; 1 without rows."""
        return int(np.median(np.unique(self.blocks, return_counts=True)[1])) if len(self) else 1


def column_of(cells: Sequence[object]) -> Column | None:
    """A column from cells, each a number, a text, a vector or None for missing; None where they are no column.

    Numbers and texts together are texts; vectors of several lengths, or beside single values, are no column.

    >>> column_of([1.0, None]).tolist(), column_of(["a", None]).tolist()
    ([1.0, nan], ['a', None])
    >>> column_of([np.zeros(2), None]).shape, column_of([np.zeros(2), np.zeros(3)]) is None
    ((2, 2), True)
    """
    vectors = [cell for cell in cells if isinstance(cell, np.ndarray)]
    if vectors:
        widths = {len(vector) for vector in vectors}
        if len(widths) > 1 or any(not isinstance(cell, np.ndarray) for cell in cells if cell is not None):
            return None
        missing = np.full(widths.pop(), np.nan)
        return np.stack([cell if isinstance(cell, np.ndarray) else missing for cell in cells])
    if any(isinstance(cell, str) for cell in cells):
        return np.array([None if cell is None else str(cell) for cell in cells], dtype=object)
    return np.array(cells, dtype=np.float64)  # None becomes NaN
