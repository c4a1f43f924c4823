"""The error budget of an objective, from counts of good, bad and unknown events.

Unknown is a third state: neither good nor bad, so it takes no part in a share. Where nothing was decided a figure is
None, never 0 and never NaN.
"""

from __future__ import annotations

from dataclasses import dataclass

from driftline.processors.statistics.intervals import wilson

ONE_SIDED_95 = 1.6448536269514722
"""Normal deviate of a lower bound that holds in 95 of 100 cases."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Events of one stretch of time, none below 0.

    >>> Counts(3, 1) + Counts(1, 0, 2)
    Counts(good=4, bad=1, unknown=2)
    """

    good: int = 0
    bad: int = 0
    unknown: int = 0

    @property
    def decided(self) -> int:
        """Events known to be good or bad."""
        return self.good + self.bad

    @property
    def sli(self) -> float | None:
        """The share of good events, 0 to 1; None where none was decided."""
        return self.good / self.decided if self.decided else None

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.good + other.good, self.bad + other.bad, self.unknown + other.unknown)

    def __sub__(self, other: Counts) -> Counts:
        return Counts(self.good - other.good, self.bad - other.bad, self.unknown - other.unknown)


def burn_rate(counts: Counts, budget: float) -> float | None:
    """How many times faster than allowed the budget burns: the share of bad events over `budget`, the share allowed.

    >>> round(burn_rate(Counts(986, 14), 0.001), 6), burn_rate(Counts(unknown=9), 0.001)
    (14.0, None)
    """
    return counts.bad / counts.decided / budget if counts.decided else None


def burn_at_least(counts: Counts, budget: float, z: float = ONE_SIDED_95) -> float | None:
    """The burn rate that is at least so with 95 % confidence: from Wilson's lower bound of the share of bad events.

    >>> round(burn_at_least(Counts(0, 3), 0.1), 2), round(burn_at_least(Counts(0, 3000), 0.1), 2)
    (5.26, 9.99)

    Source: Wilson (1927), doi:10.1080/01621459.1927.10502953.
    """
    return float(wilson(counts.bad, counts.decided, z).lower) / budget if counts.decided else None


def remaining(counts: Counts, budget: float) -> float | None:
    """The share of the error budget left: 1 is untouched, below 0 overspent; None where nothing was decided.

    >>> round(remaining(Counts(9995, 5), 0.001), 6)
    0.5
    """
    rate = burn_rate(counts, budget)
    return None if rate is None else 1 - rate


def seconds_left(left: float | None, rate: float | None, period_seconds: float) -> float | None:
    """Seconds until the budget is used up at this burn rate; 0 when it is; None when it never will be, or is unknown.

    >>> seconds_left(1.0, 14.4, 30 * 86_400) / 3600
    50.0
    """
    if left is None or rate is None or (rate <= 0 < left):
        return None
    return max(left, 0.0) * period_seconds / rate if left > 0 else 0.0
