"""When each row happened: whatever a time column holds, as nanoseconds since the epoch.

| the column holds | read as |
|---|---|
| timestamps with a zone, text with `Z` or `+02:00` | that instant |
| timestamps or text without a zone, dates | local time in the zone that the caller names; without one: refused |
| numbers | seconds since the epoch, or milli-, micro- or nanoseconds, by their size |

Where clocks go back, the first of the two hours is meant; where they go forward, the time that they show then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from driftline.processors.tables.columns import Nature, nature, numbers
from driftline.processors.tables.errors import TableError

UNKNOWN = np.iinfo(np.int64).min
"""Stands for the time of a row that has none."""

_NAMES = ("time", "timestamp", "datetime", "date", "event_time", "ts")
_AS_IT_IS = ("UTC", "Etc/UTC")
_UNITS = ((1e11, 1e9), (1e14, 1e6), (1e17, 1e3), (np.inf, 1.0))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LARGEST = 9.2e18  # nanoseconds an int64 can hold


class TimeColumn:
    """Reads the times of a table, batch after batch.

    Args:
        name: the column; None: the one that is named or typed like a time, when there is exactly one.
        zone: an IANA name, for times that say none.

    Raises:
        TableError: no such zone.

    >>> batch = pa.record_batch({"at": ["2026-01-01T12:00:00+01:00", None]})
    >>> TimeColumn("at").read(batch).tolist()[0]
    1767265200000000000
    """

    def __init__(self, name: str | None = None, zone: str | None = None) -> None:
        self.name = name
        self._zone = zone
        self._unit: float | None = None
        if zone is not None:
            _check(zone)

    def read(self, batch: pa.RecordBatch) -> NDArray[np.int64]:
        """Times of the rows, (n,), in nanoseconds since the epoch; `UNKNOWN` where a row has none.

        Raises:
            TableError: no time column, or times that cannot be told.
        """
        if self.name is None:
            self.name = _found(batch.schema)
        if self.name not in batch.schema.names:
            raise TableError(f"the table has no column {self.name}: name its time with `--time COLUMN`")
        column = batch.column(self.name)
        kind = nature(column.type)
        if kind is Nature.NUMBER:
            return self._from_numbers(numbers(column))
        if kind is Nature.EMPTY:
            return np.full(len(column), UNKNOWN)
        if kind is Nature.TEXT:
            column = self._parsed(column.dictionary_decode() if pa.types.is_dictionary(column.type) else column)
        elif kind is not Nature.MOMENT or pa.types.is_time(column.type):
            raise TableError(f"{self.name} holds no times: name the column that does with `--time COLUMN`")
        return self._instants(column)

    def _from_numbers(self, values: NDArray[np.float64]) -> NDArray[np.int64]:
        known = np.isfinite(values)
        if self._unit is None and known.any():
            size = float(np.abs(values[known]).max())
            self._unit = next(unit for below, unit in _UNITS if size < below)
        times = np.where(known, values, 0.0) * (self._unit or 1.0)
        known &= np.abs(times) < _LARGEST
        return np.where(known, np.rint(np.where(known, times, 0.0)).astype(np.int64), UNKNOWN)

    def _parsed(self, column: pa.Array) -> pa.Array:
        for type_ in (pa.timestamp("ns", "UTC"), pa.timestamp("ns")):
            try:
                return column.cast(type_)
            except pa.ArrowInvalid as error:
                reason = str(error).splitlines()[0]
        raise TableError(
            f"{self.name}: {reason}: write every time alike, as 2026-01-31T14:30:00Z, or as seconds since the epoch"
        )

    def _instants(self, column: pa.Array) -> NDArray[np.int64]:
        if pa.types.is_date(column.type) or column.type.tz is None:
            if self._zone is None:
                raise TableError(
                    f"{self.name} says no time zone: add `--time-zone UTC`, or the zone it is in (Europe/Berlin)"
                )
            column = column.cast(pa.timestamp("ns"), safe=False)
            if self._zone not in _AS_IT_IS:
                column = pc.assume_timezone(column, self._zone, ambiguous="earliest", nonexistent="latest")
        whole = column.cast(pa.timestamp("ns", column.type.tz), safe=False).cast(pa.int64())
        return np.asarray(pc.fill_null(whole, UNKNOWN).to_numpy(zero_copy_only=False), dtype=np.int64)


def instant(text: str, zone: str | None = None) -> int:
    """One time that a person wrote, in nanoseconds since the epoch.

    Raises:
        TableError: it is none, or says no zone and none is given.

    >>> instant("2026-01-01T00:00:00Z"), instant("2026-01-01", "UTC")
    (1767225600000000000, 1767225600000000000)
    """
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise TableError(f"{text!r} is no time: write 2026-01-31T14:30:00Z") from error
    if time.tzinfo is None:
        if zone is None:
            raise TableError(f"{text} says no time zone: write {text}Z, or add `--time-zone ZONE`")
        _check(zone)
        time = time.replace(tzinfo=ZoneInfo(zone))
    return (time - _EPOCH) // timedelta(microseconds=1) * 1000


def _check(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise TableError(f"no time zone {zone!r}: write an IANA name, such as UTC or Europe/Berlin") from error


def _found(schema: pa.Schema) -> str:
    moments = [field.name for field in schema if pa.types.is_timestamp(field.type) or pa.types.is_date(field.type)]
    named = [name for name in schema.names if name.lower() in _NAMES]
    for candidates in (moments, named):
        if len(candidates) == 1:
            return str(candidates[0])
    raise TableError(f"which column is the time? add `--time COLUMN` with one of {_listed(moments or schema.names)}")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:20]) + (", ..." if len(names) > 20 else "")
