"""An end to waiting: calls whose message does not arrive are given up, so that slow senders never hold all threads."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread


class Patience:
    """Gives up what takes longer than some seconds; one thread for all, as most waits end at once.

    Args:
        seconds: how long each may take; some give up later, by a quarter of it at most.
        most: how many may wait at a time; with one more, the one that has waited longest is given up at once.

    >>> patience = Patience(5.0, most=192)
    >>> with patience.wait(lambda: print("given up")):
    ...     pass
    >>> patience.stop()
    """

    def __init__(self, seconds: float, *, most: int) -> None:
        self._seconds = seconds
        self._most = most
        self._lock = Lock()  # guards what is waited for
        self._waiting: dict[object, tuple[float, Callable[[], object]]] = {}
        self._stopped = Event()
        self._thread = Thread(target=self._watch, name="driftline-patience", daemon=True)
        self._thread.start()

    @contextmanager
    def wait(self, give_up: Callable[[], object]) -> Iterator[None]:
        """Wait in the block; `give_up` is called, once, when it takes too long."""
        token = object()
        with self._lock:
            self._waiting[token] = time.monotonic() + self._seconds, give_up
            crowded_out = self._longest() if len(self._waiting) > self._most else None
        if crowded_out is not None:
            crowded_out()
        try:
            yield
        finally:
            with self._lock:
                self._waiting.pop(token, None)

    def stop(self) -> None:
        """Watch no longer."""
        self._stopped.set()
        self._thread.join()

    def _longest(self) -> Callable[[], object]:
        """Give up the first of those waiting: they stand in the order they came."""
        return self._waiting.pop(next(iter(self._waiting)))[1]

    def _watch(self) -> None:
        while not self._stopped.wait(self._seconds / 4):
            now = time.monotonic()
            with self._lock:
                late = [token for token, (deadline, _) in self._waiting.items() if deadline < now]
                overdue = [self._waiting.pop(token)[1] for token in late]
            for give_up in overdue:
                give_up()
