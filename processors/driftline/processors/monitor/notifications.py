"""Who is told of an alert, how, and when not: the `notifications` of a monitor's spec.

Secrets are never written here: each is the name of a file on the machine that sends the notification.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Literal, Self, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, field_validator, model_validator

from driftline.processors.documents import Duration, Entry, Text, parse_duration

AlertSeverity = Literal["page", "ticket", "info"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_MIDNIGHT, _END_OF_DAY = "00:00", "24:00"


def _url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"{text!r} is no address: write http://HOST/PATH or https://HOST/PATH")
    if parts.password:
        raise ValueError("holds a password: put a bearer token into a file and name it in `tokenFile`")
    return text


def _smarthost(text: str) -> str:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit():
        raise ValueError(f"{text!r} is not HOST:PORT: write for example mail.example.com:587")
    return text


def _clock(text: str) -> str:
    if _CLOCK.fullmatch(text) is None:
        raise ValueError(f"{text!r} is no time of day: write HH:MM in quotes, from '00:00' to '24:00'")
    return text


Url = Annotated[Text, AfterValidator(_url)]
TimeOfDay = Annotated[Text, AfterValidator(_clock)]


class Webhook(Entry):
    """An HTTP endpoint that takes the sender's JSON."""

    url: Url
    """Its address, without a secret in it."""
    token_file: Text | None = None
    """A file whose content is sent as bearer token; absent: none is sent."""


class Slack(Entry):
    """A channel of Slack, or of what speaks like it."""

    channel: Text
    """The channel, as `#ml-alerts`."""
    url_file: Text
    """A file that holds the address of Slack's incoming webhook."""


class PagerDuty(Entry):
    """A service of PagerDuty, by its Events API v2."""

    routing_key_file: Text
    """A file that holds the integration key."""


class Email(Entry):
    """A mailbox."""

    to: Text
    """Addresses, separated by commas."""
    sender: Text = Field(alias="from")
    """The sender's address."""
    smarthost: Annotated[Text, AfterValidator(_smarthost)]
    """The mail server, HOST:PORT; it must offer TLS."""
    username: Text | None = None
    """Who logs in there; absent: nobody does."""
    password_file: Text | None = None
    """A file that holds the password; needed with `username`."""

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if (self.username is None) != (self.password_file is None):
            raise ValueError("needs both `username` and `passwordFile`, or neither")
        return self


class Receiver(Entry):
    """One way to tell somebody: exactly one of these."""

    webhook: Webhook | None = None
    slack: Slack | None = None
    pagerduty: PagerDuty | None = None
    email: Email | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        names = list(type(self).model_fields)
        if sum(getattr(self, name) is not None for name in names) != 1:
            raise ValueError(f"needs exactly one of {', '.join(f'`{name}`' for name in names)}")
        return self

    @property
    def way(self) -> Webhook | Slack | PagerDuty | Email:
        """The one that is given."""
        ways = (self.webhook, self.slack, self.pagerduty, self.email)
        return next(way for way in ways if way is not None)

    @property
    def shown(self) -> str:
        """What it is called where it is listed; nothing secret."""
        match self.way:
            case Webhook() as way:
                return way.url
            case Slack() as way:
                return f"slack {way.channel}"
            case PagerDuty():
                return "pagerduty"
            case Email() as way:
                return way.to


class Page(Entry):
    """How a page is sent: somebody is woken."""

    receivers: tuple[Receiver, ...] = ()
    """Who is told; none: those of `ticket`."""
    group_wait: Duration = 0
    """How long the first notification waits for alerts of the same model; absent: it is sent at once."""
    group_interval: Duration = parse_duration("1m")
    """How long news of a group already told of waits."""
    repeat_interval: Duration = parse_duration("1h")
    """After how long an alert that still fires is told again."""


class Ticket(Entry):
    """How a ticket is sent: somebody looks at it in working hours."""

    receivers: tuple[Receiver, ...] = ()
    """Who is told; none: nobody."""
    group_wait: Duration = parse_duration("30s")
    """How long the first notification waits for alerts of the same model."""
    group_interval: Duration = parse_duration("5m")
    """How long news of a group already told of waits."""
    repeat_interval: Duration = parse_duration("1d")
    """After how long an alert that still fires is told again."""


class Info(Entry):
    """How what is only worth knowing is sent."""

    receivers: tuple[Receiver, ...] = ()
    """Who is told; none: nobody, it is only shown."""
    group_wait: Duration = parse_duration("5m")
    """How long the first notification waits for alerts of the same model."""
    group_interval: Duration = parse_duration("1h")
    """How long news of a group already told of waits."""
    repeat_interval: Duration = parse_duration("7d")
    """After how long an alert that still fires is told again."""


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
    time_zone: Text = "UTC"
    """The clock they follow, as `Europe/Berlin`."""
    severities: tuple[AlertSeverity, ...] = Field(default=("ticket", "info"), min_length=1)
    """What is hushed; absent: `ticket` and `info`, pages come through."""

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"`{name}` is no time zone: write a name such as `UTC` or `Europe/Berlin`") from error
        return name

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


class Notifications(Entry):
    """Who is told of this monitor's alerts, by their severity."""

    page: Page = Page()
    ticket: Ticket = Ticket()
    info: Info = Info()
    quiet_hours: tuple[QuietHours, ...] = ()
    """When nobody is told; absent: somebody always is."""

    def channel(self, severity: AlertSeverity) -> Page | Ticket | Info:
        """How alerts of a severity are sent.

        >>> Notifications().channel("ticket").repeat_interval == parse_duration("1d")
        True
        """
        channels: dict[AlertSeverity, Page | Ticket | Info] = {
            "page": self.page,
            "ticket": self.ticket,
            "info": self.info,
        }
        return channels[severity]

    def receivers(self, severity: AlertSeverity) -> tuple[Receiver, ...]:
        """Who is told of a severity: a page that names nobody goes where tickets go. Empty: nobody is told."""
        return self.channel(severity).receivers or (self.ticket.receivers if severity == "page" else ())

    @property
    def told(self) -> dict[AlertSeverity, list[str]]:
        """Who is told, by severity, as it is listed.

        >>> Notifications.model_validate({"page": {"receivers": [{"pagerduty": {"routingKeyFile": "key"}}]}}).told
        {'page': ['pagerduty'], 'ticket': [], 'info': []}
        """
        severities: tuple[AlertSeverity, ...] = get_args(AlertSeverity)
        return {severity: [each.shown for each in self.receivers(severity)] for severity in severities}

    def quiet(self, severity: AlertSeverity) -> tuple[QuietHours, ...]:
        """The hours in which a severity is hushed."""
        return tuple(hours for hours in self.quiet_hours if severity in hours.severities)
