"""Cohorts: the predictions of one stretch of time, counted, and when they are final."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from driftline.processors.monitor.performance import Performance as Wanted


@dataclass(slots=True)
class Cohort:
    """How many predictions of one stretch are held and how many of them have an outcome.

    `changed` counts additions and corrections; whoever measured remembers the number it saw.
    """

    predictions: int = 0
    outcomes: int = 0
    changed: int = 0


class Cohorts:
    """The cohorts of one identity (with its segment, or of its whole traffic), by their start.

    >>> from driftline.processors.monitor.performance import Performance
    >>> cohorts = Cohorts(Performance(coverage=0.5))
    >>> cohorts.predicted(0, 2), cohorts.proved(0, 1)
    (None, None)
    >>> [(start, one.predictions, one.outcomes) for start, one in cohorts]
    [(0, 2, 1)]
    >>> day = cohorts.wanted.cohort
    >>> cohorts.is_final(0, day - 1), cohorts.is_final(0, day)
    (False, True)
    """

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self._held: dict[int, Cohort] = {}
        self._forgotten_ns = 0

    def __iter__(self) -> Iterator[tuple[int, Cohort]]:
        return iter(self._held.items())

    def start_of(self, time_ns: int) -> int:
        """When the stretch that holds a time begins."""
        return time_ns - time_ns % self.wanted.cohort

    def predicted(self, start_ns: int, number: int) -> None:
        """So many more predictions in the cohort that begins then."""
        cohort = self._of(start_ns)
        cohort.predictions += number
        cohort.changed += number

    def proved(self, start_ns: int, number: int) -> None:
        """So many more of its predictions have an outcome."""
        cohort = self._of(start_ns)
        cohort.outcomes += number
        cohort.changed += number

    def corrected(self, start_ns: int, number: int) -> None:
        """So many of its predictions have another outcome now."""
        self._of(start_ns).changed += number

    def is_final(self, start_ns: int, now_ns: int) -> bool:
        """Whether the cohort is over and has outcomes enough, or is old enough to wait for no more."""
        cohort = self._held.get(start_ns)
        end_ns = start_ns + self.wanted.cohort
        if cohort is None or now_ns < end_ns:
            return False
        covered = cohort.outcomes >= self.wanted.coverage * cohort.predictions
        return covered or now_ns >= end_ns + self.wanted.maturity

    def newest(self, now_ns: int, *, final: bool) -> tuple[int, Cohort] | None:
        """The newest final cohort, or the newest that is not final and has an outcome; None without."""
        fitting = [
            (start, one)
            for start, one in self._held.items()
            if self.is_final(start, now_ns) is final and (final or one.outcomes)
        ]
        return max(fitting, key=lambda each: each[0], default=None)

    def starts(self) -> list[int]:
        """When each cohort begins, the oldest first."""
        return sorted(self._held)

    def is_past(self, time_ns: int, now_ns: int) -> bool:
        """Whether a prediction made at a time belongs to a cohort that is not kept any more."""
        return self.start_of(time_ns) < max(self._forgotten_ns, self.start_of(max(now_ns - self.wanted.keep, 0)))

    def forget_before(self, start_ns: int) -> None:
        """Drop cohorts that began before."""
        self._forgotten_ns = max(self._forgotten_ns, start_ns)
        self._held = {start: one for start, one in self._held.items() if start >= start_ns}

    def _of(self, start_ns: int) -> Cohort:
        return self._held.setdefault(start_ns, Cohort())
