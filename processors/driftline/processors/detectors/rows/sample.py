"""Rows of both sides, as columns by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64] | NDArray[np.object_]
"""Of n rows: numbers, float64 (n,), NaN where missing; texts, object (n,), None where missing; or vectors, (n, d)."""


@dataclass(frozen=True, slots=True)
class RowSample:
    """The rows of one side.

    Args:
        columns: name to column, all of one length.
        blocks: of each row, the number of what it arrived with: a flush, a call, a stretch of a table; shape (n,).
    """

    columns: Mapping[str, Column]
    blocks: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.blocks)
