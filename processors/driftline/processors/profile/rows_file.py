"""Rows beside a profile: what a profile of distributions cannot hold. Raw values; written only where asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from driftline.processors.profile.errors import ProfileError
from driftline.processors.profile.model import Profile
from driftline.processors.tables import Progress, Table, silent
from driftline.processors.tables.sampling import sample_rows

SUFFIX = ".rows.parquet"
_KEY = b"driftline"
_VERSION = "rows/v1"

Cells = NDArray[np.float64] | NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class ProfileRows:
    """Rows of the table that a profile was made from.

    Args:
        profile: the profile's id.
        model, version: whose it is; None where nobody said.
        columns: column to numbers (n,), texts (n,) or vectors (n, d); NaN and None where missing.
    """

    profile: str
    model: str | None
    version: str | None
    columns: Mapping[str, Cells]


def rows_path(profile: Path) -> Path:
    """Where the rows of a profile lie: `credit.profile.json` has `credit.profile.rows.parquet` beside it."""
    return profile.with_suffix(SUFFIX)


def profile_rows(table: Table, profile: Profile, rows: int, seed: int, *, progress: Progress = silent) -> ProfileRows:
    """A sample of the table's rows: features of the profile, and columns of vectors, which profiles leave out.

    Raises:
        TableError: the table cannot be read.
    """
    features = {field.name: field.kind == "categorical" for field in profile.fields if field.role == "feature"}
    found = sample_rows(table, rows, np.random.default_rng(seed), features, progress=progress)
    columns = {name: cells for name, cells in found.items() if name in features or cells.ndim == 2}
    return ProfileRows(profile.id, profile.model_name, profile.model_version, columns)


def save_rows(rows: ProfileRows, path: Path) -> None:
    """Write rows as Parquet.

    Raises:
        ProfileError: the file cannot be written.
    """
    named = {"driftline": _VERSION, "profile": rows.profile, "model": rows.model, "version": rows.version}
    columns = {name: pa.array(list(cells) if cells.ndim == 2 else cells) for name, cells in rows.columns.items()}
    table = pa.table(columns).replace_schema_metadata({_KEY: json.dumps(named).encode()})
    try:
        pq.write_table(table, path)
    except OSError as error:
        raise ProfileError(f"{path}: {error.strerror or error}: choose a folder that can be written") from error


def load_rows(path: Path) -> ProfileRows:
    """Read rows.

    Raises:
        ProfileError: the file cannot be read, or `driftline profile --rows` did not write it.
    """
    try:
        table = pq.read_table(path)
        named: dict[str, Any] = json.loads((table.schema.metadata or {})[_KEY])
    except (OSError, pa.ArrowInvalid, KeyError, ValueError) as error:
        hint = "make them with `driftline profile --rows`"
        raise ProfileError(f"{path}: no rows of a profile ({error}): {hint}") from error
    columns = {name: _cells(table.column(name)) for name in table.column_names}
    return ProfileRows(named["profile"], named.get("model"), named.get("version"), columns)


def _cells(column: pa.ChunkedArray) -> Cells:
    if pa.types.is_list(column.type):
        return np.array(column.to_pylist(), dtype=np.float64)
    return np.asarray(column.to_numpy(), dtype=np.float64 if pa.types.is_floating(column.type) else object)
