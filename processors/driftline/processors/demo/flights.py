"""The flights of the demo: which months, which columns, and rows of them as a client sends them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

FILE: Final = Path(__file__).with_name("data") / "flights.parquet"
"""US flights of January to August 2015; `data/PROVENANCE.md` says where they come from."""

LEARNED: Final = (date(2015, 1, 1), date(2015, 3, 1))
HELD_OUT: Final = (date(2015, 3, 1), date(2015, 4, 1))
SPRING: Final = (date(2015, 4, 1), date(2015, 7, 1))
JULY: Final = (date(2015, 7, 1), date(2015, 9, 1))
"""First day and the day after the last. On 1 July 2015 the flights of US Airways became American's."""

FEATURES: Final = ("airline", "distance", "air_time", "taxi_out", "day")
LATE_MINUTES: Final = 15
DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def flights(period: tuple[date, date]) -> pa.Table:
    """The flights of a period: the columns of `FEATURES`, and `late`, whether it left over 15 minutes late.

    >>> flights(LEARNED).column_names
    ['airline', 'distance', 'air_time', 'taxi_out', 'day', 'late']
    """
    table = pq.read_table(FILE)
    first, end = (pa.scalar(day) for day in period)
    table = table.filter(pc.and_(pc.greater_equal(table["date"], first), pc.less(table["date"], end)))
    table = table.append_column("day", pa.array(DAYS).take(pc.day_of_week(table["date"])))
    table = table.append_column("late", pc.greater(table["departure_delay"], LATE_MINUTES))
    return table.select([*FEATURES, "late"])


@dataclass(frozen=True, slots=True)
class Request:
    """Rows as JSON takes them, and whether each flight left late: what nobody knows when they are sent."""

    rows: list[dict[str, Any]]
    late: list[bool]


def batches(period: tuple[date, date], rows: int, random: np.random.Generator) -> Iterator[Request]:
    """Batches of real rows of a period, in random order, for ever."""
    table = flights(period)
    while True:
        shuffled = table.take(random.permutation(table.num_rows))
        for start in range(0, table.num_rows - rows + 1, rows):
            some = shuffled.slice(start, rows)
            yield Request(some.select(FEATURES).to_pylist(), some["late"].to_pylist())
