"""What an Alertmanager would do with a plan, written the slow and obvious way."""

from __future__ import annotations

import re
from collections.abc import Mapping

from driftline.processors.rendering.alertmanager.plan import Plan
from driftline.processors.rendering.alertmanager.routes import Matcher, Route

Labels = Mapping[str, str]


def matches(matcher: Matcher, labels: Labels) -> bool:
    """An absent label is empty; a regular expression is anchored."""
    value = labels.get(matcher.label, "")
    if matcher.operator == "=~":
        return re.fullmatch(matcher.value, value) is not None
    return (value == matcher.value) is (matcher.operator == "=")


def route_of(plan: Plan, labels: Labels) -> Route:
    """The node an alert ends at."""
    node = plan.route
    while True:
        child = next((each for each in node.routes if all(matches(one, labels) for one in each.matchers)), None)
        if child is None:
            return node
        node = child


def hushed(plan: Plan, labels: Labels, others: list[Labels]) -> bool:
    """Whether another alert that fires hushes this one."""
    return any(
        all(matches(one, labels) for one in rule.target)
        and any(
            all(matches(one, other) for one in rule.source)
            and all(other.get(name, "") == labels.get(name, "") for name in rule.equal)
            for other in others
        )
        for rule in plan.inhibitions
    )
