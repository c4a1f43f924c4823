"""Checks of whether one alert fires."""

from __future__ import annotations

from collections.abc import Mapping

from driftline.processors.alerting.labels import ALERT_NAME
from driftline.processors.rendering.prometheus.rules import AlertRule
from driftline.processors.rendering.prometheus.scenarios.story import Check, labelled


def fires(minute: int, rule: AlertRule, identity: Mapping[str, str]) -> Check:
    """It fires once, with exactly the labels that a push would carry."""
    labels = {ALERT_NAME: str(rule.alert), "alertstate": "firing", **identity, **rule.labels}
    return Check(minute, firing(rule), {labelled("ALERTS", dict(sorted(labels.items()))): 1})


def never(minute: int, rule: AlertRule) -> Check:
    """It has not fired until a minute."""
    return Check(minute, f"count(count_over_time({firing(rule)}[{minute}m]))")


def firing(rule: AlertRule) -> str:
    """A selector of the alert while it fires."""
    return labelled("ALERTS", {ALERT_NAME: str(rule.alert), "alertstate": "firing"})
