"""Columns to counts, one row of counts for each cell: rows of a batch that share a pane and a group.

The rows of cell i are those from `edges[i]` to `edges[i + 1]`. Large cells are counted one by one; where they are
small, one search over the whole batch and one `bincount` give the same counts for less.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from driftline.processors.profile.binning import counted
from driftline.processors.replay.layout import CategoricalColumn, NumericColumn
from driftline.processors.tables.columns import Nature, category_rows, nature

Counts = NDArray[np.int64]
_WORTH_THE_CALLS = 300
"""Rows a cell from which counting each cell for itself costs less than searching every value's bucket."""


def numeric_counts(column: NumericColumn, values: NDArray[np.float64], edges: Counts) -> Counts:
    """Counts of values (n,) in each cell, (cells, column.width).

    >>> column = NumericColumn("age", "feature", 0, np.array([30.0]), 18, 90)
    >>> numeric_counts(column, np.array([20.0, 30.0, 95.0, np.nan]), np.array([0, 2, 4])).tolist()
    [[2, 0, 0, 0, 0], [0, 1, 1, 0, 1]]
    """
    cells = len(edges) - 1
    if len(values) >= cells * _WORTH_THE_CALLS:
        return _one_by_one(column, values, edges)
    return _searched(column, values, edges)


def _one_by_one(column: NumericColumn, values: NDArray[np.float64], edges: Counts) -> Counts:
    rows = np.zeros((len(edges) - 1, column.width), dtype=np.int64)
    for row, (start, end) in zip(rows, pairwise(edges.tolist()), strict=True):
        found = counted(values[start:end], column.bounds, column.low, column.high)
        row[:-3] = found.counts
        row[-3:] = found.missing, found.invalid, found.outside
    return rows


def _searched(column: NumericColumn, values: NDArray[np.float64], edges: Counts) -> Counts:
    cells, buckets = len(edges) - 1, len(column.bounds) + 1
    cell = np.repeat(np.arange(cells), np.diff(edges))
    place = np.searchsorted(column.bounds, values)
    place[np.isnan(values)] = buckets
    place[np.isinf(values)] = buckets + 1
    rows = _count(cell, place, cells, column.width)
    outside = ((values < column.low) | (values > column.high)) & np.isfinite(values)
    rows[:, -1] = np.bincount(cell[outside], minlength=cells)
    return rows


def category_counts(
    column: CategoricalColumn, array: pa.Array, order: NDArray[np.intp] | None, edges: Counts
) -> Counts:
    """Counts of a column in each cell, (cells, column.width); `order` brings its rows into the order of the cells."""
    cells, other = len(edges) - 1, len(column.places)
    codes, texts = coded(array)
    onto = np.array([_place(column, text, other) for text in texts], dtype=np.int64)
    places = onto[codes if order is None else codes[order]]
    counted = _count(np.repeat(np.arange(cells), np.diff(edges)), places, cells, column.width)
    if not column.open_ended:
        counted[:, -1] = counted[:, other]
    return counted


def coded(array: pa.Array) -> tuple[Counts, list[str | Invalid | None]]:
    """Each row's category as an index into the texts beside it; None for missing, `INVALID` for what is none."""
    if nature(array.type) in (Nature.UNUSABLE, Nature.MOMENT) or pa.types.is_duration(array.type):
        return array.is_valid().to_numpy(zero_copy_only=False).astype(np.int64), [None, INVALID]
    codes, texts = category_rows(array)
    return codes, [INVALID if text in _INFINITE and pa.types.is_floating(array.type) else text for text in texts]


class Invalid:
    """The type of `INVALID`."""


INVALID = Invalid()
_INFINITE = ("inf", "-inf")


def _place(column: CategoricalColumn, text: str | Invalid | None, other: int) -> int:
    if text is None:
        return other + 1
    if isinstance(text, Invalid):
        return other + 2
    return column.places.get(text, other)


def _count(cell: Counts, place: Counts, cells: int, width: int) -> Counts:
    counted = np.bincount(cell * width + place, minlength=cells * width)
    return counted.reshape(cells, width).astype(np.int64, copy=False)
