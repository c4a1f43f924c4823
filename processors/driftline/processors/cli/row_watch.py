"""The looks at rows: a thread of their own, so that none of them keeps the others waiting."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

from driftline.processors.findings import Identity
from driftline.processors.health import Health
from driftline.processors.monitor import Monitor, MonitorSet
from driftline.processors.pipeline import Pipeline
from driftline.processors.pipeline.exclusions import hushed
from driftline.processors.pipeline.rows import RowLooks
from driftline.processors.windows import FieldWindow
from driftline.semconv import metrics

log = logging.getLogger(__name__)

EVERY_SECONDS = 1.0
"""How often it is asked whether rows are due; each monitor says itself how often they are."""


class RowWatch:
    """Looks at rows from its constructor on, until `stop`.

    Args:
        monitors: the monitors in force.
        pipeline: knows what is muted.
        health: counts looks that failed.
        clock_ns: nanoseconds since the epoch.

    Raises:
        MissingExtraError: a monitor asks for the classifier, and scikit-learn is not installed.
    """

    def __init__(self, monitors: MonitorSet, pipeline: Pipeline, health: Health, clock_ns: Callable[[], int]) -> None:
        self._pipeline = pipeline
        self._health = health
        self._clock_ns = clock_ns
        self.looks = RowLooks(monitors, self._hushed)
        self._end = Event()
        self._thread = Thread(target=self._run, name="driftline-rows", daemon=True)
        self._thread.start()

    def stop(self, timeout: float) -> None:
        """End; a look under way may take `timeout` seconds."""
        self._end.set()
        self._thread.join(timeout)

    def _run(self) -> None:
        while not self._end.wait(EVERY_SECONDS):
            try:
                self.looks.look(self._clock_ns())
            except Exception:
                log.exception("a look at rows failed; those rows are not judged")
                self._health.count(metrics.DRIFTLINE_EVALUATIONS, outcome="failed")

    def _hushed(self, identity: Identity, monitor: Monitor, now_ns: int) -> bool:
        """Whether the model as a whole is muted now, or the time is excluded."""
        mutes = [mute for mute in self._pipeline.desk.mutes.of(identity.model) if mute.field is None]
        return hushed(monitor, mutes, FieldWindow("", "", start_ns=now_ns, end_ns=now_ns + 1)) is not None
