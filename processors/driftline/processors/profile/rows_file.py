"""Rows beside a profile: what a profile of distributions cannot hold. Raw values; written only where asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from driftline.processors.profile.errors import ProfileError
from driftline.processors.profile.fields import NumericField
from driftline.processors.profile.model import Profile
from driftline.processors.tables import Progress, Table, silent
from driftline.processors.tables.sampling import sample_rows

SUFFIX = ".rows.parquet"
_KEY = b"driftline"
_VERSION = "rows/v1"

MOST_ROWS = 50_000
"""Rows kept at most; `python -m tests.benchmarks.estimation` shows what more of them buy an estimated loss."""
_OUTPUTS = ("prediction", "outcome")
_OUTPUT = "driftline.output."

Cells = NDArray[np.float64] | NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class ProfileRows:
    """Rows of the table that a profile was made from.

    Args:
        profile: the profile's id.
        model, version: whose it is; None where nobody said.
        columns: features: column to numbers (n,), texts (n,) or vectors (n, d); NaN and None where missing.
        outputs: role, `prediction` or `outcome`, to numbers (n,), NaN where missing; of a regression alone.
    """

    profile: str
    model: str | None
    version: str | None
    columns: Mapping[str, Cells]
    outputs: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)


def rows_path(profile: Path) -> Path:
    """Where the rows of a profile lie: `credit.profile.json` has `credit.profile.rows.parquet` beside it."""
    return profile.with_suffix(SUFFIX)


def profile_rows(table: Table, profile: Profile, rows: int, seed: int, *, progress: Progress = silent) -> ProfileRows:
    """A sample of the table's rows: features of the profile, and columns of vectors, which profiles leave out; of a
    regression what was predicted and what came of it too.

    Raises:
        TableError: the table cannot be read.
    """
    features = feature_kinds(profile)
    numbers = [each for each in profile.fields if isinstance(each, NumericField) and each.role in _OUTPUTS]
    kinds = {**features, **{each.name: False for each in numbers}}
    found = sample_rows(table, rows, np.random.default_rng(seed), kinds, progress=progress)
    columns = {name: cells for name, cells in found.items() if name in features or cells.ndim == 2}
    outputs = {str(each.role): found[each.name].astype(np.float64) for each in numbers if each.name in found}
    whole = outputs if outputs.keys() == set(_OUTPUTS) else {}
    return ProfileRows(profile.id, profile.model_name, profile.model_version, columns, whole)


def feature_kinds(profile: Profile) -> dict[str, bool]:
    """Of each feature whether it holds categories."""
    return {each.name: each.kind == "categorical" for each in profile.with_role("feature")}


def save_rows(rows: ProfileRows, path: Path) -> None:
    """Write rows as Parquet; outputs stand in columns of their own, named by their role.

    Raises:
        ProfileError: the file cannot be written.
    """
    named = {"driftline": _VERSION, "profile": rows.profile, "model": rows.model, "version": rows.version}
    outputs = {f"{_OUTPUT}{role}": cells for role, cells in rows.outputs.items()}
    columns = {
        name: pa.array(list(cells) if cells.ndim == 2 else cells) for name, cells in {**rows.columns, **outputs}.items()
    }
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
    found = {name: _cells(table.column(name)) for name in table.column_names}
    columns = {name: cells for name, cells in found.items() if not name.startswith(_OUTPUT)}
    outputs = {
        name.removeprefix(_OUTPUT): cells.astype(np.float64)
        for name, cells in found.items()
        if name.startswith(_OUTPUT)
    }
    return ProfileRows(named["profile"], named.get("model"), named.get("version"), columns, outputs)


def _cells(column: pa.ChunkedArray) -> Cells:
    if pa.types.is_list(column.type):
        return np.array(column.to_pylist(), dtype=np.float64)
    return np.asarray(column.to_numpy(), dtype=np.float64 if pa.types.is_floating(column.type) else object)
