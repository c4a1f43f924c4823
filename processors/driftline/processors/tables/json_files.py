"""JSON lines, some thousand at a time: one object a line, its keys the columns."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from driftline.processors.tables.errors import TableError
from driftline.processors.tables.memory import column_array
from driftline.processors.tables.unpacking import unpacked

_LINES = 1 << 14


def read_json_lines(path: Path, told: Callable[[int], None]) -> Iterator[pa.RecordBatch]:
    """The file's rows; a key that a line lacks is missing there, empty lines are skipped, `NaN` is read as missing."""
    with path.open("rb") as raw, unpacked(path, raw) as file:
        numbered = ((number, line) for number, line in enumerate(file, start=1) if line.strip())
        while chunk := list(islice(numbered, _LINES)):
            yield _batch([_row(path, number, line) for number, line in chunk])
            told(raw.tell())


def _batch(rows: list[dict[str, Any]]) -> pa.RecordBatch:
    names = dict.fromkeys(name for row in rows for name in row)
    return pa.record_batch({name: _column(name, [row.get(name) for row in rows]) for name in names})


def _column(name: str, values: list[Any]) -> pa.Array:
    return pa.array(values, type=pa.null()) if all(v is None for v in values) else column_array(name, values)


def _row(path: Path, number: int, line: bytes) -> dict[str, Any]:
    import orjson

    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError:
        row = _lenient(path, number, line)
    if not isinstance(row, dict):
        raise TableError(
            f"{path}:{number}: holds {_shown(line)}: JSON lines hold one object a line, no array around them"
        )
    return row


def _lenient(path: Path, number: int, line: bytes) -> Any:
    """Python's own reader takes NaN and Infinity, which Python's own writer writes."""
    try:
        return json.loads(line)
    except ValueError as error:
        raise TableError(f"{path}:{number}: {error}: {_shown(line)} is not one JSON object on one line") from error


def _shown(line: bytes) -> str:
    text = line.decode("utf-8", "replace").strip()
    return text if len(text) <= 40 else text[:40] + "..."
