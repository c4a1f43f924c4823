"""Times: whatever a column holds, as nanoseconds since the epoch."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftline.processors.tables import TableError
from driftline.processors.tables.times import UNKNOWN, TimeColumn, instant

NOON = 1_767_268_800 * 10**9  # 2026-01-01T12:00:00Z


def _read(values: Any, *, zone: str | None = None, type_: pa.DataType | None = None) -> list[int]:
    column = values if isinstance(values, pa.Array) else pa.array(values, type=type_)
    return [int(time) for time in TimeColumn("at", zone).read(pa.record_batch({"at": column}))]


@pytest.mark.parametrize(
    "values",
    [
        ["2026-01-01T12:00:00Z"],
        ["2026-01-01T13:00:00+01:00"],
        [datetime(2026, 1, 1, 12, tzinfo=UTC)],
        [1_767_268_800],
        [1_767_268_800.0],
        [1_767_268_800_000],
        [1_767_268_800_000_000],
        [NOON],
        pa.array(pd.Series(pd.to_datetime(["2026-01-01T12:00:00Z"]))),
        pa.array(["2026-01-01T12:00:00Z"]).dictionary_encode(),
    ],
)
def test_an_instant_reads_the_same_however_it_is_written(values: Any) -> None:
    assert _read(values) == [NOON]


@pytest.mark.parametrize("values", [["2026-01-01 13:00:00"], [datetime(2026, 1, 1, 13)]])  # noqa: DTZ001 - naive on purpose
def test_a_time_without_a_zone_is_in_the_zone_that_was_named(values: Any) -> None:
    assert _read(values, zone="Europe/Berlin") == [NOON]


def test_a_day_begins_at_midnight_of_the_zone() -> None:
    assert _read([date(2026, 1, 1)], zone="UTC") == [NOON - 12 * 3600 * 10**9]


@pytest.mark.parametrize("values", [["2026-01-01 13:00:00"], [date(2026, 1, 1)]])
def test_a_time_without_any_zone_is_refused_saying_what_to_add(values: Any) -> None:
    with pytest.raises(TableError, match="--time-zone UTC"):
        _read(values)


def test_of_an_hour_that_comes_twice_the_first_is_meant() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    first = datetime(2026, 10, 25, 2, 30, tzinfo=berlin, fold=0)
    assert _read(["2026-10-25 02:30:00"], zone="Europe/Berlin") == [int(first.timestamp()) * 10**9]


def test_what_has_no_time_is_unknown() -> None:
    assert _read([1_767_268_800.0, None, float("nan"), float("inf")])[1:] == [UNKNOWN] * 3
    assert _read(["2026-01-01T12:00:00Z", None]) == [NOON, UNKNOWN]
    assert _read([None, None], type_=pa.null()) == [UNKNOWN] * 2


def test_the_unit_of_numbers_is_that_of_the_first_batch() -> None:
    column = TimeColumn("at")
    first = column.read(pa.record_batch({"at": [1_767_268_800_000]}))
    later = column.read(pa.record_batch({"at": [90_000]}))  # milliseconds, however small
    assert [*first.tolist(), *later.tolist()] == [NOON, 90 * 10**9]


@given(st.integers(-(2**31), 2**31))
def test_whole_seconds_are_exact(seconds: int) -> None:
    assert _read([seconds]) == [seconds * 10**9]


def test_the_only_column_that_looks_like_a_time_is_found() -> None:
    batch = pa.record_batch({"x": [1.0], "when": pa.array([NOON], type=pa.timestamp("ns", "UTC"))})
    column = TimeColumn()
    assert column.read(batch).tolist() == [NOON]
    assert column.name == "when"
    assert TimeColumn().read(pa.record_batch({"x": [1.0], "Timestamp": [1_767_268_800]})).tolist() == [NOON]


@pytest.mark.parametrize(
    ("columns", "name", "zone", "says"),
    [
        ({"x": [1.0], "y": [2.0]}, None, None, "--time COLUMN.*x, y"),
        ({"x": [1.0]}, "at", None, "no column at"),
        ({"at": [True]}, "at", None, "holds no times"),
        ({"at": ["yesterday"]}, "at", "UTC", "write every time alike"),
        ({"at": ["2026-01-01T12:00:00Z"]}, "at", "Mars/North", "no time zone 'Mars/North'"),
    ],
)
def test_what_cannot_be_told_says_what_to_write(columns: Any, name: str | None, zone: str | None, says: str) -> None:
    with pytest.raises(TableError, match=says):
        TimeColumn(name, zone).read(pa.record_batch(columns))


def test_one_time_of_a_person_is_read_by_the_same_rules() -> None:
    assert instant("2026-01-01T12:00:00Z") == instant("2026-01-01T13:00:00", "Europe/Berlin") == NOON
    with pytest.raises(TableError, match="says no time zone"):
        instant("2026-01-01")
    with pytest.raises(TableError, match="is no time"):
        instant("soon")


def test_numbers_beyond_what_nanoseconds_hold_are_unknown() -> None:
    assert _read(np.array([1.0e5, 9e10])) == [10**14, UNKNOWN]
