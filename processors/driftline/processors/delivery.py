"""Delivery of findings: one thread an exporter, so that a slow destination holds up nobody else."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from threading import Condition, Thread

from driftline.processors.findings import Output
from driftline.processors.health import Health
from driftline.processors.pipeline import Exporter, ExportError
from driftline.semconv import metrics

log = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0


class Delivery:
    """Hands the newest findings to one exporter, again and again, until stopped.

    Findings are the present state and not a history, so only the newest wait: while an export runs or pauses, a newer
    look replaces the older one, which is counted as superseded. A failed export is tried again with the newest
    findings after `retry_after`, else after a pause that doubles from 1 s to 60 s.
    """

    def __init__(self, name: str, exporter: Exporter, *, timeout_seconds: float, health: Health) -> None:
        self._name = name
        self._exporter = exporter
        self._timeout = timeout_seconds
        self._health = health
        self._changed = Condition()  # guards the two below
        self._waiting: Sequence[Output] | None = None
        self._stopping = False
        self._thread = Thread(target=self._run, name=f"driftline-export-{name}", daemon=True)
        self._thread.start()

    def offer(self, findings: Sequence[Output]) -> None:
        """Leave the newest findings for the exporter; returns at once."""
        with self._changed:
            superseded = self._waiting is not None
            self._waiting = findings
            self._changed.notify()
        if superseded:
            self._health.count(metrics.DRIFTLINE_EXPORTS, exporter=self._name, outcome="superseded")

    def stop(self, timeout_seconds: float) -> None:
        """Deliver what waits, once, and end the thread; gives up after the timeout."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._thread.join(timeout_seconds)

    def _run(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while (findings := self._next()) is not None:
            retry_after = self._deliver(findings)
            if retry_after is None:
                pause = FIRST_PAUSE_SECONDS
                continue
            self._keep(findings)
            self._sleep(retry_after or pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def _next(self) -> Sequence[Output] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting is not None or self._stopping)
            findings, self._waiting = self._waiting, None
            return findings

    def _keep(self, findings: Sequence[Output]) -> None:
        with self._changed:
            if self._waiting is None and not self._stopping:
                self._waiting = findings

    def _sleep(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._stopping, seconds)

    def _deliver(self, findings: Sequence[Output]) -> float | None:
        """None when it arrived, else how many seconds the destination asked to be left alone (0: it did not say)."""
        try:
            self._exporter.export(findings, self._timeout)
        except ExportError as error:
            self._failed(error)
            return error.retry_after or 0.0
        except Exception as error:  # noqa: BLE001 - an exporter's bug must not end its thread, nor pass unseen
            self._failed(error)
            return 0.0
        self._health.count(metrics.DRIFTLINE_EXPORTS, exporter=self._name, outcome="delivered")
        return None

    def _failed(self, error: Exception) -> None:
        self._health.count(metrics.DRIFTLINE_EXPORTS, exporter=self._name, outcome="failed")
        log.warning("exporter %s: %s; it will be tried again", self._name, error)
