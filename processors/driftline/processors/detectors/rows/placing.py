"""Rows as points: every column a number, every number of one scale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from driftline.processors.statistics.rows.arrays import Floats
from driftline.processors.windows.row_sample import Column

MOST_CATEGORIES = 12
_FURTHEST = 6.0  # standard deviations: one wild value must not hide what all the others do


@dataclass(frozen=True, slots=True)
class Points:
    """Rows of both sides as points.

    Args:
        values: shape (rows, p), each column with mean 0 and variance 1 over all rows; constant ones are left out.
        owners: which field each column belongs to, shape (p,), a place in `fields`.
        fields: names.
    """

    values: Floats
    owners: NDArray[np.int64]
    fields: tuple[str, ...]


def place(fields: Sequence[tuple[str, Column]]) -> Points:
    """Columns of both sides, reference and window after each other, as points.

    Numbers stay one column, with a second one that says where they are missing, if anywhere; texts become one column
    for each of the commonest categories, `MOST_CATEGORIES` of them, missing being one. Nothing looks at which side a
    row is on: a null by relabelling stays exact.

    >>> place([("age", np.array([1.0, 3.0])), ("plan", np.array(["a", "b"], dtype=object))]).owners.tolist()
    [0, 1, 1]
    """
    columns, owners = [], []
    for at, (_, column) in enumerate(fields):
        for part in _texts(column) if column.dtype == object else _numbers(column):
            spread = part.std()
            if spread > 1e-12:
                columns.append(np.clip((part - part.mean()) / spread, -_FURTHEST, _FURTHEST))
                owners.append(at)
    rows = len(fields[0][1]) if fields else 0
    values = np.stack(columns, axis=1) if columns else np.zeros((rows, 0))
    return Points(values, np.array(owners, dtype=np.int64), tuple(name for name, _ in fields))


def _numbers(column: Column) -> Iterator[Floats]:
    values = np.asarray(column, dtype=np.float64)
    known = np.isfinite(values)
    if known.any():
        yield np.where(known, values, np.median(values[known]))
    if not known.all():
        yield known.astype(np.float64)


def _texts(column: Column) -> Iterator[Floats]:
    texts = np.array(["\0" if value is None else str(value) for value in column])
    names, counts = np.unique(texts, return_counts=True)
    for name in names[np.argsort(-counts, kind="stable")][:MOST_CATEGORIES]:
        yield (texts == name).astype(np.float64)
