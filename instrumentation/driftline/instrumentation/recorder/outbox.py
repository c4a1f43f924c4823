"""Events waiting to be sent. Bounded; what does not fit is refused, never waited for."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

_PATIENCE_SECONDS: Final = 0.5  # held for nanoseconds; a signal handler that interrupts its holder must not hang


@dataclass(frozen=True, slots=True)
class Note:
    """One event: its name of the contract, when it happened, its attributes, and of how many rows it speaks."""

    name: str
    time_ns: int
    attributes: Mapping[str, Any]
    rows: int = 1


class Outbox:
    """Holds events about at most `capacity` rows. Safe to use from several threads.

    >>> outbox = Outbox(capacity=1)
    >>> outbox.put(Note("a", 0, {})), outbox.put(Note("b", 0, {}))
    (True, False)
    >>> [note.name for note in outbox.take(10)], outbox.take(10)
    (['a'], [])
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._notes: deque[Note] = deque()
        self._rows = 0
        self._lock = threading.Lock()

    @property
    def rows(self) -> int:
        """How many rows wait."""
        return self._rows

    def put(self, note: Note) -> bool:
        """Keep an event; False when there is no room, or when the lock cannot be had."""
        if not self._lock.acquire(timeout=_PATIENCE_SECONDS):
            return False
        try:
            if self._rows + note.rows > self._capacity:
                return False
            self._notes.append(note)
            self._rows += note.rows
        finally:
            self._lock.release()
        return True

    def take(self, rows: int) -> list[Note]:
        """The oldest events, about `rows` rows together; none are left out between them."""
        taken: list[Note] = []
        with self._lock:
            while self._notes and rows > 0:
                taken.append(self._notes.popleft())
                rows -= taken[-1].rows
            self._rows -= sum(note.rows for note in taken)
        return taken

    def put_back(self, notes: Sequence[Note]) -> None:
        """Events that could not be sent are the oldest again, also where others came to fill their place."""
        with self._lock:
            self._notes.extendleft(reversed(notes))
            self._rows += sum(note.rows for note in notes)
