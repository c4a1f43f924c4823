"""Hours of the week in which nobody is told of an alert."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field

from driftline.processors.documents import Entry, Text, TimeZone
from driftline.processors.monitor.quality import AlertSeverity

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_MIDNIGHT, _END_OF_DAY = "00:00", "24:00"


def _clock(text: str) -> str:
    if _CLOCK.fullmatch(text) is None:
        raise ValueError(f"{text!r} is no time of day: write HH:MM in quotes, from '00:00' to '24:00'")
    return text


TimeOfDay = Annotated[Text, AfterValidator(_clock)]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of quiet hours within one day: `start` before `end`, each HH:MM, on these weekdays."""

    weekdays: tuple[Weekday, ...]
    start: str
    end: str


class QuietHours(Entry):
    """Hours in which nobody is told. What still fires when they end is told then."""

    start: TimeOfDay = Field(default=_MIDNIGHT, alias="from")
    """The time of day they begin, HH:MM; absent: with the day."""
    end: TimeOfDay = Field(default=_END_OF_DAY, alias="to")
    """The time of day they end, HH:MM; at or before `from` it is the next day's. Absent: with the day."""
    weekdays: tuple[Weekday, ...] = Field(default=WEEKDAYS, min_length=1)
    """The days they begin on; absent: every day."""
    time_zone: TimeZone = "UTC"
    """The clock they follow, as `Europe/Berlin`."""
    severities: tuple[AlertSeverity, ...] = Field(default=("ticket", "info"), min_length=1)
    """What is hushed; absent: `ticket` and `info`, pages come through."""

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """The hours cut at midnight, which neither Alertmanager nor Grafana lets a stretch cross.

        >>> night = QuietHours.model_validate({"from": "22:00", "to": "06:00", "weekdays": ["sunday"]})
        >>> [(each.weekdays, each.start, each.end) for each in night.stretches]
        [(('sunday',), '22:00', '24:00'), (('monday',), '00:00', '06:00')]
        """
        if self.start < self.end:
            return (Stretch(self.weekdays, self.start, self.end),)
        next_days = {WEEKDAYS[(WEEKDAYS.index(day) + 1) % 7] for day in self.weekdays}
        parts = (
            Stretch(self.weekdays, self.start, _END_OF_DAY),
            Stretch(tuple(day for day in WEEKDAYS if day in next_days), _MIDNIGHT, self.end),
        )
        return tuple(part for part in parts if part.start != part.end)

    @property
    def name(self) -> str:
        """What they are called: what they say, so that equal hours of two monitors are one.

        >>> QuietHours.model_validate({"weekdays": ["saturday", "sunday"]}).name
        'quiet 00:00-24:00 saturday,sunday UTC'
        """
        days = "daily" if set(self.weekdays) == set(WEEKDAYS) else ",".join(self.weekdays)
        return f"quiet {self.start}-{self.end} {days} {self.time_zone}"
