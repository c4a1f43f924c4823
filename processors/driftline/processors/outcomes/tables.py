"""The tables of the join, in SQLite: a file that survives the process, or memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Engine,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    column,
    create_engine,
    event,
    inspect,
    select,
    table,
)
from sqlalchemy.pool import StaticPool

from driftline.processors.outcomes.errors import OutcomesError

FILE_NAME = "outcomes.sqlite3"
_LAYOUT = 1
"""Of the tables below. 0 had rows by id, and their indexes, in the file."""
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
    Column("number", Integer, primary_key=True),
    Column("id", String, nullable=False),
    Column("source", Integer, nullable=False),
    Column("time_ns", BigInteger, nullable=False),
    Column("value", String),
    Column("score", Float),
    Column("scores", String),
)
"""In the order in which they came. `scores` is JSON of class to score, where there are several."""

OUTCOMES = Table(
    "outcomes",
    _METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String, nullable=False),
    Column("model", String, nullable=False),
    Column("value", String, nullable=False),
    Column("numeric", Boolean, nullable=False),
    Column("time_ns", BigInteger, nullable=False),
    Column("received_ns", BigInteger, nullable=False),
)
"""In the order in which they came. `model` is empty where the outcome named none."""


def open_engine(folder: Path | None) -> Engine:
    """The engine with its tables; in memory without a folder. One connection: the caller holds a lock.

    What was committed survives the end of the process by any signal: WAL with `synchronous=NORMAL` may lose the last
    transactions only when the machine itself goes down. A file of an earlier layout is brought to this one.

    Raises:
        OutcomesError: a later version of Driftline has written the file.

    Source: SQLite documentation, "PRAGMA synchronous", "Write-Ahead Logging".
    """
    url = "sqlite://" if folder is None else f"sqlite:///{folder / FILE_NAME}"
    engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False, "timeout": 5})
    event.listen(engine, "connect", _prepare)
    with engine.begin() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # the driver begins none for statements that make tables
        _bring_up(connection)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=NORMAL", "cache_size=-16384"):
        connection.execute(f"PRAGMA {pragma}").fetchall()


def _bring_up(connection: Connection) -> None:
    layout = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    if layout > _LAYOUT:
        raise OutcomesError(f"its layout is {layout}, and this version knows {_LAYOUT}: run a later version on it")
    older = layout < _LAYOUT and inspect(connection).has_table(PREDICTIONS.name)
    moved = ((PREDICTIONS, "time_ns"), (OUTCOMES, "received_ns")) if older else ()
    for new, _ in moved:
        connection.exec_driver_sql(f"ALTER TABLE {new.name} RENAME TO old_{new.name}")
    _METADATA.create_all(connection)
    for new, order in moved:
        kept = [each.name for each in new.columns if each.name != "number"]
        old = table(f"old_{new.name}", *map(column, kept))
        connection.execute(new.insert().from_select(kept, select(*old.columns).order_by(old.columns[order])))
        connection.exec_driver_sql(f"DROP TABLE {old.name}")
    connection.exec_driver_sql(f"PRAGMA user_version={_LAYOUT}")
