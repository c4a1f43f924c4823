from __future__ import annotations

import gzip
import hashlib
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import csv, parquet

from driftline.processors.tables import Files, TableError
from driftline.processors.tables.csv_files import _BLOCK

ROWS = pa.table({"age": [31.0, 45.5, None], "plan": ["a", None, "c"], "vip": [True, False, None]})
LINES = b'{"age": 31, "plan": "a", "vip": true}\n\n{"age": 45.5, "vip": false}\n{"plan": "c", "age": NaN}\n'


def columns(files: Files) -> dict[str, list[Any]]:
    read: dict[str, list[Any]] = {}
    for batch in files.batches():
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            read.setdefault(name, []).extend(column.to_pylist())
    return read


def write_csv(path: Path) -> Path:
    csv.write_csv(ROWS, path)
    return path


def test_parquet_csv_and_packed_csv_hold_the_same_rows(tmp_path: Path) -> None:
    parquet.write_table(ROWS, tmp_path / "a.parquet")
    plain = write_csv(tmp_path / "a.csv")
    (tmp_path / "b.csv.gz").write_bytes(gzip.compress(plain.read_bytes()))
    for name in ("a.parquet", "a.csv", "b.csv.gz"):
        assert columns(Files([tmp_path / name])) == ROWS.to_pydict()


@pytest.mark.parametrize("packed", [False, True])
def test_json_lines_skip_empty_lines_and_take_nan(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / ("a.jsonl.gz" if packed else "a.jsonl")
    path.write_bytes(gzip.compress(LINES) if packed else LINES)
    read = columns(Files([path]))
    assert read["age"][:2] == [31.0, 45.5]
    assert read["age"][2] is None
    assert read["plan"] == ["a", None, "c"]
    assert read["vip"] == [True, False, None]


def test_a_folder_and_a_pattern_are_read_in_name_order_without_hidden_files(tmp_path: Path) -> None:
    for name, line in (("b.csv", "2"), ("a.csv", "1"), (".c.csv", "3"), ("_tmp/d.csv", "4"), ("sub/e.csv", "5")):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"x\n{line}\n")
    (tmp_path / "notes.txt").write_text("no table")
    assert columns(Files([tmp_path]))["x"] == [1.0, 2.0, 5.0]
    assert columns(Files([str(tmp_path / "?.csv")]))["x"] == [1.0, 2.0]
    assert columns(Files([tmp_path / "a.csv", str(tmp_path / "*.csv")]))["x"] == [1.0, 2.0]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_header_tells_the_delimiter(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"x{delimiter}y\n1{delimiter}a\n")
    assert columns(Files([path])) == {"x": [1.0], "y": ["a"]}


def test_integers_followed_by_a_decimal_a_block_later_stay_numbers(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("x,empty\n" + "1000000,\n" * (_BLOCK // 8) + "2.5,7\n")
    read = columns(Files([path]))
    assert read["x"][-1] == 2.5
    assert read["empty"][-1] == 7.0


def test_a_number_column_that_turns_into_text_is_read_as_text_from_there_and_no_row_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    rows = _BLOCK // 8
    path.write_text("x\n" + "1000000\n" * rows + "unknown\n")
    read = columns(Files([path]))
    assert len(read["x"]) == rows + 1
    assert read["x"][0] == 1_000_000.0
    assert read["x"][-1] == "unknown"


def test_one_file_has_the_hash_that_sha256sum_prints_and_several_that_of_their_bytes_in_order(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"x\n1\n")
    (tmp_path / "b.csv").write_bytes(b"x\n2\n")
    assert Files([tmp_path / "a.csv"]).sha256() == hashlib.sha256(b"x\n1\n").hexdigest()
    assert Files([tmp_path / "b.csv", tmp_path / "a.csv"]).sha256() == hashlib.sha256(b"x\n1\nx\n2\n").hexdigest()


@pytest.mark.parametrize("ending", ["csv", "parquet", "jsonl"])
def test_progress_ascends_to_the_bytes_of_all_files(tmp_path: Path, ending: str) -> None:
    for name in ("a", "b"):
        path = tmp_path / f"{name}.{ending}"
        if ending == "parquet":
            parquet.write_table(ROWS, path)
        else:
            path.write_bytes(LINES if ending == "jsonl" else write_csv(path).read_bytes())
    files, told = Files([tmp_path]), []
    list(files.batches(lambda done, total: told.append((done, total))))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (files.size, files.size)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", "first line is empty"),
        ("a.csv", b"x,x\n1,2\n", "names x twice"),
        ("a.csv", b"x,y\n1,2\n1,2,3\n", "Expected 2 columns, got 3"),
        ("a.csv", b"x\n\xff\xfe\n", "not UTF-8"),
        ("a.csv.gz", b"not packed", "a.csv.gz"),
        ("a.parquet", b"no parquet", "a.parquet"),
        ("a.jsonl", b'{"x": 1}\n{"x": \n', "a.jsonl:2"),
        ("a.json", b"[1, 2]\n", "one object a line"),
        ("a.xlsx", b"", "CSV, Parquet or JSON lines"),
    ],
)
def test_what_cannot_be_read_is_named_with_what_to_do(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TableError, match=message):
        columns(Files([tmp_path / name]))


def test_nothing_there_is_an_error_that_names_the_place(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"no such file, folder or match"):
        Files([tmp_path / "nope.csv"])
    with pytest.raises(TableError, match=r"no data file in this folder"):
        Files([tmp_path])
