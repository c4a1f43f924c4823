"""Columns that no reference knows: numbers in exponential buckets, text by category, as recorders without one do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from driftline.processors.profile.binning import Sorted
from driftline.processors.profile.exponential import Exponential
from driftline.processors.replay.binning import coded
from driftline.processors.replay.grid import Free
from driftline.processors.tables.columns import Nature, nature, numbers
from driftline.semconv import Defect

_USABLE = (Nature.NUMBER, Nature.BOOLEAN, Nature.TEXT)


class FreeColumns:
    """Remembers the kind of each column: that of its first batch with a value, as the recorder does."""

    def __init__(self) -> None:
        self._numeric: dict[str, bool] = {}

    def count(
        self, columns: Mapping[str, pa.Array], order: NDArray[np.intp] | None, edges: NDArray[np.int64]
    ) -> dict[str, list[Free | None]]:
        """Each column's counts in each cell; dates and lists are no fields, and a column without a value is none yet.

        Args:
            columns: name to column, (n,).
            order: brings the rows into the order of the cells.
            edges: the rows of cell i are those from `edges[i]` to `edges[i + 1]` in that order.
        """
        found: dict[str, list[Free | None]] = {}
        for name, array in columns.items():
            numeric = self._is_numeric(name, array, columns)
            if numeric is not None:
                found[name] = (_numbers if numeric else _categories)(array, order, edges.tolist())
        return found

    def _is_numeric(self, name: str, array: pa.Array, columns: Mapping[str, pa.Array]) -> bool | None:
        if name not in self._numeric:
            kind = nature(array.type)
            if kind not in _USABLE or array.null_count == len(array):
                return None
            answer = name in {"prediction", "outcome"} and any(each.split(".")[0] == "score" for each in columns)
            self._numeric[name] = kind is Nature.NUMBER and not answer  # a classifier's classes are no numbers
        return self._numeric[name]


def _numbers(array: pa.Array, order: NDArray[np.intp] | None, edges: list[int]) -> list[Free | None]:
    values = numbers(array)
    values = values if order is None else values[order]
    cells: list[Free | None] = []
    for start, end in pairwise(edges):
        ordered = Sorted.of(values[start:end])
        defects = {Defect.MISSING: ordered.missing, Defect.INVALID: ordered.invalid}
        held = Exponential.of(ordered.values) if len(ordered.values) else None
        cells.append(Free(held, {}, {defect: count for defect, count in defects.items() if count}))
    return cells


def _categories(array: pa.Array, order: NDArray[np.intp] | None, edges: list[int]) -> list[Free | None]:
    codes, texts = coded(array)
    codes = codes if order is None else codes[order]
    return [_counted(codes[start:end], texts) for start, end in pairwise(edges)]


def _counted(codes: NDArray[np.int64], texts: Sequence[object]) -> Free:
    distinct, first, counts = np.unique(codes, return_index=True, return_counts=True)
    free = Free()
    for at in np.argsort(first).tolist():
        text, count = texts[int(distinct[at])], int(counts[at])
        if isinstance(text, str):
            free.categories[text] = free.categories.get(text, 0) + count
        else:
            defect = Defect.MISSING if text is None else Defect.INVALID
            free.defects[defect] = free.defects.get(defect, 0) + count
    return free
