"""The time windows of OpenSLO as ours."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from driftline.processors.documents import parse_duration
from driftline.processors.monitor.openslo.shapes import Calendar, TimeWindow

_CALENDARS: Final = {"1w": "week", "1M": "month", "1Q": "quarter"}


def window_of(window: TimeWindow) -> dict[str, Any]:
    """The keys of an objective that say over which time its budget is.

    Raises:
        ValueError: there is no such window here; the message says what to write.

    >>> window_of(TimeWindow(duration="4w", isRolling=True))
    {'window': '4w'}
    >>> calendar = {"startTime": "2026-01-01 00:00:00", "timeZone": "Europe/Berlin"}
    >>> window_of(TimeWindow(duration="1M", calendar=calendar))
    {'calendar': 'month', 'timeZone': 'Europe/Berlin'}
    """
    if window.calendar is None:
        return {"window": _rolling(window.duration)}
    if window.is_rolling:
        raise ValueError("is rolling and has a `calendar`: keep one")
    if window.duration not in _CALENDARS:
        raise ValueError(f"a calendar of {window.duration} is not known here: write `1w`, `1M` or `1Q`")
    calendar = _CALENDARS[window.duration]
    _refuse_another_start(calendar, window.calendar)
    return {"calendar": calendar, "timeZone": window.calendar.time_zone}


def _rolling(duration: str) -> str:
    try:
        parse_duration(duration)
    except ValueError as error:
        raise ValueError(
            f"`{duration}` has no fixed length: write days, such as `30d`, or give the window a `calendar`"
        ) from error
    return duration


def _refuse_another_start(calendar: str, given: Calendar) -> None:
    try:
        start = datetime.fromisoformat(given.start_time).replace(tzinfo=None)
    except ValueError as error:
        raise ValueError(f"`{given.start_time}` is no time: write one such as `2026-01-01 00:00:00`") from error
    begins = {
        "week": start.weekday() == 0,
        "month": start.day == 1,
        "quarter": start.day == 1 and start.month % 3 == 1,
    }
    if not begins[calendar] or start.time() != start.min.time():
        raise ValueError(
            f"a {calendar} here begins at its first midnight (a week on Monday), not at {given.start_time}: "
            "move `startTime` there"
        )
