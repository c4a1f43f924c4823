"""Rows of arrays that grow: the bookkeeping shared by everything that keeps one row for each of many things."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
Span = slice | Rows
"""Rows as an index: a slice where they lie side by side, as a view costs less than a copy."""


def span_of(rows: Rows) -> Span:
    """The same rows as an index.

    >>> span_of(np.array([4, 5, 6])), span_of(np.array([4, 6])).tolist()
    (slice(4, 7, None), [4, 6])
    """
    if len(rows) and (np.diff(rows) == 1).all():
        return slice(int(rows[0]), int(rows[-1]) + 1)
    return rows


def grown(array: NDArray[Any], rows: int, fill: float = 0) -> NDArray[Any]:
    """A copy of `array` with `rows` rows, the new ones holding `fill`.

    >>> grown(np.array([1, 2]), 3, fill=-1).tolist()
    [1, 2, -1]
    """
    larger = np.full((rows, *array.shape[1:]), fill, dtype=array.dtype)
    larger[: len(array)] = array
    return larger


class Vacancies:
    """Hands out row numbers, lowest first at the start, and takes them back.

    >>> vacancies = Vacancies()
    >>> vacancies.take(), vacancies.take()
    (0, 1)
    >>> vacancies.give_back(0)
    >>> vacancies.take(), vacancies.used
    (0, 2)
    """

    def __init__(self) -> None:
        self.used = 0
        self._high = 0
        self._free: list[int] = []

    def take(self) -> int:
        self.used += 1
        if self._free:
            return self._free.pop()
        self._high += 1
        return self._high - 1

    def give_back(self, row: int) -> None:
        self.used -= 1
        self._free.append(row)

    @property
    def high(self) -> int:
        """One more than the highest row ever handed out."""
        return self._high


def unique_sums(rows: Rows, counts: NDArray[Any]) -> tuple[Rows, NDArray[Any]]:
    """Each row once, ascending, with the sum of its counts, (k,) and (k, B).

    >>> rows, counts = unique_sums(np.array([2, 0, 2]), np.array([[1], [5], [3]]))
    >>> rows.tolist(), counts.tolist()
    ([0, 2], [[5], [4]])
    """
    if not len(rows):
        return rows, counts
    order = np.argsort(rows, kind="stable")
    ordered = rows[order]
    first = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    return ordered[first], np.add.reduceat(counts[order], first, axis=0)
