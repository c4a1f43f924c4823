"""The join of outcomes at work: a thread of its own measures cohorts, so that a large one keeps no look waiting."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from driftline.processors.cli.recurring import Recurring
from driftline.processors.estimation import ScoreModel
from driftline.processors.findings import Identity, Output, Performance
from driftline.processors.health import Health
from driftline.processors.monitor import Monitor
from driftline.processors.outcomes import Outcomes
from driftline.processors.pipeline.concept import ConceptLook
from driftline.processors.pipeline.estimate_errors import EstimateErrors
from driftline.processors.pipeline.fairness import CohortFairness
from driftline.semconv import PerformanceKind

TIDY_SECONDS = 60.0
_MOST_RECALLED = 1_000
"""Cohorts whose estimates are remembered for people who look back."""


class OutcomeWatch:
    """Measures every second what changed, from `start` until `stop`.

    Args:
        folder: where predictions and outcomes are kept; None: in memory.
        monitor_of: the monitor of an identity.
        health: counts what was joined, and what failed.
        clock_ns: nanoseconds since the epoch.
        hear: takes every final cohort that objectives stand on, after each measuring.
        most_rows: held at most.
        score_of: what the reference of an identity knows of its score.
        estimated_between: what was estimated from rows of an identity, made in [start, end).

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
        estimated_between: Callable[[Identity, int, int], Sequence[Performance]],
    ) -> None:
        self._clock_ns = clock_ns
        self._hear = hear
        self._next_tidy = time.monotonic() + TIDY_SECONDS
        self.outcomes = Outcomes(folder, monitor_of, health, most_rows=most_rows)
        self._fairness = CohortFairness(self.outcomes.joined, monitor_of)
        self._estimates = EstimateErrors(self.outcomes.joined, score_of, estimated_between)
        self._recalled = lru_cache(_MOST_RECALLED)(self._estimates.estimated)
        self.concept = ConceptLook(self.outcomes.joined, monitor_of)
        self._found: list[Output] = []
        if folder is not None:
            self.outcomes.open()  # what it cannot use is said at the start
        failure = "performance could not be measured; it is tried again"
        self._work = Recurring("driftline-outcomes", self._once, failure=failure, health=health)

    def start(self) -> None:
        """Begin to measure."""
        self._work.start()

    def findings(self) -> list[Output]:
        """What the last measuring found: performance, how groups are treated, and whether errors have changed."""
        return self._found

    def history(self, model: str, most: int | None = None) -> list[Performance]:
        """The cohorts held of a model, final ones with what the estimate was; `most` of each identity, the newest."""
        held = self.outcomes.history(model, self._clock_ns(), most)
        final = PerformanceKind.REALIZED
        return [self._recalled(replace(one, time_ns=0)) if one.kind is final else one for one in held]

    def stop(self, timeout: float) -> None:
        """End; what is being measured may take `timeout` seconds."""
        self._work.stop(timeout)
        self.outcomes.close()

    def _once(self) -> None:
        self._measure(self._clock_ns())
        if time.monotonic() >= self._next_tidy:
            self._next_tidy = time.monotonic() + TIDY_SECONDS
            self.outcomes.tidy(self._clock_ns())

    def _measure(self, now_ns: int) -> None:
        found = self.outcomes.measure(now_ns)
        self._hear(self.outcomes.settled())
        self._found = [
            *self._estimates.beside(found),
            *self._fairness.look(found, now_ns),
            *self.concept.look(found, now_ns),
        ]
