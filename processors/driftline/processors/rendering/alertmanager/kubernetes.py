"""The plan as the Prometheus operator's `AlertmanagerConfig`. Files of secrets become keys of Kubernetes secrets.

Source: Prometheus operator, `pkg/apis/monitoring/v1alpha1`.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from driftline.processors.monitor.quiet_hours import QuietHours
from driftline.processors.monitor.receivers import Email, PagerDuty, Slack, Webhook
from driftline.processors.rendering.alertmanager import messages
from driftline.processors.rendering.alertmanager.inhibitions import Inhibition
from driftline.processors.rendering.alertmanager.plan import Plan, Receiver
from driftline.processors.rendering.alertmanager.routes import Matcher, Route
from driftline.processors.rendering.alertmanager.text import wait
from driftline.processors.rendering.documents import document_text
from driftline.processors.rendering.errors import RenderError

Json = dict[str, Any]
_NOTE = (
    "The operator adds the label `namespace` to every matcher: alerts need it, or the Alertmanager resource "
    "`alertmanagerConfigMatcherStrategy: {type: None}`."
)


def kubernetes(plan: Plan) -> str:
    """The object.

    Raises:
        RenderError: a secret's file does not say which secret it is, or quiet hours are not in UTC.
    """
    spec = {
        "route": _route(plan.route.routes[0]),  # below the operator's own root
        "receivers": [_receiver(each) for each in plan.receivers],
        "inhibitRules": [_inhibition(each) for each in plan.inhibitions],
        "muteTimeIntervals": [_quiet(each) for each in plan.quiet],
    }
    document = {
        "apiVersion": "monitoring.coreos.com/v1alpha1",
        "kind": "AlertmanagerConfig",
        "metadata": {"name": "driftline", "labels": {"app.kubernetes.io/name": "driftline"}},
        "spec": {key: value for key, value in spec.items() if value},
    }
    return document_text(document, (_NOTE, *plan.notes))


def _route(route: Route) -> Json:
    found: Json = {"receiver": route.receiver, "matchers": [_matcher(each) for each in route.matchers]}
    if route.group_by:
        found["groupBy"] = list(route.group_by)
    if route.times is not None:
        found["groupWait"] = wait(route.times.group_wait)
        found["groupInterval"] = wait(route.times.group_interval)
        found["repeatInterval"] = wait(route.times.repeat_interval)
    if route.quiet:
        found["muteTimeIntervals"] = [each.name for each in route.quiet]
    if route.routes:
        found["routes"] = [_route(each) for each in route.routes]
    return found


def _matcher(matcher: Matcher) -> Json:
    return {"name": matcher.label, "matchType": matcher.operator, "value": matcher.value}


def _inhibition(inhibition: Inhibition) -> Json:
    return {
        "sourceMatch": [_matcher(each) for each in inhibition.source],
        "targetMatch": [_matcher(each) for each in inhibition.target],
        "equal": list(inhibition.equal),
    }


def _quiet(hours: QuietHours) -> Json:
    if hours.time_zone != "UTC":
        raise RenderError(
            f"quiet hours in {hours.time_zone}: an AlertmanagerConfig knows no time zone; write them in UTC, or render "
            "without --kubernetes and give the operator the file as a secret"
        )
    intervals = [
        {"weekdays": list(part.weekdays), "times": [{"startTime": part.start, "endTime": part.end}]}
        for part in hours.stretches
    ]
    return {"name": hours.name, "timeIntervals": intervals}


def _receiver(receiver: Receiver) -> Json:
    found: Json = {"name": receiver.name}
    for each in receiver.ways:
        kind, said = _way(each.way)
        found.setdefault(kind, []).append({"sendResolved": True, **said})
    return found


def _way(way: Webhook | Slack | PagerDuty | Email) -> tuple[str, Json]:
    match way:
        case Webhook():
            token = (
                {"httpConfig": {"authorization": {"credentials": _secret(way.token_file)}}} if way.token_file else {}
            )
            return "webhookConfigs", {"url": way.url, **token}
        case Slack():
            said = {"title": messages.TITLE, "titleLink": messages.DASHBOARD, "text": messages.SLACK_TEXT}
            return "slackConfigs", {"apiURL": _secret(way.url_file), "channel": way.channel, **said}
        case PagerDuty():
            said = {"description": messages.TITLE, "severity": messages.PAGERDUTY_SEVERITY}
            details = _pairs(messages.PAGERDUTY_DETAILS)
            return "pagerdutyConfigs", {"routingKey": _secret(way.routing_key_file), **said, "details": details}
        case Email():
            login = {}
            if way.username is not None and way.password_file is not None:
                login = {"authUsername": way.username, "authPassword": _secret(way.password_file)}
            to = {"to": way.to, "from": way.sender, "smarthost": way.smarthost}
            return "emailConfigs", {**to, **login, "headers": _pairs({"Subject": messages.TITLE})}


def _token(way: Webhook) -> Json:
    return {"httpConfig": {"authorization": {"credentials": _secret(way.token_file)}}} if way.token_file else {}


def _pairs(values: dict[str, str]) -> list[Json]:
    return [{"key": key, "value": value} for key, value in values.items()]


def _secret(file: str) -> Json:
    """The secret that the operator would mount as this file: the last folder is its name, the file its key."""
    path = PurePosixPath(file)
    if not path.parent.name:
        raise RenderError(
            f"`{file}` does not say which secret it is: write it as SECRET/KEY, as the operator mounts it"
        )
    return {"name": path.parent.name, "key": path.name}
