"""All that Alertmanager is told, as values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from driftline.processors.monitor import MonitorSet
from driftline.processors.monitor.quiet_hours import QuietHours
from driftline.processors.monitor.receivers import Receiver as Way
from driftline.processors.rendering.alertmanager.audiences import Audience, audiences
from driftline.processors.rendering.alertmanager.inhibitions import Inhibition, inhibitions
from driftline.processors.rendering.alertmanager.routes import NOBODY, SEVERITIES, Route, receiver_name, tree


@dataclass(frozen=True, slots=True)
class Receiver:
    """A name, and every way its people are told."""

    name: str
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Routes, whom they lead to, what is hushed, and when."""

    route: Route
    receivers: tuple[Receiver, ...]
    inhibitions: tuple[Inhibition, ...]
    quiet: tuple[QuietHours, ...]
    notes: tuple[str, ...] = ()
    """What its reader should know, a line each."""


def plan(monitors: MonitorSet) -> Plan:
    """What these monitors ask for.

    Raises:
        RenderError: two monitors of one name tell different people.

    >>> [receiver.name for receiver in plan(MonitorSet()).receivers]
    ['nobody']
    """
    told = audiences(monitors)
    quiet = {hours.name: hours for each in told for hours in each.notifications.quiet_hours}
    return Plan(
        tree(told),
        (Receiver(NOBODY), *_receivers(told)),
        tuple(inhibitions(monitors)),
        tuple(quiet[name] for name in sorted(quiet)),
        tuple(_notes(told)),
    )


def _receivers(told: Sequence[Audience]) -> Iterator[Receiver]:
    for each in told:
        for severity in SEVERITIES:
            if ways := each.notifications.receivers(severity):
                yield Receiver(receiver_name(each, severity), ways)


def _notes(told: Sequence[Audience]) -> Iterator[str]:
    for each in told:
        missing = [severity for severity in ("page", "ticket") if receiver_name(each, severity) == NOBODY]
        if missing:
            whom = f"monitors {', '.join(each.monitors)}" if each.monitors else f"monitors of {each.name}"
            yield f"Nobody is told of a {' or a '.join(missing)} of {whom}: name receivers in `notifications`."
