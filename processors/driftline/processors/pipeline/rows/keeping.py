"""Learned rows over a restart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from driftline.processors.pipeline.rows.subject import Key, KnownRows
from driftline.processors.windows.row_sample import Column, RowSample


def saved(learned: Mapping[Key, KnownRows]) -> list[dict[str, Any]]:
    """As JSON can hold it: numbers, texts or lists by column, null where missing."""
    return [
        {
            "model": model,
            "environment": environment,
            "id": known.id,
            "made_ns": known.made_ns,
            "blocks": known.sample.blocks.tolist(),
            "columns": {name: _plain(column) for name, column in known.sample.columns.items()},
        }
        for (model, environment), known in learned.items()
    ]


def restored(entry: Mapping[str, Any], kind: str) -> tuple[Key, KnownRows]:
    """What was saved. Raises KeyError, TypeError or ValueError when it is none."""
    columns = {str(name): _column(values) for name, values in entry["columns"].items()}
    sample = RowSample(columns, np.array(entry["blocks"], dtype=np.int64))
    known = KnownRows(sample, str(entry["id"]), kind, int(entry["made_ns"]), blocked=True)
    return (entry["model"], entry["environment"]), known


def _plain(column: Column) -> list[Any]:
    if column.dtype == object:
        return list(column.tolist())
    return list(np.where(np.isfinite(column), column, None).tolist())  # type: ignore[call-overload]  # None is no float


def _column(values: list[Any]) -> Column:
    if any(isinstance(value, str) for value in values):
        return np.array(values, dtype=object)
    return np.array(values, dtype=np.float64)
