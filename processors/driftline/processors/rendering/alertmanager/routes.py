"""The tree of routes: which alerts go to which receiver, grouped how, and when not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from driftline.processors.alerting import Alert
from driftline.processors.alerting.labels import ALERT_NAME, MONITOR, OWNER, SEVERITY
from driftline.processors.monitor.notifications import Info, Page, Ticket
from driftline.processors.monitor.quality import AlertSeverity
from driftline.processors.monitor.quiet_hours import QuietHours
from driftline.processors.rendering.alertmanager.audiences import Audience
from driftline.semconv import attributes
from driftline.semconv.prometheus import label_name

NOBODY: Final = "nobody"
"""The receiver that tells nobody: its alerts are only shown."""
SEVERITIES: Final[tuple[AlertSeverity, ...]] = ("page", "ticket", "info")
GROUP_BY: Final = (
    ALERT_NAME,
    label_name(attributes.ML_MODEL_NAME),
    label_name(attributes.DEPLOYMENT_ENVIRONMENT_NAME),
)
"""One notification for one kind of trouble of one model in one place, whatever number of its versions have it."""
_SPECIAL: Final = re.compile(r"[\\.+*?()|\[\]{}^$]")


@dataclass(frozen=True, slots=True)
class Matcher:
    """What a label must be."""

    label: str
    operator: Literal["=", "!=", "=~"]
    value: str


@dataclass(frozen=True, slots=True)
class Route:
    """One node of the tree. An alert goes to the first of `routes` that matches it, else to `receiver`."""

    receiver: str
    matchers: tuple[Matcher, ...] = ()
    group_by: tuple[str, ...] = ()
    """Empty: as the node above."""
    times: Page | Ticket | Info | None = None
    """How long notifications wait; None: as the node above."""
    quiet: tuple[QuietHours, ...] = ()
    routes: tuple[Route, ...] = ()


def tree(audiences: Iterable[Audience]) -> Route:
    """The whole tree. All of it hangs below one node for our alerts: that can be copied into a file one has.

    Args:
        audiences: who is told of what, the special before the general.
    """
    ours = Route(NOBODY, (one_of(ALERT_NAME, Alert),), GROUP_BY, routes=tuple(_audience(each) for each in audiences))
    return Route(NOBODY, routes=(ours,))


def one_of(label: str, values: Iterable[str]) -> Matcher:
    """That a label has one of these values.

    >>> one_of("monitor", ["credit", "a.b"])
    Matcher(label='monitor', operator='=~', value='credit|a\\\\.b')
    """
    written = [_SPECIAL.sub(lambda found: f"\\{found[0]}", value) for value in values]
    return Matcher(label, "=~", "|".join(written))


def receiver_name(audience: Audience, severity: AlertSeverity) -> str:
    """What the receiver of an audience is called."""
    return f"{audience.name}/{severity}" if audience.notifications.receivers(severity) else NOBODY


def _audience(audience: Audience) -> Route:
    matchers = [Matcher(OWNER, "=", audience.owner or "")]
    if audience.monitors:
        matchers.append(one_of(MONITOR, audience.monitors))
    return Route(NOBODY, tuple(matchers), routes=tuple(_severities(audience)))


def _severities(audience: Audience) -> Iterator[Route]:
    said = audience.notifications
    for severity in SEVERITIES:
        if said.receivers(severity):
            matchers = (Matcher(SEVERITY, "=", severity),)
            times, quiet = said.channel(severity), said.quiet(severity)
            yield Route(receiver_name(audience, severity), matchers, times=times, quiet=quiet)
