"""What a monitor promises: the `slos` of its spec."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from driftline.processors.documents import Duration, Entry, Text, TimeZone, parse_duration
from driftline.processors.monitor.indicators import Indicator

_DAY_NS = 86_400 * 10**9
_DAYS = {"week": 7, "month": 30, "quarter": 90}


class Objective(Entry):
    """A service level objective."""

    name: Text
    """What it is called on every measurement; each name once in a monitor."""
    objective: float = Field(gt=0, lt=100)
    """Percent of events that must be good."""
    window: Duration = parse_duration("30d")
    """The rolling window of the error budget."""
    calendar: Literal["week", "month", "quarter"] | None = None
    """The budget begins anew each week (on Monday), month or quarter; absent: the window rolls."""
    time_zone: TimeZone = "UTC"
    """The clock the calendar follows, as `Europe/Berlin`."""
    sli: Indicator
    """What makes an event good."""
    minimum_events: int = Field(default=10, ge=1)
    """Good and bad events the long window of an alarm must hold; with fewer than 5 bad ones it never fires."""

    @model_validator(mode="after")
    def _one_window(self) -> Self:
        if self.calendar is not None and "window" in self.model_fields_set:
            raise ValueError("has both `window` and `calendar`: keep the one that the budget follows")
        return self

    @property
    def period_ns(self) -> int:
        """The length burn factors are derived from, in nanoseconds; of a calendar 7, 30 or 90 days."""
        return self.window if self.calendar is None else _DAYS[self.calendar] * _DAY_NS
