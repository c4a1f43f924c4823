"""The demo's story: spring, then July, then spring again; and how long each lasts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from driftline.processors.demo.flights import JULY, SPRING

SHORTEST: Final = 20.0
"""Seconds. In less, windows hold too few rows to tell the change from chance and to forget it again."""


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of traffic: the months its rows come from, and when it starts and ends, in seconds."""

    title: str
    period: tuple[date, date]
    start: float
    end: float
    changed: bool


@dataclass(frozen=True, slots=True)
class Story:
    """The phases in order, and the window of the monitor that goes with their pace."""

    phases: tuple[Phase, ...]
    window_seconds: int

    @property
    def duration(self) -> float:
        return self.phases[-1].end

    @property
    def change(self) -> float:
        """When the traffic changes."""
        return next(phase.start for phase in self.phases if phase.changed)

    @property
    def healing(self) -> float:
        """When the traffic is again what the model was trained on."""
        return next(phase.end for phase in self.phases if phase.changed)

    @property
    def outcome_seconds(self) -> float:
        """How long after a flight's prediction it is known, on average, whether it left late."""
        return self.duration / 24

    @property
    def cohort_seconds(self) -> int:
        """The stretch of predictions whose performance is told together."""
        return max(round(self.duration / 8), 2)

    def phase(self, elapsed: float) -> Phase:
        """The phase at `elapsed` seconds; the last one afterwards."""
        return next((phase for phase in self.phases if elapsed < phase.end), self.phases[-1])


def story(duration: float) -> Story:
    """The story told in `duration` seconds, at least `SHORTEST`.

    >>> [(phase.start, phase.end) for phase in story(120).phases]
    [(0.0, 30.0), (30.0, 75.0), (75.0, 120.0)]
    >>> story(120).window_seconds
    10
    """
    first, second, end = 0.25 * duration, 0.625 * duration, float(duration)
    phases = (
        Phase("April to June 2015, like March of the profile", SPRING, 0.0, first, changed=False),
        Phase("1 July 2015: US Airways has become American", JULY, first, second, changed=True),
        Phase("back to April to June", SPRING, second, end, changed=False),
    )
    return Story(phases, window_seconds=round(min(max(duration / 12, 3), 10)))
