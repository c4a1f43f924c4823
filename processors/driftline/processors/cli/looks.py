"""The looks: evaluates when one is due and hands the findings on."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from threading import Event
from typing import Protocol

from driftline.processors.control import Probe
from driftline.processors.findings import Output
from driftline.processors.health import Health
from driftline.semconv import metrics

log = logging.getLogger(__name__)

LONGEST_WAIT_SECONDS = 2.0
"""Files are looked at, and the state is written, at least this often."""


class Evaluates(Protocol):
    """The part of the pipeline that is needed here."""

    def evaluate(self, now_ns: int) -> list[Output]: ...
    def next_look_ns(self, now_ns: int) -> int: ...


class Looks:
    """Runs the looks until told to stop.

    Args:
        pipeline: what evaluates.
        deliver: takes every look's findings, whole; returns at once.
        chores: called between looks, at least every two seconds: reloading files, writing the state.
        probe: is told when the next look is due.
        health: counts looks and their seconds.
        clock_ns: nanoseconds since the epoch.
    """

    def __init__(
        self,
        pipeline: Evaluates,
        deliver: Callable[[Sequence[Output]], None],
        *,
        chores: Sequence[Callable[[], None]],
        probe: Probe,
        health: Health,
        clock_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self._pipeline = pipeline
        self._deliver = deliver
        self._chores = chores
        self._probe = probe
        self._health = health
        self._clock_ns = clock_ns

    def run(self, stop: Event) -> None:
        """Look, wait, look again; returns when `stop` is set."""
        due = self._clock_ns()
        while not stop.is_set():
            if self._clock_ns() >= due:
                self.once()
                due = self._pipeline.next_look_ns(self._clock_ns())
            self._tidy()
            seconds = min(max((due - self._clock_ns()) / 1e9, 0.0), LONGEST_WAIT_SECONDS)
            self._probe.expect(seconds)
            stop.wait(seconds)

    def once(self) -> None:
        """One look. An error is logged and counted, and the next look tries again."""
        started = time.perf_counter()
        try:
            self._deliver(self._pipeline.evaluate(self._clock_ns()))
        except Exception:
            log.exception("a look failed; the next one tries again")
            self._health.count(metrics.DRIFTLINE_EVALUATIONS, outcome="failed")
            return
        self._health.count(metrics.DRIFTLINE_EVALUATIONS, outcome="done")
        self._health.gauge(metrics.DRIFTLINE_EVALUATION_DURATION, time.perf_counter() - started)

    def _tidy(self) -> None:
        for chore in self._chores:
            try:
                chore()
            except Exception:
                log.exception("a chore failed; it is tried again")
