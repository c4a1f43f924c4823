"""Which alert goes to which contact point, and when to none: the routes of the monitors as notification policies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from driftline.processors.alerting.labels import ALERT_NAME
from driftline.processors.monitor.quiet_hours import QuietHours
from driftline.processors.rendering.alertmanager.routes import NOBODY, Matcher, Route
from driftline.processors.rendering.alertmanager.text import grouping
from driftline.processors.rendering.grafana.provisioning.sources import FOLDER
from driftline.processors.rendering.grafana.provisioning.spelling import literally

Json = dict[str, Any]

DEFAULT: Final = "grafana-default-email"
"""The contact point that every Grafana has."""
ALWAYS: Final = "driftline always"
"""The mute timing of what nobody is told of: Grafana has no receiver that tells nobody."""


def policies(tree: Route) -> Json:
    """Grafana's whole tree: its own default, and below it one node for our folder."""
    (ours,) = tree.routes
    root = {"orgId": 1, "receiver": DEFAULT, "group_by": ["grafana_folder", ALERT_NAME]}
    return {"policies": [{**root, "routes": [_route(ours)]}]}


def mute_timings(quiet: Iterable[QuietHours]) -> Json:
    """Quiet hours, and the timing that is always."""
    always = {"orgId": 1, "name": ALWAYS, "time_intervals": [{"times": [_times("00:00", "24:00")]}]}
    return {"muteTimes": [always, *(_quiet(each) for each in quiet)]}


def _quiet(hours: QuietHours) -> Json:
    intervals = [
        {"weekdays": list(part.weekdays), "times": [_times(part.start, part.end)], "location": hours.time_zone}
        for part in hours.stretches
    ]
    return {"orgId": 1, "name": hours.name, "time_intervals": intervals}


def _times(start: str, end: str) -> Json:
    return {"start_time": start, "end_time": end}


def _route(route: Route) -> Json:
    told = route.receiver != NOBODY
    found: Json = {"receiver": literally(route.receiver) if told else DEFAULT}
    found["object_matchers"] = [_matcher(each) for each in route.matchers]
    found |= grouping(route)
    muted = [each.name for each in route.quiet] if told else [ALWAYS]
    if muted:
        found["mute_time_intervals"] = muted
    if route.routes:
        found["routes"] = [_route(each) for each in route.routes]
    return found


def _matcher(matcher: Matcher) -> list[str]:
    """Grafana names an alert by its rule's title, so that ours are known by their folder."""
    if matcher.label == ALERT_NAME:
        return ["grafana_folder", "=", FOLDER]
    return [matcher.label, matcher.operator, literally(matcher.value)]
