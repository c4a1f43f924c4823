"""How often a monitor may page for nothing: `1 per 30d`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from driftline.processors.documents import parse_duration

_FORM = re.compile(r"([0-9]+(?:\.[0-9]+)?) +per +(\S+)")
LARGEST_ALPHA = 0.5


@dataclass(frozen=True, slots=True)
class Rate:
    """So many events in `period_ns` nanoseconds."""

    events: float
    period_ns: int

    def per_look(self, every_ns: int) -> float:
        """The chance one look may use: the budget divided by the looks in its period, at most 0.5.

        >>> Rate(1, 30 * 86400 * 10**9).per_look(10 * 10**9) == 1 / 259_200
        True
        """
        return min(self.events * every_ns / self.period_ns, LARGEST_ALPHA)


def parse_rate(value: Any) -> Rate:
    """Read `1 per 30d`; raises ValueError saying what to write.

    >>> parse_rate("1 per 30d").events
    1.0
    """
    match = _FORM.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or not float(match[1]):
        raise ValueError(f"{value!r} is not a rate: write how many in how long, such as `1 per 30d`")
    return Rate(float(match[1]), parse_duration(match[2]))


def _read(value: Any) -> Rate:
    return value if isinstance(value, Rate) else parse_rate(value)


RateText = Annotated[
    Rate, BeforeValidator(_read), WithJsonSchema({"type": "string", "examples": ["1 per 30d"], "pattern": " per "})
]
"""A rate as people write it."""
