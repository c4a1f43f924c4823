"""Who is told of an alert, how soon, and when not: the `notifications` of a monitor's spec."""

from __future__ import annotations

from typing import get_args

from driftline.processors.documents import Duration, Entry, parse_duration
from driftline.processors.monitor.quality import AlertSeverity
from driftline.processors.monitor.quiet_hours import QuietHours
from driftline.processors.monitor.receivers import Receiver


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
