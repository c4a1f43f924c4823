"""What a host hands over as features, as columns. Nothing is imported for its sake: shapes are told by their methods.

| features | read as |
|---|---|
| a mapping of single values | one row |
| a mapping of arrays, lists or Series of one length | a batch; single values beside them hold for each row |
| the same, with a single `prediction` or `score` | one row: a list in a cell is `invalid` |
| an array of shape (m,), a list of values, a Series | one row |
| an array of shape (n, m), a list of lists, of tuples or of mappings | a batch |
| a DataFrame, an Arrow table or record batch | a batch |
| sparse matrices, arrays of more dimensions | rows are counted, no fields are kept |
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from driftline.instrumentation.recorder.errors import ShapeError
from driftline.instrumentation.recorder.fields import Column

_SMALL = 1 << 16


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns with their names, each of length `rows`. `rows` is None where no features were given."""

    names: tuple[str, ...]
    columns: Sequence[Column]
    rows: int | None
    owned: bool = False
    """Whether the arrays are copies already."""


def read_columns(features: Any, names: Sequence[str] | None, *, single: bool = False) -> Columns:
    """Read features; see the table at the top of this module. Arrays may be views: copy before the host goes on.

    Args:
        features: the host's rows.
        names: of the columns, where the features bring none; else `x0`, `x1`, ...
        single: the host gave one prediction or score, so a mapping is one row.

    Raises:
        ShapeError: columns of different lengths, the wrong number of names, something that is no rows at all.

    >>> read_columns({"age": [31, 44], "region": "eu"}, None).columns
    [[31, 44], ['eu', 'eu']]
    >>> read_columns([31, "eu"], None).names
    ('x0', 'x1')
    """
    if features is None:
        return Columns((), [], None)
    if isinstance(features, Mapping):
        return _from_mapping(features, single=single)
    if hasattr(features, "tocsr"):
        return Columns((), [], int(features.shape[0]))
    return _from_frame(features) if hasattr(features, "columns") else _from_lines(features, names)


def _from_lines(features: Any, names: Sequence[str] | None) -> Columns:
    if isinstance(features, list | tuple):
        return _from_list(features, names)
    if hasattr(features, "index") and hasattr(features, "to_numpy"):
        return _row(features.tolist(), names if names is not None else [str(name) for name in features.index])
    return _from_array(np.asarray(features), names)


def is_sequence(value: Any) -> bool:
    """Whether a value holds one value for each of several rows.

    >>> [is_sequence(value) for value in ([1], np.zeros(2), "text", np.float64(1), {"a": 1})]
    [True, True, False, False, False]
    """
    try:
        return _is_sequence(value)
    except Exception:  # noqa: BLE001 - a value of the host may raise anything when looked at
        return False


