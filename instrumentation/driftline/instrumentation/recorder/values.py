"""What one value is: a number, a category, missing, or unusable. The rules the profile of a table follows too.

| value | in a numeric field | in a categorical field |
|---|---|---|
| `int`, `float`, `Decimal`, numpy's | nearest double; beyond its range `invalid` | `1`, never `1.0`; else shortest |
| `bool` | 0 or 1 | `false` or `true` |
| `str` | its number if it reads as one, else `invalid` | itself |
| `None`, `pandas.NA`, `NaT`, a masked cell | `missing` | `missing` |
| NaN | `invalid`; in a pandas column `missing`, as pandas writes it | `missing`: a table's gap among strings |
| infinite | `invalid` | `invalid` |
| `timedelta` | seconds | `invalid` |
| date, time, datetime | seconds since the epoch (UTC) or midnight, only where the reference says numeric | `invalid` |
| `bytes`, list, array, mapping, complex, any other object | `invalid` | `invalid` |
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from numbers import Number, Real
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from driftline.semconv import Defect

_EXACT_INTEGERS: Final = 2.0**53  # above it a float no longer names one integer
_MISSING_TYPES: Final = frozenset({"NAType", "NaTType", "MaskedConstant"})
_NUMBERS: Final = frozenset({float, int, bool, np.float64, np.float32, np.int64, np.int32, np.uint8, np.bool_})

SCALARS: Final = _NUMBERS | {str, type(None)}
"""Exact types of values that cannot change behind the recorder's back and need no second look."""


class Kind(StrEnum):
    """How a field's values are kept."""

    NUMERIC = "numeric"
    CATEGORICAL = "categorical"


@dataclass(frozen=True, slots=True)
class Numbers:
    """Doubles (NaN and infinite ones among them) and how many other values were missing or unusable."""

    values: NDArray[np.float64]
    missing: int = 0
    invalid: int = 0


@dataclass(frozen=True, slots=True)
class Texts:
    """Category texts with their counts, and how many values were missing or unusable."""

    counts: dict[str, int]
    missing: int = 0
    invalid: int = 0


def plain(value: Any) -> Any:
    """The value as one of None, bool, int, float, str, date, time, timedelta; `Defect.INVALID` for everything else.

    >>> plain(np.int64(3)), plain(np.float32(0.5)), plain([1, 2]) is Defect.INVALID
    (3, 0.5, True)
    """
    try:
        return _plain(value)
    except Exception:  # noqa: BLE001 - a value of the host may raise anything when looked at
        return Defect.INVALID


def _plain(value: Any) -> Any:
    if value is None or type(value).__name__ in _MISSING_TYPES:
        return None
    if isinstance(value, bool | int | float | dt.date | dt.time | dt.timedelta):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and value.ndim == 0):
        return _numpy_scalar(value)
    decimal = isinstance(value, Number) and hasattr(value, "is_nan")  # Decimal is registered as no Real
    return _double(value) if decimal or isinstance(value, Real) else Defect.INVALID


def _numpy_scalar(value: Any) -> Any:
    if value.dtype.kind in "mM":
        return _numpy_time(value)
    item = value.item()
    return Defect.INVALID if isinstance(item, np.generic | np.ndarray) else _plain(item)


