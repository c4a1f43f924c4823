"""The join of outcomes at work: a thread of its own measures cohorts, so that a large one keeps no look waiting."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event, Thread

from driftline.processors.estimation import ScoreModel
from driftline.processors.findings import Identity, Output, Performance
from driftline.processors.health import Health
from driftline.processors.monitor import Monitor
from driftline.processors.outcomes import Outcomes
from driftline.processors.pipeline.concept import ConceptLook
from driftline.processors.pipeline.estimate_errors import EstimateErrors
from driftline.processors.pipeline.fairness import CohortFairness
from driftline.semconv import metrics

log = logging.getLogger(__name__)

EVERY_SECONDS = 1.0
"""How often cohorts that changed are measured."""
TIDY_SECONDS = 60.0


class OutcomeWatch:
    """Measures from its constructor on, until `stop`.

    Args:
        folder: where predictions and outcomes are kept; None: in memory.
        monitor_of: the monitor of an identity.
        health: counts what was joined, and what failed.
        clock_ns: nanoseconds since the epoch.
        hear: takes every final cohort that objectives stand on, after each measuring.
        most_rows: held at most.
        score_of: what the reference of an identity knows of its score.

    Raises:
        OutcomesError: what is in the folder cannot be used.
    """

    def __init__(
        self,
        folder: Path | None,
        monitor_of: Callable[[Identity], Monitor],
        health: Health,
        clock_ns: Callable[[], int],
        *,
        hear: Callable[[Sequence[Performance]], None],
        most_rows: int,
        score_of: Callable[[Identity], ScoreModel | None],
    ) -> None:
        self._health = health
        self._clock_ns = clock_ns
        self._hear = hear
        self._next_tidy = time.monotonic() + TIDY_SECONDS
        self.outcomes = Outcomes(folder, monitor_of, health, most_rows=most_rows)
        self._fairness = CohortFairness(self.outcomes.joined, monitor_of)
        self._estimates = EstimateErrors(self.outcomes.joined, score_of)
        self.concept = ConceptLook(self.outcomes.joined, monitor_of)
        self._found: list[Output] = []
        if folder is not None:
            self.outcomes.open()  # what it cannot use is said at the start
        self._end = Event()
        self._thread = Thread(target=self._run, name="driftline-outcomes", daemon=True)
        self._thread.start()

    def findings(self) -> list[Output]:
        """What the last measuring found: performance, how groups are treated, and whether errors have changed."""
        return self._found

    def stop(self, timeout: float) -> None:
        """End; what is being measured may take `timeout` seconds."""
        self._end.set()
        self._thread.join(timeout)
        self.outcomes.close()

    def _run(self) -> None:
        while not self._end.wait(EVERY_SECONDS):
            try:
                self._measure(self._clock_ns())
                if time.monotonic() >= self._next_tidy:
                    self._next_tidy = time.monotonic() + TIDY_SECONDS
                    self.outcomes.tidy(self._clock_ns())
            except Exception:
                log.exception("performance could not be measured; it is tried again")
                self._health.count(metrics.DRIFTLINE_EVALUATIONS, outcome="failed")

    def _measure(self, now_ns: int) -> None:
        found = self.outcomes.measure(now_ns)
        self._hear(self.outcomes.settled())
        self._found = [
            *self._estimates.beside(found),
            *self._fairness.look(found, now_ns),
            *self.concept.look(found, now_ns),
        ]
