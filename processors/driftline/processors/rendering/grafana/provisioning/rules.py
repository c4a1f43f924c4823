"""Alert rules that Grafana itself evaluates, from the same values as the rules of Prometheus."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from driftline.processors.alerting import Alert
from driftline.processors.alerting.labels import CAUSE, SEVERITY, SLO_NAME
from driftline.processors.documents import parse_duration, write_duration
from driftline.processors.rendering.grafana.pages.model import MODEL_PAGE
from driftline.processors.rendering.grafana.pages.performance import PERFORMANCE_PAGE
from driftline.processors.rendering.grafana.pages.quality import QUALITY_PAGE
from driftline.processors.rendering.grafana.pages.segments import SEGMENTS_PAGE
from driftline.processors.rendering.grafana.pages.slo import SLO_PAGE
from driftline.processors.rendering.grafana.provisioning.sources import FOLDER
from driftline.processors.rendering.grafana.provisioning.spelling import literally
from driftline.processors.rendering.grafana.shapes import Page
from driftline.processors.rendering.prometheus.rules import AlertRule, Group

_BASE_NS: Final = parse_duration("10s")
_MINUTE_NS: Final = parse_duration("1m")
_EXPRESSIONS: Final = "__expr__"
_VALUE: Final = re.compile(r"\$value\b")

SHOWN: Final[Mapping[Alert, tuple[Page, str]]] = {
    Alert.DRIFT: (MODEL_PAGE, "Fields and their states"),
    Alert.ROW_DRIFT: (MODEL_PAGE, "p-values of whole rows"),
    Alert.DATA_QUALITY: (QUALITY_PAGE, "Checks"),
    Alert.PERFORMANCE: (PERFORMANCE_PAGE, "Every metric now"),
    Alert.FAIRNESS: (SEGMENTS_PAGE, "How groups are treated"),
    Alert.CONCEPT_DRIFT: (PERFORMANCE_PAGE, "Concept drift"),
    Alert.ERROR_BUDGET_BURN: (SLO_PAGE, "Burn rate"),
    Alert.STALE: (MODEL_PAGE, "State"),
    Alert.TELEMETRY_ABSENT: (MODEL_PAGE, "State"),
    Alert.OUTCOME_COVERAGE: (PERFORMANCE_PAGE, "Coverage over time"),
}
"""The panel that shows an alert, by its page and title: Grafana marks the alert's times there."""


def rule_groups(monitor: str, groups: Iterable[Group], source: str) -> dict[str, Any]:
    """The rule groups of one monitor. What Prometheus records stays with Prometheus: these rules read it there.

    Args:
        monitor: its name.
        groups: its rules.
        source: the uid of the data source that they ask.
    """
    return {"groups": [_group(monitor, group, source) for group in groups if group.alerts]}


def _group(monitor: str, group: Group, source: str) -> dict[str, Any]:
    every = math.ceil((group.every_ns or _MINUTE_NS) / _BASE_NS) * _BASE_NS  # Grafana's clock ticks every 10 s
    return {
        "orgId": 1,
        "name": literally(group.name),
        "folder": FOLDER,
        "interval": write_duration(every),
        "rules": [_rule(monitor, rule, source, every) for rule in group.alerts],
    }


def _rule(monitor: str, rule: AlertRule, source: str, every: int) -> dict[str, Any]:
    page, panel = SHOWN[rule.alert]
    title = " ".join(_title(monitor, rule))
    return {
        "uid": f"driftline-{hashlib.sha256(title.encode()).hexdigest()[:24]}",
        "title": literally(title),
        "condition": "C",
        "data": _steps(rule.expression, source),
        "dashboardUid": page.uid,
        "panelId": page.number(panel),
        "noDataState": "OK",  # the expression gives nothing where nothing is wrong; absence is an alert of its own
        "execErrState": "Error",
        "for": write_duration(rule.hold_ns),
        "keepFiringFor": write_duration(rule.keep_ns),
        # An alert that ends takes its series away, and to those Grafana applies this count, not `keepFiringFor`.
        "missing_series_evals_to_resolve": max(1, math.ceil(rule.keep_ns / every)),
        "labels": {name: literally(text) for name, text in rule.labels.items()},
        "annotations": _annotations(rule, page, panel),
    }


def _title(monitor: str, rule: AlertRule) -> Iterator[str]:
    """What tells a rule from every other in the folder: Grafana makes it the alert's name, and wants it unique."""
    yield from (rule.alert, monitor)
    if SLO_NAME in rule.labels:
        yield from (rule.labels[SLO_NAME], rule.labels[SEVERITY])
    if CAUSE in rule.labels:
        yield rule.labels[CAUSE]


def _annotations(rule: AlertRule, page: Page, panel: str) -> dict[str, str]:
    filled = {name: _VALUE.sub("$values.B.Value", text) for name, text in rule.annotations.items()}
    return filled | {"__dashboardUid__": page.uid, "__panelId__": str(page.number(panel))}


def _steps(expression: str, source: str) -> list[dict[str, Any]]:
    """The expression, its newest value, and whether there is one: each series is an alert, as in Prometheus."""
    asked = {"refId": "A", "expr": expression, "instant": True, "range": False, "editorMode": "code"}
    newest = {"refId": "B", "type": "reduce", "expression": "A", "reducer": "last"}
    given = {"refId": "C", "type": "math", "expression": "is_number($B)"}
    return [_step(source, asked), _step(_EXPRESSIONS, newest), _step(_EXPRESSIONS, given)]


def _step(source: str, model: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "refId": model["refId"],
        "relativeTimeRange": {"from": 600, "to": 0},
        "datasourceUid": source,
        "model": dict(model),
    }
