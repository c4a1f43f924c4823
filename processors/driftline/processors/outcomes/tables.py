"""The tables of the join, in SQLite: a file that survives the process, or memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Engine,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    text,
)
from sqlalchemy.pool import StaticPool

FILE_NAME = "outcomes.sqlite3"
_METADATA = MetaData()

SOURCES = Table(
    "sources",
    _METADATA,
    Column("number", Integer, primary_key=True),
    Column("identity", String, nullable=False, unique=True),
    Column("rate", Float, nullable=False),
)
"""Identities with their segment, as JSON, and the largest share of their predictions that travels."""

PREDICTIONS = Table(
    "predictions",
    _METADATA,
    Column("id", String, primary_key=True),
    Column("source", Integer, primary_key=True),
    Column("time_ns", BigInteger, nullable=False),
    Column("value", String),
    Column("score", Float),
    Column("scores", String),
    Index("predictions_by_time", "source", "time_ns"),
    sqlite_with_rowid=False,
)
"""`scores` is JSON of class to score, where there are several."""

OUTCOMES = Table(
    "outcomes",
    _METADATA,
    Column("id", String, primary_key=True),
    Column("model", String, primary_key=True),
    Column("value", String, nullable=False),
    Column("numeric", Boolean, nullable=False),
    Column("time_ns", BigInteger, nullable=False),
    Column("received_ns", BigInteger, nullable=False),
    Column("orphan", Boolean, nullable=False),
    Index("orphans_by_age", "received_ns", sqlite_where=text("orphan")),
    sqlite_with_rowid=False,
)
"""`model` is empty where the outcome named none."""


def open_engine(folder: Path | None) -> Engine:
    """The engine with its tables; in memory without a folder. One connection: the caller holds a lock.

    What was committed survives the end of the process by any signal: WAL with `synchronous=NORMAL` may lose the last
    transactions only when the machine itself goes down.

    Source: SQLite documentation, "PRAGMA synchronous", "Write-Ahead Logging".
    """
    url = "sqlite://" if folder is None else f"sqlite:///{folder / FILE_NAME}"
    engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False, "timeout": 5})
    event.listen(engine, "connect", _prepare)
    _METADATA.create_all(engine)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=NORMAL", "cache_size=-65536"):
        connection.execute(f"PRAGMA {pragma}").fetchall()
