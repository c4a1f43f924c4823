"""What a joined outcome costs, beside the same rows written by `sqlite3.executemany` alone."""

from __future__ import annotations

import sqlite3
import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import TypeVar

from driftline.processors.outcomes import Predicted, Proved
from tests.benchmarks.outcomes.child import outcomes_in
from tests.benchmarks.outcomes.history import CREDIT, DAY, START

T = TypeVar("T")
COSTED = 100_000
_PLAIN = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=NORMAL",
    """CREATE TABLE outcomes (id TEXT PRIMARY KEY, model TEXT, value TEXT, numeric BOOLEAN, time_ns INTEGER,
    received_ns INTEGER, orphan BOOLEAN) WITHOUT ROWID""",
)


def costs() -> tuple[float, float]:
    """Microseconds of CPU for each outcome: joined with a prediction that is held, and merely written."""
    random = Random(7)
    ids = [str(uuid.UUID(int=random.getrandbits(128))) for _ in range(COSTED)]
    with tempfile.TemporaryDirectory() as folder:
        outcomes = outcomes_in(Path(folder))
        made = [Predicted(CREDIT, each, START + row, "1", 0.75) for row, each in enumerate(ids)]
        _each(made, lambda some: outcomes.predict(some, START + DAY))
        random.shuffle(ids)
        told = [Proved(each, "1", START + DAY, "credit") for each in ids]
        joined = _each(told, lambda some: outcomes.prove(some, START + DAY))
        outcomes.close()
        connection = sqlite3.connect(Path(folder) / "plain.sqlite3")
        for statement in _PLAIN:
            connection.execute(statement)
        rows = [(one.id, one.model, one.value, 0, one.time_ns, START, 0) for one in told]
        plain = _each(rows, lambda some: _write(connection, some))
        connection.close()
    return joined, plain


def _each(records: list[T], take: Callable[[list[T]], object], size: int = 2000) -> float:
    began = time.process_time()
    for start in range(0, len(records), size):
        take(records[start : start + size])
    return (time.process_time() - began) / len(records) * 1e6


def _write(connection: sqlite3.Connection, rows: Sequence[tuple[object, ...]]) -> None:
    with connection:
        connection.executemany("INSERT INTO outcomes VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
