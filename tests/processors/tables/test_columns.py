from __future__ import annotations

import datetime as dt
import decimal
import math
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftline.instrumentation.recorder.values import text as recorded_text
from driftline.processors.categories import category_text
from driftline.processors.tables.columns import Nature, categories, category_rows, nature, numbers

EPOCH = dt.datetime(1970, 1, 1, 0, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pa.array([1, None], pa.int8()), Nature.NUMBER),
        (pa.array([1.0]), Nature.NUMBER),
        (pa.array([decimal.Decimal("1.5")]), Nature.NUMBER),
        (pa.array([dt.timedelta(1)]), Nature.NUMBER),
        (pa.array([True]), Nature.BOOLEAN),
        (pa.array(["a"]), Nature.TEXT),
        (pa.array(["a"], pa.large_string()), Nature.TEXT),
        (pa.array(["a"]).dictionary_encode(), Nature.TEXT),
        (pa.array([dt.date(2024, 1, 1)]), Nature.MOMENT),
        (pa.array([EPOCH]), Nature.MOMENT),
        (pa.array([dt.time(1)]), Nature.MOMENT),
        (pa.array([None]), Nature.EMPTY),
        (pa.array([[1]]), Nature.UNUSABLE),
        (pa.array([b"a"]), Nature.UNUSABLE),
    ],
)
def test_every_arrow_type_has_a_nature(column: pa.Array, expected: Nature) -> None:
    assert nature(column.type) is expected


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pa.array([1, None, 2**62]), [1.0, math.nan, float(2**62)]),
        (pa.array([True, False]), [1.0, 0.0]),
        (pa.array([decimal.Decimal("1.25"), None]), [1.25, math.nan]),
        (pa.array([dt.date(1970, 1, 2)]), [86400.0]),
        (pa.array([EPOCH, None], pa.timestamp("ns", "UTC")), [60.0, math.nan]),
        (pa.array([dt.time(0, 1)], pa.time32("s")), [60.0]),
        (pa.array([dt.timedelta(seconds=1.5)]), [1.5]),
        (pa.array([None, None]), [math.nan, math.nan]),
        (pa.array([[1], None]), [math.inf, math.nan]),
        (pa.array(["2", "x", None]).dictionary_encode(), [2.0, math.inf, math.nan]),
    ],
)
def test_numbers_are_doubles_with_gaps_as_nan_and_the_unusable_as_infinite(
    column: pa.Array, expected: list[float]
) -> None:
    assert numbers(column).tolist() == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    ("column", "counts", "missing", "invalid"),
    [
        (pa.array([1.0, 1.5, -0.0, None, math.nan, math.inf]), {"1": 1, "1.5": 1, "0": 1}, 2, 1),
        (pa.array([7, None, 7]), {"7": 2}, 1, 0),
        (pa.array(["1.0", "inf", None]), {"1.0": 1, "inf": 1}, 1, 0),
        (pa.array([True, True, False]), {"true": 2, "false": 1}, 0, 0),
        (pa.array(["a", "b"]).dictionary_encode(), {"a": 1, "b": 1}, 0, 0),
        (pa.array([2.0, None, np.inf, 2.0]).dictionary_encode(), {"2": 2}, 1, 1),
        (pa.array([EPOCH, None]).dictionary_encode(), {}, 1, 1),
        (pa.DictionaryArray.from_arrays([1, None, 2, 0, 1], ["a", "b", None, "unused"]), {"b": 2, "a": 1}, 2, 0),
        (pa.DictionaryArray.from_arrays(pa.array([], pa.uint64()), ["a"]), {}, 0, 0),
        (pa.array([decimal.Decimal("2.00")]), {"2": 1}, 0, 0),
        (pa.array([EPOCH, None]), {}, 1, 1),
        (pa.array([[1], None]), {}, 1, 1),
    ],
)
def test_category_text_follows_the_contract(
    column: pa.Array, counts: dict[str, int], missing: int, invalid: int
) -> None:
    found = categories(column)
    assert (found.counts, found.missing, found.invalid) == (counts, missing, invalid)


def test_each_row_points_at_its_category() -> None:
    rows, texts = category_rows(pa.array(["b", None, "a", "b"]))
    assert [texts[row] for row in rows] == ["b", None, "a", "b"]


@given(
    st.one_of(
        st.booleans(), st.floats(allow_infinity=False, allow_nan=False), st.text(), st.integers(-(10**30), 10**30)
    )
)
def test_a_table_and_the_recorder_write_the_same_category(value: Any) -> None:
    assert category_text(value) == recorded_text(value)
