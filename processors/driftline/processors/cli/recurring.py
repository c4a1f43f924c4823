"""Work that recurs in a thread of its own, so that a long one keeps no look waiting."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread
from typing import Final

from driftline.processors.health import Health
from driftline.semconv import metrics

log = logging.getLogger(__name__)

EVERY_SECONDS: Final = 1.0


class Recurring:
    """Works every second, from `start` until `stop`. What fails is said, counted, and tried again.

    Args:
        name: of the thread.
        work: what is to be done.
        failure: what it means when that failed, as a sentence.
        health: counts failures.
    """

    def __init__(self, name: str, work: Callable[[], object], *, failure: str, health: Health) -> None:
        self._work = work
        self._failure = failure
        self._health = health
        self._end = Event()
        self._thread = Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, timeout: float) -> None:
        """End; work under way may take `timeout` seconds."""
        self._end.set()
        self._thread.join(timeout)

    def _run(self) -> None:
        while not self._end.wait(EVERY_SECONDS):
            try:
                self._work()
            except Exception:
                log.exception("%s", self._failure)
                self._health.count(metrics.DRIFTLINE_EVALUATIONS, outcome="failed")