def _is_sequence(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return True
    if isinstance(value, np.ndarray):
        return value.ndim > 0
    return hasattr(value, "__len__") and any(hasattr(value, name) for name in ("to_numpy", "to_pylist", "__array__"))


def as_column(values: Any) -> Column:
    """A sequence as an array of numbers, or as a list of anything.

    >>> as_column(np.array([1, 2])), as_column(np.array([True])), as_column((1, "a"))
    (array([1, 2]), [True], [1, 'a'])
    """
    if isinstance(values, np.ndarray):
        return _from_numpy(values)
    if isinstance(values, list | tuple):
        return list(values)
    if hasattr(values, "to_pylist"):
        return values.to_pylist() if values.null_count else _from_numpy(np.asarray(values))
    if hasattr(values, "to_list") and callable(getattr(values, "null_count", None)) and values.null_count():
        return list(values.to_list())
    return _from_numpy(np.asarray(values.to_numpy() if hasattr(values, "to_numpy") else values))


def _from_numpy(values: np.ndarray[Any, Any]) -> Column:
    if isinstance(values, np.ma.MaskedArray) or values.dtype.kind in "bU":
        return list(values.tolist())
    return values if values.ndim == 1 and values.dtype.kind in "fiu" else list(values)


def _from_mapping(features: Mapping[Any, Any], *, single: bool) -> Columns:
    names = tuple(map(str, features))
    values = list(features.values())
    alike = None if single else _alike(names, values)
    return alike or _mixed(names, values, single=single)


def _alike(names: tuple[str, ...], values: list[Any]) -> Columns | None:
    """A batch whose columns are all lists, or all short arrays of doubles; None for any other. Looks at no value."""
    kinds = set(map(type, values))
    if kinds != {list} and not (kinds == {np.ndarray} and all(map(_is_double, values))):
        return None
    lengths = set(map(len, values))
    if len(lengths) > 1:
        return None
    rows = lengths.pop()
    if kinds == {list}:
        return Columns(names, list(map(list, values)), rows)
    return Columns(names, list(np.concatenate(values).reshape(len(values), rows)), rows, owned=True)


def _is_double(values: np.ndarray[Any, Any]) -> bool:
    return values.dtype == np.float64 and values.ndim == 1 and values.size <= _SMALL


def _mixed(names: tuple[str, ...], values: list[Any], *, single: bool) -> Columns:
    lengths = set() if single else {len(value) for value in values if is_sequence(value)}
    if len(lengths) > 1:
        raise ShapeError(f"columns differ in length ({sorted(lengths)}): every column needs one value a row")
    if not lengths:
        return Columns(names, [[value] for value in values], 1)
    rows = lengths.pop()
    return Columns(names, [as_column(value) if is_sequence(value) else [value] * rows for value in values], rows)


def _from_frame(frame: Any) -> Columns:
    if hasattr(frame, "num_rows"):  # Arrow, a table or a record batch
        names = list(frame.schema.names)
        columns = [as_column(frame.column(at)) for at in range(len(names))]
        return Columns(tuple(names), columns, int(frame.num_rows))
    names = list(frame.columns)
    if hasattr(frame, "iloc"):  # by place: names may repeat
        columns = [_with_gaps(as_column(frame.iloc[:, at])) for at in range(len(names))]
    else:
        columns = [as_column(frame[name]) for name in names]
    return Columns(tuple(map(str, names)), columns, len(frame))


def _with_gaps(column: Column) -> Column:
    """A column of pandas, where a value that is missing is written NaN."""
    if isinstance(column, np.ndarray) and column.dtype.kind == "f" and np.isnan(column).any():
        return [None if math.isnan(value) else value for value in column.tolist()]
    return column


def _from_list(rows: Sequence[Any], names: Sequence[str] | None) -> Columns:
    if not rows:
        return Columns((), [], 0)
    if all(isinstance(row, Mapping) for row in rows):
        found = dict.fromkeys(name for row in rows for name in row)
        return Columns(tuple(map(str, found)), [[row.get(name) for row in rows] for name in found], len(rows))
    if not all(is_sequence(row) for row in rows):
        return _row(rows, names)
    width = len(rows[0])
    if any(len(row) != width for row in rows):
        raise ShapeError("rows differ in length: every row needs one value a column")
    columns = [list(column) for column in zip(*rows, strict=True)]
    return Columns(_names(names, width), columns, len(rows))


def _from_array(array: np.ndarray[Any, Any], names: Sequence[str] | None) -> Columns:
    if array.dtype.names:
        flat = array.reshape(-1)
        return Columns(array.dtype.names, [as_column(flat[name]) for name in array.dtype.names], len(flat))
    if array.ndim == 0:
        raise ShapeError(f"a {array.dtype} is no row: pass a mapping, an array of shape (n, columns) or a DataFrame")
    if array.ndim == 1:
        return _row(array.tolist(), names)
    if array.ndim > 2:
        return Columns((), [], len(array))
    copied = array.dtype.kind in "fiu" and array.size <= _SMALL  # one copy of all is cheaper than one a column
    columns = list(np.array(array.T, order="C")) if copied else [_from_numpy(line) for line in array.T]
    return Columns(_names(names, array.shape[1]), columns, len(array), copied)


def _row(values: Sequence[Any], names: Sequence[str] | None) -> Columns:
    return Columns(_names(names, len(values)), [[value] for value in values], 1)


def _names(names: Sequence[str] | None, width: int) -> tuple[str, ...]:
    if names is None:
        return tuple(f"x{at}" for at in range(width))
    if len(names) != width:
        raise ShapeError(f"{len(names)} names for {width} columns: pass one name a column")
    return tuple(map(str, names))
