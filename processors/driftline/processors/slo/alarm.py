"""Whether a pair of windows says that the budget burns too fast."""

from __future__ import annotations

from dataclasses import dataclass

from driftline.processors.slo.budget import Counts, burn_at_least, burn_rate
from driftline.processors.slo.burn import Pair

LEAST_BAD = 5
"""Fewer bad events than this never alarm: three bad requests at night page nobody, however few good ones there are."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one pair's windows hold."""

    pair: Pair
    long: Counts
    short: Counts


def fires(reading: Reading, budget: float, minimum_events: int) -> bool:
    """Whether both windows burn faster than the pair's factor, and the long one holds enough to say so.

    Args:
        reading: a pair and its counts.
        budget: the share of events that may be bad.
        minimum_events: decided events the long window must hold.

    The long window must burn so at its lower bound of confidence; the short one only says that it still goes on.

    >>> from driftline.processors.slo.burn import plan
    >>> fast = plan(99.9, 30 * 86_400 * 10**9)[0]
    >>> fires(Reading(fast, Counts(900, 100), Counts(60, 40)), 0.001, 10)
    True
    >>> fires(Reading(fast, Counts(0, 3), Counts(0, 3)), 0.001, 1)
    False
    """
    pair, long = reading.pair, reading.long
    if not pair.fires or long.decided < minimum_events or long.bad < LEAST_BAD:
        return False
    factor, lately = float(pair.factor), burn_rate(reading.short, budget)
    if lately is None or lately <= factor:
        return False
    surely = burn_at_least(long, budget)
    return surely is not None and surely > factor