def _double(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _numpy_time(value: Any) -> Any:
    if np.isnat(value):
        return None
    since = dt.timedelta(microseconds=int(value.astype(f"{value.dtype.kind}8[us]").astype(np.int64)))
    return since if value.dtype.kind == "m" else dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + since


def number(value: Any, *, moments: bool = False) -> float | Defect:
    """The value as a double, or what is wrong with it. Never NaN or infinite. `moments`: dates count, in seconds.

    >>> number(True), number("2.5"), number(10**400), number(None)
    (1.0, 2.5, <Defect.INVALID: 'invalid'>, <Defect.MISSING: 'missing'>)
    """
    simple = plain(value)
    if simple is None:
        return Defect.MISSING
    if isinstance(simple, Defect):
        return simple
    try:
        result = _seconds(simple, moments=moments) if isinstance(simple, _TIMES) else float(simple)
    except (ValueError, OverflowError):
        return Defect.INVALID
    return result if math.isfinite(result) else Defect.INVALID


_TIMES = (dt.date, dt.time, dt.timedelta)


def _seconds(value: dt.date | dt.time | dt.timedelta, *, moments: bool) -> float:
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    if not moments:
        return math.nan
    if isinstance(value, dt.time):
        return value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
    if not isinstance(value, dt.datetime):
        value = dt.datetime(value.year, value.month, value.day, tzinfo=dt.UTC)
    return (value if value.tzinfo else value.replace(tzinfo=dt.UTC)).timestamp()


def text(value: Any) -> str | Defect:
    """The value as category text, or what is wrong with it.

    >>> text(True), text(1.0), text(0.25), text("1.0"), text(float("nan"))
    ('true', '1', '0.25', '1.0', <Defect.MISSING: 'missing'>)
    """
    simple = plain(value)
    if simple is None:
        return Defect.MISSING
    if isinstance(simple, bool):
        return "true" if simple else "false"
    if isinstance(simple, Defect):
        return simple
    if isinstance(simple, str):
        return simple
    if isinstance(simple, int):
        return str(int(simple)) if abs(simple) < 10**40 else Defect.INVALID
    return _float_text(simple) if isinstance(simple, float) else Defect.INVALID


def _float_text(value: float) -> str | Defect:
    if math.isnan(value):
        return Defect.MISSING
    if math.isinf(value):
        return Defect.INVALID
    return str(int(value)) if abs(value) < _EXACT_INTEGERS and value == int(value) else repr(float(value))


def kind_of(values: Sequence[Any] | NDArray[Any]) -> Kind | None:
    """The kind of the first usable value: numbers are numeric, booleans and text categorical. None without one.

    >>> kind_of([None, 3, "a"]), kind_of([True]), kind_of([None])
    (<Kind.NUMERIC: 'numeric'>, <Kind.CATEGORICAL: 'categorical'>, None)
    """
    if isinstance(values, np.ndarray):
        return Kind.NUMERIC if np.isfinite(values).any() else None
    for value in values:
        simple = plain(value)
        if isinstance(simple, bool) or (isinstance(simple, str) and not isinstance(simple, Defect)):
            return Kind.CATEGORICAL
        if isinstance(simple, int | dt.timedelta) or (isinstance(simple, float) and math.isfinite(simple)):
            return Kind.NUMERIC  # NaN tells nothing: it is also how a table leaves a gap among strings
    return None


def numbers(values: Sequence[Any] | NDArray[Any], *, moments: bool = False) -> Numbers:
    """A column as doubles.

    >>> numbers([1, None, "x", 2.5])
    Numbers(values=array([1. , 2.5]), missing=1, invalid=1)
    """
    if isinstance(values, np.ndarray):
        return Numbers(values.astype(np.float64, copy=False))
    if set(map(type, values)) <= _NUMBERS:
        try:
            return Numbers(np.array(values, dtype=np.float64))
        except OverflowError:
            pass  # an integer beyond double range: find it one by one
    read = [number(value, moments=moments) for value in values]
    good = np.array([one for one in read if not isinstance(one, Defect)], dtype=np.float64)
    missing = sum(one is Defect.MISSING for one in read)
    return Numbers(good, missing, len(read) - len(good) - missing)


def texts(values: Sequence[Any] | NDArray[Any]) -> Texts:
    """A column as counted category texts.

    >>> texts(["red", "red", None, 1.0])
    Texts(counts={'red': 2, '1': 1}, missing=1, invalid=0)
    >>> texts(np.array([1.0, 2.5, 1.0]))
    Texts(counts={'1': 2, '2.5': 1}, missing=0, invalid=0)
    """
    if isinstance(values, np.ndarray):
        distinct, times = np.unique(values, return_counts=True)
        pairs = zip(distinct.tolist(), times.tolist(), strict=True)
    elif set(map(type, values)) == {str}:
        return Texts(dict(Counter(values)))
    else:
        pairs = zip(values, [1] * len(values), strict=True)
    return _counted(pairs)


def _counted(pairs: Any) -> Texts:
    counts: dict[str, int] = {}
    defects = {Defect.MISSING: 0, Defect.INVALID: 0}
    for value, times in pairs:
        name = text(value)
        if isinstance(name, Defect):
            defects[name] += times
        else:
            counts[name] = counts.get(name, 0) + times
    return Texts(counts, defects[Defect.MISSING], defects[Defect.INVALID])
