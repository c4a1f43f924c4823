"""Type rules: what a column is, its numbers, its category text. The same rules the recorder follows.

Booleans and text are categorical, numbers numeric. Category text is `true` / `false` for booleans, `1` and never `1.0`
for integral numbers, the number's shortest decimal otherwise, and the string itself for text. Null and NaN are missing;
infinite is invalid. Dates, times and timestamps are moments: they only count when somebody gives them a role, as
seconds (since the epoch, UTC; since midnight for a time of day). Durations are numbers of seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from driftline.processors.categories import category_text

_INFINITE = ("inf", "-inf")


class Nature(StrEnum):
    """What the values of a column are."""

    NUMBER = "number"
    BOOLEAN = "boolean"
    TEXT = "text"
    MOMENT = "moment"
    EMPTY = "empty"
    """Not one value: neither numbers nor categories can be told."""
    UNUSABLE = "unusable"
    """Lists, structs, bytes: no field of a profile."""


def nature(type_: pa.DataType) -> Nature:
    """What values of this Arrow type are. Dictionary-encoded columns (a pandas `Categorical`) are text.

    >>> nature(pa.int8()), nature(pa.dictionary(pa.int8(), pa.int64()))
    (<Nature.NUMBER: 'number'>, <Nature.TEXT: 'text'>)
    """
    for test, answer in _NATURES:
        if test(type_):
            return answer
    return Nature.UNUSABLE


_NATURES = (
    (pa.types.is_null, Nature.EMPTY),
    (pa.types.is_boolean, Nature.BOOLEAN),
    (pa.types.is_integer, Nature.NUMBER),
    (pa.types.is_floating, Nature.NUMBER),
    (pa.types.is_decimal, Nature.NUMBER),
    (pa.types.is_duration, Nature.NUMBER),
    (pa.types.is_dictionary, Nature.TEXT),
    (pa.types.is_string, Nature.TEXT),
    (pa.types.is_large_string, Nature.TEXT),
    (pa.types.is_string_view, Nature.TEXT),
    (pa.types.is_temporal, Nature.MOMENT),
)


def numbers(column: pa.Array) -> NDArray[np.float64]:
    """The column as float64, NaN where it is null. Without a copy where the column is float64 without nulls.

    Text that is not a number becomes infinite, that is, invalid; so does a list or struct.

    >>> numbers(pa.array([1, None, 3])).tolist()
    [1.0, nan, 3.0]
    >>> numbers(pa.array(["1.5", "n/a", "-inf"])).tolist()
    [1.5, inf, -inf]
    """
    plain = _decoded(column)
    kind = nature(plain.type)
    if kind is Nature.EMPTY:
        return np.full(len(plain), np.nan)
    if kind is Nature.UNUSABLE:
        return np.where(plain.is_null().to_numpy(zero_copy_only=False), np.nan, np.inf)
    if kind is Nature.TEXT:
        return np.array([_number(text) for text in plain.to_pylist()], dtype=np.float64)
    if kind is Nature.MOMENT or pa.types.is_duration(plain.type):
        return _seconds(plain)
    floats = plain if pa.types.is_float64(plain.type) else plain.cast(pa.float64(), safe=False)
    return np.asarray(floats.to_numpy(zero_copy_only=False), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Categories:
    """What a categorical column holds: how often each category came, and what was none."""

    counts: dict[str, int]
    missing: int
    invalid: int


def categories(column: pa.Array) -> Categories:
    """Count a column's category text. Infinite numbers, times, lists, structs and bytes are invalid.

    >>> categories(pa.array([1.0, 2.5, 1.0, None, float("inf")]))
    Categories(counts={'1': 2, '2.5': 1}, missing=1, invalid=1)
    >>> categories(pa.array([True, False])).counts
    {'true': 1, 'false': 1}
    """
    held = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if nature(held) in (Nature.UNUSABLE, Nature.MOMENT) or pa.types.is_duration(held):
        plain = _decoded(column)
        return Categories({}, plain.null_count, len(plain) - plain.null_count)
    counts: dict[str | None, int] = {}
    for value, count in _distinct(column):
        text = category_text(value)
        counts[text] = counts.get(text, 0) + count
    missing = counts.pop(None, 0)
    invalid = sum(counts.pop(text, 0) for text in _INFINITE) if pa.types.is_floating(held) else 0
    return Categories({text: count for text, count in counts.items() if text is not None}, missing, invalid)


def _distinct(column: pa.Array) -> Iterator[tuple[Any, int]]:
    """Each value that occurs, None too, and how often; one may come twice."""
    if not pa.types.is_dictionary(column.type):
        counted = pc.value_counts(column)
        yield from zip(counted.field("values").to_pylist(), counted.field("counts").to_pylist(), strict=True)
        return
    codes = column.indices  # counting them takes a tenth of the time of making them values again
    if codes.null_count:
        yield None, codes.null_count
        codes = codes.drop_null()
    times = np.bincount(codes.to_numpy().astype(np.intp, copy=False))
    occurring = np.flatnonzero(times)
    yield from zip(column.dictionary.take(pa.array(occurring)).to_pylist(), times[occurring].tolist(), strict=True)


def category_rows(column: pa.Array) -> tuple[NDArray[np.int64], list[str | None]]:
    """Each row's category as an index into the texts beside it; None for what is missing.

    >>> category_rows(pa.array([True, False, True]))
    (array([0, 1, 0]), ['true', 'false'])
    """
    encoded = _decoded(column).dictionary_encode(null_encoding="encode")
    return encoded.indices.to_numpy().astype(np.int64), [category_text(v) for v in encoded.dictionary.to_pylist()]


def _decoded(column: pa.Array) -> pa.Array:
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def _number(text: str | None) -> float:
    try:
        return float(text) if text is not None else np.nan
    except ValueError:
        return np.inf


def _seconds(column: pa.Array) -> NDArray[np.float64]:
    if pa.types.is_date(column.type):
        column = column.cast(pa.timestamp("ms"))
    type_ = column.type
    integers = column.cast(pa.int32() if pa.types.is_time32(type_) else pa.int64())
    per_second = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}[type_.unit]
    values = pc.divide(integers.cast(pa.float64(), safe=False), per_second)
    return np.asarray(values.to_numpy(zero_copy_only=False), dtype=np.float64)
