"""Whom Grafana tells: the receivers of the monitors as contact points. Secrets stay in files on Grafana's machine.

Source: Grafana documentation, "Use configuration files to provision alerting resources", contact points and their
settings by kind.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from driftline.processors.monitor.receivers import Email, PagerDuty, Slack, Webhook
from driftline.processors.rendering.alertmanager import messages
from driftline.processors.rendering.alertmanager.plan import Receiver
from driftline.processors.rendering.grafana.provisioning.spelling import content_of, literally

Json = dict[str, Any]


def contact_points(receivers: Iterable[Receiver]) -> Json:
    """A contact point for each receiver that tells somebody."""
    return {
        "contactPoints": [
            {"orgId": 1, "name": literally(each.name), "receivers": _ways(each)} for each in receivers if each.ways
        ]
    }


def _ways(receiver: Receiver) -> list[Json]:
    return [_way(f"{receiver.name} {place}", each.way) for place, each in enumerate(receiver.ways)]


def _way(name: str, way: Webhook | Slack | PagerDuty | Email) -> Json:
    kind, settings = _settings(way)
    uid = f"driftline-{hashlib.sha256(name.encode()).hexdigest()[:24]}"
    return {"uid": uid, "type": kind, "settings": settings}


def _settings(way: Webhook | Slack | PagerDuty | Email) -> tuple[str, Json]:
    match way:
        case Webhook():
            return "webhook", {"url": literally(way.url), "httpMethod": "POST", **_bearer(way)}
        case Slack():
            said = {"title": messages.TITLE, "text": messages.SLACK_TEXT}
            return "slack", {"url": content_of(way.url_file), "recipient": literally(way.channel), **said}
        case PagerDuty():
            said = {"summary": messages.TITLE, "severity": messages.PAGERDUTY_SEVERITY}
            details = dict(messages.PAGERDUTY_DETAILS)
            return "pagerduty", {"integrationKey": content_of(way.routing_key_file), **said, "details": details}
        case Email():
            addresses = ";".join(each.strip() for each in way.to.split(","))
            return "email", {"addresses": literally(addresses), "singleEmail": False, "subject": messages.TITLE}


def _bearer(way: Webhook) -> Json:
    if way.token_file is None:
        return {}
    return {"authorization_scheme": "Bearer", "authorization_credentials": content_of(way.token_file)}
