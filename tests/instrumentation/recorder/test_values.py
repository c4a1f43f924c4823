"""The table of value kinds, row by row."""

from __future__ import annotations

import datetime as dt
import enum
import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest

from driftline.instrumentation.recorder.values import Kind, kind_of, number, numbers, plain, text, texts
from driftline.semconv import Defect

MISSING, INVALID = Defect.MISSING, Defect.INVALID


class Color(str, enum.Enum):  # noqa: UP042 - the older way to write it, whose str() is not its value
    RED = "red"


class Rank(enum.IntEnum):
    FIRST = 1


class Hostile:
    """An object that raises whatever is asked of it."""

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(name)

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("eq")

    def __hash__(self) -> int:
        raise RuntimeError("hash")

    def __float__(self) -> float:
        raise RuntimeError("float")


UTC_NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
TABLE: list[tuple[Any, float | Defect, str | Defect]] = [
    (3, 3.0, "3"),
    (2.5, 2.5, "2.5"),
    (1.0, 1.0, "1"),
    (-0.0, 0.0, "0"),
    (1e300, 1e300, "1e+300"),
    (True, 1.0, "true"),
    (False, 0.0, "false"),
    (np.int64(7), 7.0, "7"),
    (np.float32(0.5), 0.5, "0.5"),
    (np.bool_(True), 1.0, "true"),
    (np.str_("eu"), INVALID, "eu"),
    (np.array(4), 4.0, "4"),
    (2**70, 2.0**70, str(2**70)),
    (10**400, INVALID, INVALID),
    (Decimal("1.25"), 1.25, "1.25"),
    (Decimal("NaN"), INVALID, MISSING),
    (Fraction(1, 4), 0.25, "0.25"),
    ("red", INVALID, "red"),
    ("12.5", 12.5, "12.5"),
    ("", INVALID, ""),
    ("nan", INVALID, "nan"),
    (Color.RED, INVALID, "red"),
    (Rank.FIRST, 1.0, "1"),
    (None, MISSING, MISSING),
    (pd.NA, MISSING, MISSING),
    (pd.NaT, MISSING, MISSING),
    (np.datetime64("NaT"), MISSING, MISSING),
    (np.ma.masked, MISSING, MISSING),
    (math.nan, INVALID, MISSING),
    (np.float64("nan"), INVALID, MISSING),
    (math.inf, INVALID, INVALID),
    (-math.inf, INVALID, INVALID),
    (UTC_NOON, INVALID, INVALID),
    (np.datetime64("2026-11-24"), INVALID, INVALID),
    (dt.timedelta(minutes=2), 120.0, INVALID),
    (np.timedelta64(3, "s"), 3.0, INVALID),
    (b"red", INVALID, INVALID),
    (np.bytes_(b"red"), INVALID, INVALID),
    ([1, 2], INVALID, INVALID),
    (np.zeros(3), INVALID, INVALID),
    ({"a": 1}, INVALID, INVALID),
    (1 + 2j, INVALID, INVALID),
    (np.complex128(1), INVALID, INVALID),
    (object(), INVALID, INVALID),
    (Hostile(), INVALID, INVALID),
]


@pytest.mark.parametrize(("value", "as_number", "as_text"), TABLE, ids=lambda value: type(value).__name__)
def test_each_kind_of_value_has_its_answer(value: Any, as_number: float | Defect, as_text: str | Defect) -> None:
    assert number(value) == as_number
    assert text(value) == as_text


def test_a_column_of_everything_counts_as_its_values_do() -> None:
    column = [value for value, _, _ in TABLE]
    read, named = numbers(column), texts(column)
    assert read.values.tolist() == [one for _, one, _ in TABLE if not isinstance(one, Defect)]
    assert (read.missing, read.invalid) == tuple(sum(one is kind for _, one, _ in TABLE) for kind in (MISSING, INVALID))
    assert sum(named.counts.values()) == sum(not isinstance(one, Defect) for _, _, one in TABLE)
    assert (named.missing, named.invalid) == tuple(
        sum(one is kind for _, _, one in TABLE) for kind in (MISSING, INVALID)
    )


@pytest.mark.parametrize(
    ("moment", "seconds"),
    [
        (UTC_NOON, UTC_NOON.timestamp()),
        (UTC_NOON.replace(tzinfo=None), UTC_NOON.timestamp()),
        (dt.date(1970, 1, 2), 86400.0),
        (dt.time(1, 0, 30), 3630.0),
        (np.datetime64("1970-01-01T00:00:02"), 2.0),
        (pd.Timestamp("1970-01-01T00:01:00Z"), 60.0),
    ],
)
def test_moments_are_seconds_where_the_reference_says_numeric(moment: Any, seconds: float) -> None:
    assert number(moment, moments=True) == seconds


def test_a_category_told_by_type_does_not_merge_with_its_equal() -> None:
    assert texts([True, 1, 1.0, "1"]).counts == {"true": 1, "1": 3}


def test_an_integer_beyond_doubles_does_not_spoil_its_column() -> None:
    read = numbers([1, 10**400, 3])
    assert (read.values.tolist(), read.invalid) == ([1.0, 3.0], 1)


def test_large_integers_keep_their_digits_as_categories() -> None:
    assert texts(np.array([2**60 + 1])).counts == {str(2**60 + 1): 1}


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ([None, math.nan, "a"], Kind.CATEGORICAL),
        ([math.nan], None),
        (np.array([math.nan]), None),
        (np.array([1.0, math.nan]), Kind.NUMERIC),
        ([None, True], Kind.CATEGORICAL),
        ([[1], "a"], Kind.CATEGORICAL),
        ([dt.timedelta(1)], Kind.NUMERIC),
        ([UTC_NOON, b"", None], None),
    ],
)
def test_the_first_usable_value_tells_the_kind(column: Any, kind: Kind | None) -> None:
    assert kind_of(column) is kind


def test_plain_leaves_nothing_of_numpy() -> None:
    assert type(plain(np.float32(1.5))) is float
    assert type(plain(np.str_("a"))) is str
