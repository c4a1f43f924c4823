"""Rows that come twice: how many are equal, in every feature, to a row before them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from driftline.processors.profile.fields import CategoricalField, NumericField
from driftline.processors.profile.layout import CategoricalPlan, NumericPlan
from driftline.processors.tables.columns import Nature, category_rows, nature, numbers
from driftline.semconv import FieldRole

STRETCH = 100_000
"""Rows that are held against each other: more would take memory without end, and say no more of a share."""
_TRIED = 3
"""Numeric features looked at first: where all values of one are different, no two rows are equal."""

Codes = NDArray[np.float64] | NDArray[np.int64]


def features(fields: Iterable[NumericField | CategoricalField | NumericPlan | CategoricalPlan]) -> dict[str, bool]:
    """What tells rows apart: the features, and whether each is numeric. An outcome may not be known yet."""
    return {
        field.name: isinstance(field, NumericField | NumericPlan) for field in fields if field.role == FieldRole.FEATURE
    }


class Repeated:
    """Counts repeated rows over batches, each stretch of them by itself.

    Args:
        numeric: the columns that say whether two rows are equal, and whether each is numeric.
        stretch: rows held against each other, 1 or more.

    >>> batch = pa.RecordBatch.from_pydict({"age": [31, 31, 45, 31], "plan": ["a", "a", "a", "b"]})
    >>> repeated = Repeated({"age": True, "plan": False})
    >>> repeated.update(batch)
    >>> repeated.get()
    1
    """

    def __init__(self, numeric: Mapping[str, bool], stretch: int = STRETCH) -> None:
        self._numeric, self._stretch = numeric, stretch
        self._waiting: list[pa.RecordBatch] = []
        self._rows = self._counted = 0

    def update(self, batch: pa.RecordBatch) -> None:
        """Take in a batch; its rows are kept until their stretch is whole."""
        rest = batch.select([name for name in self._numeric if name in batch.schema.names])
        while self._rows + rest.num_rows >= self._stretch:
            room = self._stretch - self._rows
            self._counted += repeated_rows([*self._waiting, rest.slice(0, room)], self._numeric)
            rest, self._waiting, self._rows = rest.slice(room), [], 0
        self._waiting.append(rest)
        self._rows += rest.num_rows

    def get(self) -> int:
        """How many rows so far are equal to one before them in their stretch."""
        return self._counted + repeated_rows(self._waiting, self._numeric)


def repeated_rows(batches: Sequence[pa.RecordBatch], numeric: Mapping[str, bool]) -> int:
    """How many rows are equal to one before them in every column; what is missing, or unusable, is equal to its like.

    Args:
        batches: the rows.
        numeric: the columns, and whether each is numeric; a batch that lacks one has nothing in it.

    Cost: 1 ms for 100,000 rows where one of the first numeric columns never repeats, else up to 20 ms a column.
    """
    count = sum(batch.num_rows for batch in batches)
    for name in [name for name, is_number in numeric.items() if is_number][:_TRIED]:
        if _all_different(_values(batches, name)):
            return 0
    rows, groups = np.arange(count), np.zeros(count, dtype=np.int64)
    for name, is_number in numeric.items():
        rows, groups = _still_equal(rows, groups, _values(batches, name) if is_number else _texts(batches, name))
    return len(rows) - len(np.unique(groups)) if numeric else 0


def _values(batches: Sequence[pa.RecordBatch], name: str) -> NDArray[np.float64]:
    parts = [
        numbers(batch.column(name)) if name in batch.schema.names else np.full(batch.num_rows, np.nan)
        for batch in batches
    ]
    return parts[0] if len(parts) == 1 else np.concatenate([np.zeros(0), *parts])


def _texts(batches: Sequence[pa.RecordBatch], name: str) -> NDArray[np.int64]:
    """A column of categories as numbers, the same for the same text in every batch."""
    place: dict[str | None, int] = {None: 0}
    parts = [np.zeros(0, dtype=np.int64)]
    for batch in batches:
        column = batch.column(name) if name in batch.schema.names else None
        if column is None or nature(column.type) in (Nature.UNUSABLE, Nature.EMPTY):
            parts.append(np.zeros(batch.num_rows, dtype=np.int64))
            continue
        codes, texts = category_rows(column)
        parts.append(np.array([place.setdefault(text, len(place)) for text in texts], dtype=np.int64)[codes])
    return np.concatenate(parts)


def _all_different(values: NDArray[np.float64]) -> bool:
    ordered = np.sort(values)
    return bool((ordered[1:] > ordered[:-1]).all())  # NaN, which sorts last, is over nothing


def _still_equal(
    rows: NDArray[np.int64], groups: NDArray[np.int64], values: Codes
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The rows that still have an equal when one column more is looked at, and the groups of equal ones."""
    _, codes = np.unique(values[rows], return_inverse=True)
    _, found, times = np.unique(groups * (len(rows) + 1) + codes, return_inverse=True, return_counts=True)
    kept = times[found] > 1
    return rows[kept], np.asarray(found[kept], dtype=np.int64)
