from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from driftline.processors.tables import Files, TableError, open_table


def read(table: Any) -> dict[str, list[Any]]:
    return {
        name: column.to_pylist()
        for batch in open_table(table).batches()
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
    }


class Frame:
    """A DataFrame of a library nobody knows."""

    columns = ("x", "y")

    def __getitem__(self, name: str) -> object:
        return {"x": [1, 2], "y": ["a", None]}[name]


class Arrowable:
    def to_arrow(self) -> pa.Table:
        return pa.table({"x": [1]})


def test_mappings_frames_and_arrow_tables_are_tables() -> None:
    rows = {"x": [1, 2], "y": ["a", None]}
    for table in (rows, pd.DataFrame(rows), pa.table(rows), pa.record_batch(rows), Frame()):
        assert read(table) == rows
    assert read(Arrowable()) == {"x": [1]}


def test_a_table_and_paths_stay_what_they_are(tmp_path: Any) -> None:
    (tmp_path / "a.csv").write_text("x\n1\n")
    assert isinstance(open_table(tmp_path / "a.csv"), Files)
    files = open_table([str(tmp_path / "a.csv")])
    assert isinstance(files, Files)
    assert open_table(files) is files
    assert open_table({"x": [1]}).sha256() is None


def test_a_numpy_column_is_not_copied() -> None:
    values = np.arange(4.0)
    (batch,) = open_table({"x": values}).batches()
    assert np.shares_memory(batch.column(0).to_numpy(), values)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.array([1.5, 2.5], dtype=">f8"), [1.5, 2.5]),
        (np.ma.masked_array([1, 2], mask=[False, True]), [1, None]),
        (np.array(["a", None], dtype=object), ["a", None]),
        (np.array([1, "a", 2.0, None, True], dtype=object), ["1", "a", "2", None, "true"]),
        ([1, "a", 2.5], ["1", "a", "2.5"]),
        ([2**70, None, 1], [float(2**70), None, 1.0]),
        ([10**400, -(10**400)], [np.inf, -np.inf]),
        ([np.float64(1), "b", (1, 2)], ["1", "b", "(1, 2)"]),
        (pd.Series(["a", "b"], dtype="category"), ["a", "b"]),
        (pd.Series([1, None], dtype="Int64"), [1, None]),
        (pa.chunked_array([[1], [2]]), [1, 2]),
    ],
)
def test_every_kind_of_column_becomes_arrow(values: Any, expected: list[Any]) -> None:
    got = [value for batch in open_table({"x": values}).batches() for value in batch.column(0).to_pylist()]
    assert got == expected


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({}, "no columns"),
        ({"x": [1], "y": [1, 2]}, "differ in length"),
        ({"x": np.zeros((2, 2))}, "2 dimensions"),
        (np.zeros((2, 2)), "is not a table"),
        ([], "is not a table"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(table: Any, message: str) -> None:
    with pytest.raises(TableError, match=message):
        open_table(table)


def test_progress_counts_rows() -> None:
    told: list[tuple[int, int]] = []
    list(open_table({"x": np.zeros((1 << 20) + 5)}).batches(lambda done, total: told.append((done, total))))
    assert told == [(1 << 20, (1 << 20) + 5), ((1 << 20) + 5, (1 << 20) + 5)]
