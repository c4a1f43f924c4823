"""The join's own health: what became of what it took, how much it holds, and how much of that meets."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from driftline.processors.health import Health
from driftline.processors.outcomes.records import Result
from driftline.processors.outcomes.tidying import Forgotten, rows
from driftline.semconv import metrics

if TYPE_CHECKING:
    from driftline.processors.outcomes.store import Store


class Shown:
    """Counts for the processor's own metrics."""

    def __init__(self, health: Health) -> None:
        self._health = health

    def predictions(self, done: Counter[str]) -> None:
        """What became of predictions."""
        for result, number in done.items():
            self._health.count(metrics.DRIFTLINE_OUTCOMES_PREDICTIONS, number, outcome=result)

    def outcomes(self, done: Counter[Result]) -> None:
        """What became of outcomes."""
        for result, number in (+done).items():
            self._health.count(metrics.DRIFTLINE_OUTCOMES, number, outcome=result)

    def forgotten(self, forgotten: Forgotten) -> None:
        """What was dropped."""
        if forgotten.orphans:
            self.outcomes(Counter({Result.EXPIRED: forgotten.orphans}))
        if forgotten.predictions:
            self.predictions(Counter({"expired": forgotten.predictions}))

    def store(self, store: Store) -> None:
        """How much is held, and which share of the outcomes has its prediction."""
        self._health.gauge(metrics.DRIFTLINE_OUTCOMES_ROWS, rows(store))
        if store.outcomes:
            self._health.gauge(metrics.DRIFTLINE_OUTCOMES_MATCH_RATE, 1 - store.orphans / store.outcomes)

    def failed(self) -> None:
        """A batch could not be stored."""
        self._health.count(metrics.DRIFTLINE_STATE_ERRORS)
