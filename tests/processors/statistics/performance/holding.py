"""Whether an interval holds a value."""

from __future__ import annotations

from typing import Protocol


class Interval(Protocol):
    """Anything with limits; None is a limit that is not known."""

    @property
    def lower(self) -> float | None: ...
    @property
    def upper(self) -> float | None: ...


def holds(interval: Interval, value: float | None) -> bool:
    """Whether the value is within; False where a limit or the value is not known."""
    lower, upper = interval.lower, interval.upper
    return lower is not None and upper is not None and value is not None and lower <= value <= upper
