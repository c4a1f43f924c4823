"""How often a monitor may page for nothing: `1 per 30d`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from driftline.processors.documents import parse_duration

_FORM = re.compile(r"([0-9]+(?:\.[0-9]+)?) +per +(\S+)")
LARGEST_PER_LOOK = 0.5


@dataclass(frozen=True, slots=True)
class Budget:
    """So many false alarms in `period_ns` nanoseconds. An alarm is a change of the model's verdict into drift."""

    events: float
    period_ns: int

    def per_look(self, every_ns: int) -> float:
        """The alarms one look may add: the budget over the looks in its period, at most 0.5.

        >>> Budget(1, 30 * 86400 * 10**9).per_look(10 * 10**9) == 1 / 259_200
        True
        """
        return min(self.events / self.looks(every_ns), LARGEST_PER_LOOK)

    def looks(self, every_ns: int) -> float:
        """How many looks the period holds.

        >>> Budget(1, 30 * 86400 * 10**9).looks(10 * 10**9)
        259200.0
        """
        return self.period_ns / every_ns


def parse_budget(value: Any) -> Budget:
    """Read `1 per 30d`; raises ValueError saying what to write.

    >>> parse_budget("1 per 30d").events
    1.0
    """
    match = _FORM.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or not float(match[1]):
        raise ValueError(f"{value!r} is not a rate: write how many in how long, such as `1 per 30d`")
    return Budget(float(match[1]), parse_duration(match[2]))


def _read(value: Any) -> Budget:
    return value if isinstance(value, Budget) else parse_budget(value)


BudgetText = Annotated[
    Budget, BeforeValidator(_read), WithJsonSchema({"type": "string", "examples": ["1 per 30d"], "pattern": " per "})
]
"""A budget as people write it."""
