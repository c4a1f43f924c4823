"""Observations of somebody else's histogram as events of an objective: at or under its threshold is good.

Buckets are never split: the bound at or below the threshold decides, so that a good event surely is one.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from driftline.processors.slo import bound_at_or_below
from driftline.processors.windows import ExponentialCounts

UNITS: Final = {"s": 1e9, "ms": 1e6, "us": 1e3, "ns": 1.0}
"""Nanoseconds in one of each unit a histogram of durations may have."""


class Threshold(NamedTuple):
    """The objective a stream counts for, and the largest good value in the stream's unit.

    >>> Threshold.read(Threshold("fast", 0.25).label)
    Threshold(objective='fast', largest=0.25)
    """

    objective: str
    largest: float

    @property
    def label(self) -> str:
        """As a target carries it."""
        return f"{self.largest!r} {self.objective}"

    @classmethod
    def read(cls, label: str) -> Threshold:
        """From a target's label."""
        largest, _, objective = label.partition(" ")
        return cls(objective, float(largest))


def good_buckets(bounds: tuple[float, ...], largest: float) -> int:
    """How many of the first buckets hold good values alone.

    >>> good_buckets((0.1, 0.25, 0.5), 0.3), good_buckets((0.1, 0.25), 0.05)
    (2, 0)
    """
    bound = bound_at_or_below(bounds, largest)
    return 0 if bound is None else bounds.index(bound) + 1


def exponential_events(counts: ExponentialCounts, largest: float) -> tuple[int, int]:
    """Good events and all, of exponential buckets."""
    _, upper, held = counts.get()
    return int(held[upper <= largest].sum()), int(held.sum())
