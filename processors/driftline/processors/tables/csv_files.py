"""CSV files, a block at a time.

Types are read off the first block: integers are read as float64 (a later block may hold a decimal), and a column whose
first block is empty is tried as numbers. A column that later turns out not to be what it seemed is read as text from
that block on; whoever reads tables takes the mixture for text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from driftline.processors.tables.errors import TableError
from driftline.processors.tables.unpacking import unpacked

_BLOCK = 4 << 20
_COLUMN = re.compile(r"CSV column #(\d+)")


def read_csv(path: Path, told: Callable[[int], None]) -> Iterator[pa.RecordBatch]:
    """The file's rows. `,`, `;`, tab and `|` are told apart by the header line; `.gz` is unpacked."""
    delimiter = _delimiter(path)
    types = _types(path, delimiter)
    delivered = 0
    while True:
        try:
            for batch in _stream(path, delimiter, types, delivered, told):
                yield batch
                delivered += batch.num_rows
        except pa.ArrowInvalid as error:
            types = _relaxed(types, error)
        else:
            return


def _stream(
    path: Path, delimiter: str, types: dict[str, pa.DataType], skipped: int, told: Callable[[int], None]
) -> Iterator[pa.RecordBatch]:
    with path.open("rb") as raw, unpacked(path, raw) as file, _reader(file, delimiter, types, skipped) as reader:
        for batch in reader:
            yield batch
            told(raw.tell())


def _reader(file: Any, delimiter: str, types: dict[str, pa.DataType] | None, skipped: int = 0) -> Any:
    from pyarrow import csv

    return csv.open_csv(
        file,
        read_options=csv.ReadOptions(block_size=_BLOCK, skip_rows_after_names=skipped),
        parse_options=csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
        convert_options=csv.ConvertOptions(column_types=types, strings_can_be_null=True),
    )


def _types(path: Path, delimiter: str) -> dict[str, pa.DataType]:
    with path.open("rb") as raw, unpacked(path, raw) as file, _reader(file, delimiter, None) as reader:
        schema = reader.schema
    if repeated := sorted({name for name in schema.names if schema.names.count(name) > 1}):
        raise TableError(f"{path}: the header names {', '.join(repeated)} twice: every column needs its own name")
    if unreadable := [field.name for field in schema if pa.types.is_binary(field.type)]:
        raise TableError(f"{path}: {', '.join(unreadable)} is not UTF-8 text: save the file as UTF-8")
    return {field.name: _first_guess(field.type) for field in schema}


def _first_guess(type_: pa.DataType) -> pa.DataType:
    return pa.float64() if pa.types.is_integer(type_) or pa.types.is_null(type_) else type_


def _relaxed(types: dict[str, pa.DataType], error: pa.ArrowInvalid) -> dict[str, pa.DataType]:
    """The same types with the column the error names as text; the error itself when that cannot help."""
    named = _COLUMN.search(str(error))
    name = list(types)[int(named[1])] if named else None
    if name is None or types[name] == pa.string():
        raise error
    return {**types, name: pa.string()}


def _delimiter(path: Path) -> str:
    with path.open("rb") as raw, unpacked(path, raw) as file:
        header = file.readline().decode("utf-8", "replace")
    if not header.strip():
        raise TableError(f"{path}: the first line is empty: a CSV file begins with the names of its columns")
    return max(",;\t|", key=header.count)
