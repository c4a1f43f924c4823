"""A fair sample of a table's rows, as columns of numbers, texts and vectors."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from driftline.processors.tables.columns import Nature, category_rows, nature, numbers
from driftline.processors.tables.table import Progress, Table, silent

Keys = NDArray[np.float64]
Cells = NDArray[np.float64] | NDArray[np.object_]


def sample_rows(
    table: Table,
    rows: int,
    random: np.random.Generator,
    categorical: Mapping[str, bool],
    *,
    progress: Progress = silent,
) -> dict[str, Cells]:
    """At most `rows` rows of a table, each with the same chance, in the order of the table.

    Args:
        table: read once; memory does not grow with its rows.
        rows: how many.
        random: what chooses.
        categorical: column to whether it holds categories; columns not named are told by their type, and left out
            where they are neither numbers, text nor lists of numbers of one length.
        progress: called with what is read.

    Returns:
        Column to numbers (n,) float64 with NaN where missing or unusable, texts (n,) object with None where missing,
        or vectors (n, d).

    Raises:
        TableError: the table cannot be read.

    >>> from driftline.processors.tables import open_table
    >>> sample_rows(open_table({"x": [1.0, None], "y": ["a", "b"]}), 5, np.random.default_rng(0), {})["y"].tolist()
    ['a', 'b']
    """
    keys, kept = np.zeros(0), []
    for batch in table.batches(progress):
        drawn = random.random(batch.num_rows)
        bar = np.partition(keys, rows - 1)[rows - 1] if len(keys) >= rows else 1.0
        wanted = np.flatnonzero(drawn < bar)
        kept.append(batch.take(pa.array(wanted)))
        keys = np.concatenate([keys, drawn[wanted]])
        if len(keys) > 4 * rows:
            keys, kept = _best(keys, kept, rows)
    _, kept = _best(keys, kept, rows)
    whole = pa.concat_tables([pa.Table.from_batches([part]) for part in kept], promote_options="permissive")
    found = {name: cells_of(whole.column(name), categorical=categorical.get(name)) for name in whole.column_names}
    return {name: cells for name, cells in found.items() if cells is not None}


def _best(keys: Keys, kept: list[pa.RecordBatch], rows: int) -> tuple[Keys, list[pa.RecordBatch]]:
    """Keys and batches with the rows of the smallest keys, in their order."""
    bar = np.partition(keys, rows - 1)[rows - 1] if len(keys) >= rows else np.inf
    parts, start = [], 0
    for batch in kept:
        own = keys[start : start + batch.num_rows] <= bar
        start += batch.num_rows
        parts.append(batch.filter(pa.array(own)))
    return keys[keys <= bar], parts


def cells_of(column: pa.ChunkedArray, *, categorical: bool | None) -> Cells | None:
    """A column as `sample_rows` gives it: numbers, texts or vectors; None for anything else."""
    values = column.combine_chunks()
    kind = nature(values.type)
    if categorical or (categorical is None and kind in (Nature.TEXT, Nature.BOOLEAN)):
        at, texts = category_rows(values)
        return np.array([texts[index] for index in at.tolist()], dtype=object)
    if kind is Nature.UNUSABLE:
        return _vectors(values)
    if kind is Nature.NUMBER or categorical is False:
        read = numbers(values).copy()
        read[~np.isfinite(read)] = np.nan
        return read
    return None


def _vectors(values: pa.Array) -> Cells | None:
    """Lists of numbers of one length; a row without one is NaN. None for anything else."""
    tests = pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list
    if not any(test(values.type) for test in tests):
        return None
    lists = values.to_pylist()
    widths = {len(each) for each in lists if each is not None}
    if len(widths) != 1 or nature(values.type.value_type) is not Nature.NUMBER:
        return None
    width = widths.pop()
    return np.array([each if each is not None else [None] * width for each in lists], dtype=np.float64)
