"""Calls waiting to be counted. Bounded; what does not fit is refused, never waited for."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from driftline.instrumentation.recorder.plans import Block, Row

_PATIENCE_SECONDS = 0.5  # the lock is held for nanoseconds; a signal handler that interrupts its holder must not hang


@dataclass(slots=True)
class Waiting:
    """What was taken out at once."""

    rows: list[Row] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    cells: int = 0


class Pending:
    """Holds at most `capacity` values. Safe to use from several threads; no lock is held longer than an append.

    >>> from driftline.instrumentation.recorder.plans import Plan
    >>> pending = Pending(capacity=3)
    >>> pending.put_row((Plan(()), (1.0, 2.0), None)), pending.put_row((Plan(()), (1.0, 2.0), None))
    (True, False)
    >>> len(pending.take().rows), len(pending.take().rows)
    (1, 0)
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._waiting = Waiting()
        self._lock = threading.Lock()

    @property
    def cells(self) -> int:
        """How many values wait."""
        return self._waiting.cells

    def put_row(self, row: Row) -> bool:
        """Keep one row; False when there is no room, or when the lock cannot be had."""
        cells = len(row[1]) or 1
        if not self._lock.acquire(timeout=_PATIENCE_SECONDS):
            return False
        try:
            waiting = self._waiting
            if waiting.cells + cells > self._capacity:
                return False
            waiting.rows.append(row)
            waiting.cells += cells
        finally:
            self._lock.release()
        return True

    def put_block(self, block: Block) -> bool:
        """Keep a block; False when there is no room."""
        if not self._lock.acquire(timeout=_PATIENCE_SECONDS):
            return False
        try:
            waiting = self._waiting
            if waiting.cells + block.cells > self._capacity:
                return False
            waiting.blocks.append(block)
            waiting.cells += block.cells
        finally:
            self._lock.release()
        return True

    def take(self) -> Waiting:
        """Everything that waits."""
        with self._lock:
            taken, self._waiting = self._waiting, Waiting()
        return taken
