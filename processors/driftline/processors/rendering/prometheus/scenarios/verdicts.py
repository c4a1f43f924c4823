"""Stories of what the processor has decided: it says so, alerts fire with their labels, it takes it back, they end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from driftline.processors.alerting import Alert
from driftline.processors.findings import State
from driftline.processors.rendering.prometheus.alerts import CHECK, COMPARED_BY, DETECTOR, GROUP, GROUPS
from driftline.processors.rendering.prometheus.rules import AlertRule
from driftline.processors.rendering.prometheus.scenarios.firing import fires, firing
from driftline.processors.rendering.prometheus.scenarios.silence import silence_stories
from driftline.processors.rendering.prometheus.scenarios.story import Check, Input, Story, labelled
from driftline.processors.rendering.series import FIELD, KIND, METRIC, STATE, series
from driftline.semconv import PerformanceKind, QualityCheck, metrics

_OFF_ON_OFF: Final = "0x5 1x13 0x20"
_SAYS: Final[Mapping[Alert, tuple[tuple[str, Mapping[str, str], str], ...]]] = {
    Alert.DRIFT: ((metrics.ML_MONITOR_STATUS, {STATE: State.DRIFT}, _OFF_ON_OFF),),
    Alert.ROW_DRIFT: ((metrics.ML_ROWS_DETECTED, {}, _OFF_ON_OFF),),
    Alert.STALE: ((metrics.ML_MONITOR_STATUS, {STATE: State.STALE}, _OFF_ON_OFF),),
    Alert.DATA_QUALITY: ((metrics.ML_QUALITY_DETECTED, {FIELD: "age", CHECK: QualityCheck.MISSING}, _OFF_ON_OFF),),
    Alert.PERFORMANCE: (
        (metrics.ML_PERFORMANCE_DETECTED, {METRIC: "accuracy", KIND: PerformanceKind.REALIZED}, _OFF_ON_OFF),
    ),
    Alert.FAIRNESS: (
        (
            metrics.ML_FAIRNESS_DETECTED,
            {GROUPS: "sex", COMPARED_BY: "disparate_impact_ratio", GROUP: "female"},
            _OFF_ON_OFF,
        ),
    ),
    Alert.CONCEPT_DRIFT: ((metrics.ML_CONCEPT_DRIFT_DETECTED, {DETECTOR: "cusum"}, _OFF_ON_OFF),),
    Alert.OUTCOME_COVERAGE: (
        (metrics.ML_OUTCOME_COVERAGE, {}, "1x5 0.001x13 1x20"),
        (metrics.ML_PERFORMANCE_OBSERVATIONS, {KIND: PerformanceKind.REALIZED}, "50x40"),
    ),
}
"""What the processor shows: off, on from minute 6, and off from minute 20."""


def verdict_stories(
    rules: tuple[AlertRule, ...], series_labels: Mapping[str, str], identity: Mapping[str, str]
) -> Iterator[Story]:
    """One story in which every alert comes and goes, and those of silence.

    Args:
        rules: alerts of one monitor.
        series_labels: what its series have, the reader's own labels too.
        identity: those of them that its alerts have.
    """
    said = tuple(
        Input(labelled(_name(metric), {**series_labels, **more}), values)
        for rule in rules
        for metric, more, values in _SAYS.get(rule.alert, ())
    )
    checks = tuple(check for rule in rules if rule.alert in _SAYS for check in _comes_and_goes(rule, identity))
    yield Story("verdicts come and go", (*said, *_alive(series_labels)), checks)
    stale = next(rule for rule in rules if rule.alert is Alert.STALE)
    unseen, unheard = (rule for rule in rules if rule.alert is Alert.TELEMETRY_ABSENT)
    yield Story("nothing at all is known", (), (fires(12, unseen, identity),))
    yield from silence_stories(stale, unheard, series_labels, identity)


def _comes_and_goes(rule: AlertRule, identity: Mapping[str, str]) -> Iterator[Check]:
    yield Check(4, f"count({firing(rule)})")
    yield fires(18, rule, identity)
    yield Check(36, f"count({firing(rule)})")


def _alive(labels: Mapping[str, str]) -> Iterator[Input]:
    yield Input(labelled(_name(metrics.ML_MONITOR_STATUS), {**labels, STATE: State.OK}), "0x40")


def _name(metric: str) -> str:
    return series(metric).removesuffix("{}")
