"""The rows of one call: kept as they were before the model could change them, and recognised when they come again."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Rows:
    """A snapshot of the rows a model was asked about.

    `features` is a DataFrame (anything with `columns` and `to_numpy`), an array of shape (n, columns), or None where
    rows have no columns to speak of: sparse matrices and lists of documents, whose text must not become a category.
    `mark` is equal for equal rows and, but for a collision of 32 bits, unequal for others; None is equal to nothing.
    """

    features: Any
    names: tuple[str, ...] | None
    count: int
    mark: int | None


def snapshot(rows: Any, names: tuple[str, ...] | None) -> Rows:
    """Copy `rows` and fingerprint the copy. A model may scale its input in place, a host may reuse its buffer.

    `names` are the columns' names as the model knows them; they are used where the rows have none of their own and
    the number fits.

    >>> snapshot([[1.0, 2.0], [3.0, 4.0]], ("age", "income")).names
    ('age', 'income')
    >>> one, two, three = (snapshot([[value]], None).mark for value in (1, 1, 2))
    >>> one == two, one == three
    (True, False)
    >>> snapshot(["a whole document"], None).features is None
    True
    """
    if hasattr(rows, "columns") and hasattr(rows, "to_numpy"):
        frame = rows.copy() if hasattr(rows, "copy") else rows.clone()
        return Rows(frame, tuple(str(column) for column in frame.columns), len(frame), _frame_mark(frame))
    if hasattr(rows, "tocsr"):
        return Rows(None, None, int(rows.shape[0]), None)
    array = np.array(rows)
    if array.ndim == 1 and array.dtype.kind in "OUS":
        return Rows(None, None, len(array), _mark([array]))
    if array.ndim != 2:
        return Rows(None, None, len(array) if array.ndim else 1, _mark([array]))
    fitting = names if names is not None and len(names) == array.shape[1] else None
    return Rows(array, fitting, len(array), _mark([array]))


def _frame_mark(frame: Any) -> int:
    return _mark([np.asarray(frame[column]) for column in frame.columns])


def _mark(columns: list[NDArray[Any]]) -> int:
    mark = 0
    for column in columns:
        layout = f"{column.shape}{column.dtype}".encode()
        mark = zlib.crc32(_content(column), zlib.crc32(layout, mark))
    return mark


def _content(column: NDArray[Any]) -> bytes:
    if column.dtype.kind == "O":
        return repr(column.tolist()).encode()
    return np.ascontiguousarray(column).tobytes()
