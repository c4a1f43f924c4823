"""The state file: what survives a restart, written whole or not at all."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Engine,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    delete,
    event,
    insert,
    select,
)
from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from driftline.processors.health import Health
from driftline.processors.state.encoding import decode, digest, encode
from driftline.processors.state.errors import CorruptStateError, StateError
from driftline.semconv import metrics

FILE_NAME = "driftline.sqlite3"
logger = logging.getLogger(__name__)
_METADATA = MetaData()
_ENTRIES = Table(
    "entries",
    _METADATA,
    Column("name", String, primary_key=True),
    Column("format", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
)


class Store:
    """Named entries in one SQLite file: documents, and `Columns` of arrays.

    A file that is damaged, or of a version this one does not know, is set aside under another name, with a warning
    and a counter, and the processor starts afresh. One process at a time: the file is locked while it is open.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = Store.open(Path(folder), health=Health())
    ...     _ = store.save({"alarms": {"credit": "drift"}})
    ...     store.load()
    ...     store.close()
    {'alarms': {'credit': 'drift'}}
    """

    def __init__(self, path: Path, health: Health) -> None:
        self._path, self._health = path, health
        self._saved: dict[str, str] = {}
        self._engine = self._connect()

    @classmethod
    def open(cls, folder: Path, *, health: Health) -> Store:
        """The state in a folder, made when it is not there.

        Raises:
            StateError: the folder cannot be written, or another processor has the file open.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return cls(folder / FILE_NAME, health)
        except StateError:
            raise
        except (OSError, OperationalError) as error:
            raise StateError(f"cannot keep state in {folder}: {error}; give --state a writable folder") from error

    def load(self) -> dict[str, Any]:
        """Everything saved, by name; empty when nothing was, or when what was saved had to be set aside."""
        try:
            return self._read()
        except (CorruptStateError, DatabaseError) as error:
            self._set_aside(error)
            return {}

    def save(self, snapshot: Mapping[str, Any]) -> bool:
        """Make the file hold exactly this, in one transaction; False when it could not be written.

        A failure is logged and counted, and the next save tries again: what was saved before stays whole.
        """
        encoded = {name: encode(value) for name, value in snapshot.items()}
        checksums = {name: digest(form, body) for name, (form, body) in encoded.items()}
        renewed = [name for name, checksum in checksums.items() if self._saved.get(name) != checksum]
        dropped = [name for name in self._saved if name not in checksums]
        if not renewed and not dropped:
            return True
        rows = [
            {"name": name, "format": encoded[name][0], "digest": checksums[name], "body": encoded[name][1]}
            for name in renewed
        ]
        try:
            with self._engine.begin() as connection:
                connection.execute(delete(_ENTRIES).where(_ENTRIES.c.name.in_([*renewed, *dropped])))
                if rows:
                    connection.execute(insert(_ENTRIES), rows)
        except SQLAlchemyError as error:
            self._health.count(metrics.DRIFTLINE_STATE_ERRORS)
            logger.warning("could not save the state to %s: %s; the last one that was saved stays", self._path, error)
            return False
        self._saved = checksums
        return True

    def reject(self, error: Exception) -> None:
        """Set the file aside because what was loaded made no sense to whoever it was for."""
        self._set_aside(error)

    def close(self) -> None:
        """Unlock the file."""
        self._engine.dispose()

    def _read(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        checksums: dict[str, str] = {}
        with self._engine.connect() as connection:
            for name, form, checksum, body in connection.execute(select(_ENTRIES)):
                if digest(form, body) != checksum:
                    raise CorruptStateError(f"the entry {name!r} was damaged")
                found[name], checksums[name] = decode(form, body), checksum
        self._saved = checksums
        return found

    def _connect(self) -> Engine:
        try:
            return self._create()
        except OperationalError as error:
            if "locked" in str(error.orig):
                raise StateError(f"another processor has {self._path} open: give each its own --state") from error
            raise
        except DatabaseError as error:
            self._rename(error)
            return self._create()

    def _create(self) -> Engine:
        engine = create_engine(
            f"sqlite:///{self._path}", poolclass=StaticPool, connect_args={"check_same_thread": False, "timeout": 1}
        )
        event.listen(engine, "connect", _hold)
        try:
            _METADATA.create_all(engine)
            with engine.begin() as connection:  # a first write takes the lock and keeps it
                connection.execute(delete(_ENTRIES).where(_ENTRIES.c.name == ""))
        except SQLAlchemyError:
            engine.dispose()
            raise
        return engine

    def _set_aside(self, error: Exception) -> None:
        self._engine.dispose()
        self._rename(error)
        self._saved = {}
        self._engine = self._create()

    def _rename(self, error: Exception) -> None:
        number = 1
        while (aside := self._path.with_name(f"{self._path.name}.corrupt-{number}")).exists():
            number += 1
        self._path.rename(aside)
        for suffix in ("-journal", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
        self._health.count(metrics.DRIFTLINE_STATE_ERRORS)
        logger.warning("the state file %s was damaged (%s): kept as %s, starting afresh", self._path, error, aside.name)


def _hold(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA locking_mode=EXCLUSIVE")
