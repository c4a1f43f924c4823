"""The state of a processor that is stopped, read by somebody else: nothing of it is changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from driftline.processors.state.encoding import decode
from driftline.processors.state.errors import StateError
from driftline.processors.state.store import FILE_NAME


def read_entry(folder: Path, name: str) -> Any:
    """One entry of the state kept in a folder; None when nothing is kept under that name.

    Raises:
        StateError: there is no state, it cannot be read, or a running processor has it open.
        CorruptStateError: the entry is damaged.
    """
    path = (folder / FILE_NAME).resolve()
    if not path.is_file():
        raise StateError(f"{folder} holds no {FILE_NAME}: name the folder of `driftline run --state`")
    engine = create_engine(f"sqlite:///file:{path.as_posix()}?mode=ro&uri=true", connect_args={"timeout": 1})
    try:
        with engine.connect() as connection:
            found = connection.execute(text("SELECT format, body FROM entries WHERE name = :name"), {"name": name})
            row = found.first()
    except SQLAlchemyError as error:
        raise StateError(f"cannot read {path}: stop the processor that has it open, or ask it instead") from error
    finally:
        engine.dispose()
    return None if row is None else decode(row.format, row.body)
