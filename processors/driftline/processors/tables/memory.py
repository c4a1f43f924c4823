"""Tables in memory: a mapping of arrays, a DataFrame, an Arrow table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from driftline.processors.categories import category_text
from driftline.processors.tables.errors import TableError
from driftline.processors.tables.table import Progress, silent

_ROWS = 1 << 20  # rows a batch: sorting a longer column at once costs memory and gains nothing


class Memory:
    """A table whose columns are at hand already."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table

    @property
    def size(self) -> int:
        return int(self._table.num_rows)

    def batches(self, progress: Progress = silent) -> Iterator[pa.RecordBatch]:
        done = 0
        for batch in self._table.to_batches(max_chunksize=_ROWS):
            yield batch
            done += batch.num_rows
            progress(done, self.size)

    def sha256(self) -> None:
        return None


def memory_table(data: Any) -> Memory:
    """A mapping of columns, a DataFrame (pandas, polars, anything with `columns`) or an Arrow table, as a table.

    Columns are one-dimensional and of one length; lists with mixed values become category text. Nothing is copied
    where the column is a numpy array of numbers.

    Raises:
        TableError: no columns, columns of different lengths, a column with more than one dimension.

    >>> [batch.num_rows for batch in memory_table({"age": np.arange(3.0), "plan": ["a", "b", None]}).batches()]
    [3]
    """
    if isinstance(data, pa.Table):
        return Memory(data)
    if isinstance(data, pa.RecordBatch):
        return Memory(pa.Table.from_batches([data]))
    if isinstance(data, Mapping):
        return Memory(_columns({str(name): values for name, values in data.items()}))
    if hasattr(data, "to_arrow"):
        return Memory(data.to_arrow())
    if hasattr(data, "columns") and hasattr(data, "__getitem__"):
        return Memory(_columns({str(name): data[name] for name in data.columns}))
    raise TableError(
        f"a {type(data).__name__} is not a table: pass a mapping of column name to array, a DataFrame, an Arrow table "
        "or a path; an array without names as {f'x{i}': array[:, i] for i in range(array.shape[1])}"
    )


def _columns(columns: Mapping[str, Any]) -> pa.Table:
    arrays = {name: column_array(name, values) for name, values in columns.items()}
    lengths = {name: len(array) for name, array in arrays.items()}
    if not arrays:
        raise TableError("the table has no columns")
    if len(set(lengths.values())) > 1:
        shown = ", ".join(f"{name}: {length}" for name, length in lengths.items())
        raise TableError(f"columns differ in length ({shown}): every column needs one value a row")
    return pa.table(arrays)


def column_array(name: str, values: Any) -> pa.Array | pa.ChunkedArray:
    """One column as Arrow, whatever it came as; a mixture of types as category text."""
    if isinstance(values, pa.Array | pa.ChunkedArray):
        return values
    if isinstance(getattr(values, "dtype", None), np.dtype):
        return _from_numpy(name, values)
    try:
        return pa.array(values, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
        return _mixed(list(values))


def _from_numpy(name: str, values: Any) -> pa.Array:
    mask = np.ma.getmaskarray(values) if isinstance(values, np.ma.MaskedArray) else None
    array = np.asarray(values)
    if array.ndim != 1:
        raise TableError(f"column {name} has {array.ndim} dimensions: a column is one value a row")
    if array.dtype.kind not in "fiubmM":
        return _objects(array, mask)
    native = array.astype(array.dtype.newbyteorder("="), copy=False)  # Arrow takes no foreign byte order
    return pa.array(native, mask=mask)


def _objects(array: Any, mask: Any) -> pa.Array:
    try:
        return pa.array(array, mask=mask, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
        return _mixed(array.tolist())


def _mixed(values: list[Any]) -> pa.Array:
    """Numbers too large for an integer stay numbers; everything else that Arrow cannot type becomes category text."""
    if all(value is None or (isinstance(value, int | float) and not isinstance(value, bool)) for value in values):
        return pa.array([None if value is None else _float(value) for value in values], type=pa.float64())
    return pa.array([_any_text(value) for value in values], type=pa.string())


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:  # an integer of over 308 digits
        return float("inf") if value > 0 else float("-inf")


def _any_text(value: Any) -> str | None:
    plain = value.item() if isinstance(value, np.generic) else value
    simple = plain is None or isinstance(plain, str | bool | int | float)
    return category_text(plain) if simple else str(plain)
