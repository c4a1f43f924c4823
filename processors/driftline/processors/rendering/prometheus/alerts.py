"""The alerts of a monitor that the processor has already decided: its gauges say so, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from driftline.processors.alerting import (
    SEVERITIES,
    Alert,
    Severity,
    annotations_of,
    dashboard_template,
    monitor_labels,
)
from driftline.processors.alerting.labels import CAUSE
from driftline.processors.documents import parse_duration, write_duration
from driftline.processors.findings import State
from driftline.processors.monitor import Monitor
from driftline.processors.rendering.options import Options
from driftline.processors.rendering.prometheus.rules import AlertRule, Group
from driftline.processors.rendering.prometheus.scope import Scope, quoted
from driftline.processors.rendering.prometheus.words import listed, subject
from driftline.processors.rendering.series import FIELD, KIND, METRIC, ROLE, STATE, series
from driftline.processors.statistics.fairness import METRICS as COMPARED
from driftline.semconv import FieldRole, PerformanceKind, attributes, metrics
from driftline.semconv.prometheus import label_name

CHECK: Final = label_name(attributes.ML_QUALITY_CHECK)
GROUPS: Final = label_name(attributes.ML_FAIRNESS_ATTRIBUTE)
COMPARED_BY: Final = label_name(attributes.ML_FAIRNESS_METRIC)
GROUP: Final = label_name(attributes.ML_FAIRNESS_GROUP)
DETECTOR: Final = label_name(attributes.ML_CONCEPT_DRIFT_DETECTOR)
_AT_MOST_NS: Final = parse_duration("5m")


def alert_group(monitor: Monitor, scope: Scope, options: Options) -> Group:
    """Every alert of a monitor but those of its objectives.

    They fire at once: the processor has weighed chance and time, a second wait would only add to the delay. Verdicts on
    data fire on for a window's length, at most 5 minutes, so that one that flickers at its limit is one alarm.
    """
    write = _Writer(monitor, scope, options)
    found = (
        each
        for part in (_drift, _rows, _quality, _performance, _fairness, _concept, _silence, _coverage)
        for each in part(write)
    )
    return Group(f"driftline-{monitor.name}-alerts", tuple(found), notes=scope.notes)


class _Writer:
    """Writes the alerts of one monitor."""

    def __init__(self, monitor: Monitor, scope: Scope, options: Options) -> None:
        self.monitor, self.scope, self.options = monitor, scope, options
        self.subject = subject(monitor)
        self.flicker_ns = min(monitor.spec.window.length, _AT_MOST_NS)

    def rule(
        self,
        alert: Alert,
        severity: str,
        expression: str,
        description: str,
        detail: str = "",
        *,
        hold_ns: int = 0,
        keep_ns: int = 0,
        cause: str | None = None,
    ) -> AlertRule:
        """One rule."""
        monitor, links = self.monitor, self.options.links
        dashboard = dashboard_template(alert, monitor.model, links)
        said = annotations_of(alert, monitor.model, description=description, dashboard=dashboard, links=links)
        labels = monitor_labels(Severity(severity), monitor) | ({CAUSE: cause} if cause else {})
        return AlertRule(alert, expression, labels, said, detail, hold_ns, keep_ns)

    def in_state(self, state: State) -> str:
        """Identities in a state."""
        return f"{self.scope.worst(metrics.ML_MONITOR_STATUS, f'{STATE}={quoted(state)}')} == 1"


def _drift(write: _Writer) -> Iterator[AlertRule]:
    levels = f"max by ({FIELD}) ({series(metrics.ML_DRIFT_LEVEL, '%s')}) > 1"
    yield write.rule(
        Alert.DRIFT,
        write.monitor.spec.drift.severity,
        write.in_state(State.DRIFT),
        f"{write.subject} is in drift: its data is not distributed as in its reference.",
        listed(" Fields by level, over 1 is drift: ", levels, [FIELD], write.monitor) + ".",
        keep_ns=write.flicker_ns,
    )


def _rows(write: _Writer) -> Iterator[AlertRule]:
    rows = write.monitor.spec.rows
    if rows is None:
        return
    vectors = series(metrics.ML_ROWS_DETECTED, f"%s,{ROLE}={quoted(FieldRole.EMBEDDING)}")
    moved = f"max by ({FIELD}) ({series(metrics.ML_ROWS_DRIVER, '%s')} or {vectors} == 1)"
    yield write.rule(
        Alert.ROW_DRIFT,
        rows.severity,
        f"{write.scope.worst(metrics.ML_ROWS_DETECTED)} == 1",
        f"{write.subject}: whole rows are not like those of the reference.",
        listed(" Fields that moved most: ", moved, [FIELD], write.monitor, valued=False) + ".",
        keep_ns=write.flicker_ns,
    )


def _quality(write: _Writer) -> Iterator[AlertRule]:
    levels = f"max by ({FIELD}, {CHECK}) ({series(metrics.ML_QUALITY_LEVEL, '%s')}) > 1"
    yield write.rule(
        Alert.DATA_QUALITY,
        write.monitor.spec.quality.severity,
        f"{write.scope.worst(metrics.ML_QUALITY_DETECTED)} == 1",
        f"{write.subject}: checks of the data's quality are over their limit.",
        listed(" By level, over 1 is a finding: ", levels, [FIELD, CHECK], write.monitor) + ".",
        keep_ns=write.flicker_ns,
    )


def _performance(write: _Writer) -> Iterator[AlertRule]:
    performance = write.monitor.spec.performance
    if not performance.minimum and not performance.maximum:
        return
    scores, bad = (
        f"max by ({METRIC}, {KIND}) ({series(each, '%s')})"
        for each in (metrics.ML_PERFORMANCE_SCORE, metrics.ML_PERFORMANCE_DETECTED)
    )
    yield write.rule(
        Alert.PERFORMANCE,
        performance.severity,
        f"{write.scope.worst(metrics.ML_PERFORMANCE_DETECTED)} == 1",
        f"{write.subject} performs worse than its monitor allows: the 95 % interval is wholly beyond the limit.",
        listed(" Figures: ", f"{scores} and on ({METRIC}, {KIND}) ({bad} == 1)", [KIND, METRIC], write.monitor) + ".",
        keep_ns=write.flicker_ns,
    )


def _fairness(write: _Writer) -> Iterator[AlertRule]:
    fairness = write.monitor.spec.fairness
    if not any(fairness.shows(name) and fairness.limit(name) is not None for name in COMPARED):
        return
    if not fairness.attributes:
        return
    by = [GROUPS, COMPARED_BY, GROUP]
    scores, found = (
        f"max by ({', '.join(by)}) ({series(each, '%s')})"
        for each in (metrics.ML_FAIRNESS_SCORE, metrics.ML_FAIRNESS_DETECTED)
    )
    yield write.rule(
        Alert.FAIRNESS,
        fairness.severity,
        f"{write.scope.worst(metrics.ML_FAIRNESS_DETECTED)} == 1",
        f"{write.subject} treats groups of people more differently than its monitor allows, surely.",
        listed(" Figures: ", f"{scores} and on ({', '.join(by)}) ({found} == 1)", by, write.monitor) + ".",
        keep_ns=write.flicker_ns,
    )


def _concept(write: _Writer) -> Iterator[AlertRule]:
    concept = write.monitor.spec.concept_drift
    if not concept.detectors:
        return
    found = f"max by ({DETECTOR}) ({series(metrics.ML_CONCEPT_DRIFT_DETECTED, '%s')}) == 1"
    yield write.rule(
        Alert.CONCEPT_DRIFT,
        concept.severity,
        f"{write.scope.worst(metrics.ML_CONCEPT_DRIFT_DETECTED)} == 1",
        f"{write.subject}: outcomes have changed, as of the newest final cohort of predictions.",
        listed(" Detectors: ", found, [DETECTOR], write.monitor, valued=False) + ".",
        keep_ns=write.flicker_ns,
    )


def _silence(write: _Writer) -> Iterator[AlertRule]:
    """Stale, and absent: what had data and has none, and what nothing is known of.

    The state `no_data` also comes while a model that had data falls silent, before it is stale. So a look more than
    that is waited for; a processor that nobody reaches is told of sooner: no other alert could.
    """
    allowed = write.monitor.spec.stale_after
    yield write.rule(
        Alert.STALE,
        SEVERITIES[Alert.STALE],
        write.in_state(State.STALE),
        f"{write.subject} had data, and has had none for {write_duration(allowed)}: its drift is not known.",
    )
    nothing = f"max by ({write.scope.by}) (absent({write.scope.series(metrics.ML_MONITOR_STATUS)}))"
    yield write.rule(
        Alert.TELEMETRY_ABSENT,
        SEVERITIES[Alert.TELEMETRY_ABSENT],
        nothing,
        f"Nothing is known of {write.subject}: Prometheus gets nothing of it from any processor.",
        hold_ns=min(allowed, _AT_MOST_NS),
        cause="no series",
    )
    yield write.rule(
        Alert.TELEMETRY_ABSENT,
        SEVERITIES[Alert.TELEMETRY_ABSENT],
        write.in_state(State.NO_DATA),
        f"Nothing is known of {write.subject}: its processor has had no data of it for {write_duration(allowed)}.",
        hold_ns=allowed + write.monitor.spec.window.every,
    )


def _coverage(write: _Writer) -> Iterator[AlertRule]:
    wanted = write.monitor.spec.performance.coverage
    final = write.scope.worst(metrics.ML_PERFORMANCE_OBSERVATIONS, f'{KIND}="{PerformanceKind.REALIZED}"')
    yield write.rule(
        Alert.OUTCOME_COVERAGE,
        SEVERITIES[Alert.OUTCOME_COVERAGE],
        f"{write.scope.worst(metrics.ML_OUTCOME_COVERAGE)} < {wanted:g}\nand on ({write.scope.by})\n{final}",
        f"{write.subject}: of the predictions whose outcomes are due, {{{{ $value | humanizePercentage }}}} have one; "
        f"the monitor asks for {100 * wanted:g} %.",
    )
