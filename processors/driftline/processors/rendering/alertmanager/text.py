"""The plan in the words of Alertmanager's own file, in the subset that 0.25 takes.

Source: Prometheus documentation, "Alerting", "Configuration".
"""

from __future__ import annotations

from typing import Any

from driftline.processors.documents import write_duration
from driftline.processors.monitor.quiet_hours import QuietHours
from driftline.processors.monitor.receivers import Email, PagerDuty, Slack, Webhook
from driftline.processors.rendering.alertmanager import messages
from driftline.processors.rendering.alertmanager.inhibitions import Inhibition
from driftline.processors.rendering.alertmanager.plan import Plan, Receiver
from driftline.processors.rendering.alertmanager.routes import Matcher, Route
from driftline.processors.rendering.documents import document_text

Json = dict[str, Any]


def text(plan: Plan) -> str:
    """The file."""
    whole = {
        "route": _route(plan.route),
        "receivers": [_receiver(each) for each in plan.receivers],
        "inhibit_rules": [_inhibition(each) for each in plan.inhibitions],
        "time_intervals": [_quiet(each) for each in plan.quiet],
    }
    return document_text({key: value for key, value in whole.items() if value}, plan.notes)


def wait(nanoseconds: int) -> str:
    """A duration, which may be 0.

    >>> wait(0), wait(60 * 10**9)
    ('0s', '1m')
    """
    return write_duration(nanoseconds) if nanoseconds else "0s"


def grouping(route: Route) -> Json:
    """How alerts of a route come together and when they are told; Grafana's policies spell it alike."""
    found: Json = {"group_by": list(route.group_by)} if route.group_by else {}
    if route.times is not None:
        found["group_wait"] = wait(route.times.group_wait)
        found["group_interval"] = wait(route.times.group_interval)
        found["repeat_interval"] = wait(route.times.repeat_interval)
    return found


def _route(route: Route) -> Json:
    found: Json = {"receiver": route.receiver}
    if route.matchers:
        found["matchers"] = [_matcher(each) for each in route.matchers]
    found |= grouping(route)
    if route.quiet:
        found["mute_time_intervals"] = [each.name for each in route.quiet]
    if route.routes:
        found["routes"] = [_route(each) for each in route.routes]
    return found


def _matcher(matcher: Matcher) -> str:
    value = matcher.value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'{matcher.label}{matcher.operator}"{value}"'


def _inhibition(inhibition: Inhibition) -> Json:
    return {
        "source_matchers": [_matcher(each) for each in inhibition.source],
        "target_matchers": [_matcher(each) for each in inhibition.target],
        "equal": list(inhibition.equal),
    }


def _quiet(hours: QuietHours) -> Json:
    intervals = [
        {
            "weekdays": list(part.weekdays),
            "times": [{"start_time": part.start, "end_time": part.end}],
            "location": hours.time_zone,
        }
        for part in hours.stretches
    ]
    return {"name": hours.name, "time_intervals": intervals}


def _receiver(receiver: Receiver) -> Json:
    found: Json = {"name": receiver.name}
    for each in receiver.ways:
        kind, said = _way(each.way)
        found.setdefault(kind, []).append({"send_resolved": True, **said})
    return found


def _way(way: Webhook | Slack | PagerDuty | Email) -> tuple[str, Json]:
    match way:
        case Webhook():
            token = {"http_config": {"authorization": {"credentials_file": way.token_file}}} if way.token_file else {}
            return "webhook_configs", {"url": way.url, **token}
        case Slack():
            said = {"title": messages.TITLE, "title_link": messages.DASHBOARD, "text": messages.SLACK_TEXT}
            return "slack_configs", {"api_url_file": way.url_file, "channel": way.channel, **said}
        case PagerDuty():
            said = {"description": messages.TITLE, "severity": messages.PAGERDUTY_SEVERITY}
            details = dict(messages.PAGERDUTY_DETAILS)
            return "pagerduty_configs", {"routing_key_file": way.routing_key_file, **said, "details": details}
        case Email():
            login = {"auth_username": way.username, "auth_password_file": way.password_file} if way.username else {}
            to = {"to": way.to, "from": way.sender, "smarthost": way.smarthost}
            return "email_configs", {**to, **login, "headers": {"Subject": messages.TITLE}}
