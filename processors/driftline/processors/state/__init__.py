"""What survives a restart: learned references, alarms, stream positions, in one SQLite file."""

from __future__ import annotations

from driftline.processors.state.errors import CorruptStateError, StateError
from driftline.processors.state.reading import read_entry
from driftline.processors.state.store import FILE_NAME, Store

__all__ = ["FILE_NAME", "CorruptStateError", "StateError", "Store", "read_entry"]
