"""Windows that follow the calendar: from the first of the month, the quarter, or from Monday, to now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

Calendar = Literal["week", "month", "quarter"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def calendar_start(calendar: Calendar, now_ns: int, zone: tzinfo = UTC) -> int:
    """When the present week, month or quarter began by the clock of `zone`, in nanoseconds since the epoch.

    >>> calendar_start("month", 40 * 86_400 * 10**9) // (86_400 * 10**9)
    31
    """
    now = datetime.fromtimestamp(now_ns // 10**9, zone)
    first = now.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if calendar == "week":
        first = first - timedelta(days=now.weekday())
    else:
        first = first.replace(day=1, month=now.month if calendar == "month" else now.month - (now.month - 1) % 3)
    return (first.astimezone(UTC) - _EPOCH) // timedelta(seconds=1) * 10**9
