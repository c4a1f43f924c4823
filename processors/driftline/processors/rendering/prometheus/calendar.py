"""The budget's period in PromQL: a rolling window, or the week or the month that began by the clock of UTC."""

from __future__ import annotations

from typing import Final

from driftline.processors.documents import write_duration
from driftline.processors.monitor import Objective

_ELAPSED: Final = {
    "week": "86400 * ((day_of_week() + 6) % 7) + 3600 * hour() + 60 * minute() + time() % 60",
    "month": "86400 * (day_of_month() - 1) + 3600 * hour() + 60 * minute() + time() % 60",
}
_LONGEST: Final = {"week": "7d", "month": "31d"}
_STEP: Final = "30m"
"""How finely a calendar's sum looks back; a step is the mean of its records, so that none is skipped. Steps are half
hours of the clock, at which every month of UTC begins, and the one that is not over yet is left out."""


def period_name(objective: Objective) -> str:
    """The period as names of records have it: `30d`, `month`."""
    return objective.calendar or write_duration(objective.window)


def expressible(objective: Objective) -> str:
    """Why PromQL cannot follow the period; empty where it can.

    >>> from driftline.processors.monitor import Indicator
    >>> fresh = Indicator.model_validate({"freshness": {}})
    >>> expressible(Objective(name="a", objective=99, calendar="month", sli=fresh))
    ''
    """
    if objective.calendar is not None and objective.time_zone != "UTC":
        return f"PromQL knows no clock but UTC's, and the {objective.calendar} is that of {objective.time_zone}"
    if objective.calendar == "quarter":
        return "PromQL cannot say when the quarter began"
    return ""


def started(calendar: str) -> str:
    """An expression, one series without labels: when the week (on Monday) or the month began, in Unix seconds."""
    return f"time() - ({_ELAPSED[calendar]})"


def summed(record: str, objective: Objective, start: str) -> str:
    """An expression: the sum of a record over the period so far.

    Args:
        record: a selector.
        objective: whose period.
        start: a selector of what `started` recorded, where the objective has a calendar.

    What a calendar's longest period holds from before the present one began counts 0.
    """
    if objective.calendar is None:
        return f"sum_over_time({record}[{period_name(objective)}])"
    since = f"time() > bool scalar({start} @ end())"
    return f"sum_over_time((avg_over_time({record}[{_STEP}]) * ({since}))[{_LONGEST[objective.calendar]}:{_STEP}])"
