"""The processor's own health: counters and gauges, kept apart from what it finds.

One object, passed to whoever has something to count; exporters read it with `snapshot`. Nothing here knows a wire or
a clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock

Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """One health metric at the moment of the snapshot."""

    name: str
    labels: Labels
    value: float
    monotonic: bool


class Health:
    """Named counters and gauges, safe to use from every thread.

    >>> health = Health()
    >>> health.count("driftline.points", 3, outcome="accepted")
    >>> health.count("driftline.points", 2, outcome="accepted")
    >>> [(reading.name, reading.value) for reading in health.snapshot()]
    [('driftline.points', 5)]
    """

    def __init__(self) -> None:
        self._lock = Lock()  # guards both maps; held for one dictionary operation
        self._counters: dict[tuple[str, Labels], float] = {}
        self._gauges: dict[tuple[str, Labels], float] = {}

    def count(self, name: str, amount: float = 1, **labels: str) -> None:
        """Add to a counter; the first call creates it, also with amount 0."""
        key = name, tuple(sorted(labels.items()))
        with self._lock:
            self._counters[key] = self._counters.get(key, 0) + amount

    def gauge(self, name: str, value: float, **labels: str) -> None:
        """Set a gauge to its present value."""
        with self._lock:
            self._gauges[name, tuple(sorted(labels.items()))] = value

    def snapshot(self) -> Iterator[Reading]:
        """Every counter and gauge as it stands."""
        with self._lock:
            counters, gauges = dict(self._counters), dict(self._gauges)
        for (name, labels), value in counters.items():
            yield Reading(name, labels, value, monotonic=True)
        for (name, labels), value in gauges.items():
            yield Reading(name, labels, value, monotonic=False)
