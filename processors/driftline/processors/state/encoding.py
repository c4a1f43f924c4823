"""What is kept, as bytes: JSON for documents, npz for columns, each with its format's version and a checksum.

No pickle: reading a state file runs nothing.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import numpy as np

from driftline.processors.state.errors import CorruptStateError
from driftline.processors.windows import Columns

JSON = "json/1"
COLUMNS = "npz/1"


def encode(value: Any) -> tuple[str, bytes]:
    """The format's name and the bytes.

    Raises:
        TypeError: a document holds what JSON cannot, or a column Python objects.

    >>> encode({"alarms": 2})
    ('json/1', b'{"alarms":2}')
    """
    if isinstance(value, Columns):
        buffer = io.BytesIO()
        save: Callable[..., None] = np.savez  # numpy before 2.1 keeps `allow_pickle` as a column, so it is not passed
        save(buffer, **{name: _portable(column) for name, column in value.items()})
        return COLUMNS, buffer.getvalue()
    return JSON, json.dumps(value, separators=(",", ":")).encode()


def decode(form: str, body: bytes) -> Any:
    """What was encoded.

    Raises:
        CorruptStateError: the format is unknown, or the bytes are not of it.
    """
    try:
        if form == JSON:
            return json.loads(body)
        if form == COLUMNS:
            with np.load(io.BytesIO(body), allow_pickle=False) as columns:
                return Columns({name: columns[name] for name in columns.files})
    except (ValueError, KeyError, EOFError, OSError, zipfile.BadZipFile) as error:
        raise CorruptStateError(f"an entry of the state file is not {form}: {error}") from error
    raise CorruptStateError(f"the state file holds the unknown format {form!r}: it is of a newer version")


def digest(form: str, body: bytes) -> str:
    """A checksum over format and bytes."""
    return sha256(form.encode() + b"\0" + body).hexdigest()


def _portable(column: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    if column.dtype.hasobject:
        raise TypeError("a column of Python objects would need pickle: give it a dtype of numbers or text")
    return np.ascontiguousarray(column.astype(column.dtype.newbyteorder("<"), copy=False))
