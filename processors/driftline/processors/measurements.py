"""Findings as measurements: the telemetry contract's names, attributes and values, in no destination's dialect.

Every exporter of metrics starts here, so that Prometheus, OTLP and the clouds tell the same story. A figure that does
not exist is not emitted: never 0 for "no data", never NaN.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from driftline.processors.findings import (
    Comparison,
    ConceptDrift,
    Explanation,
    Fairness,
    Figure,
    Finding,
    Identity,
    Kind,
    Objective,
    Performance,
    Reference,
    State,
    Statistic,
)
from driftline.semconv import FieldRole, PerformanceKind, attributes, metrics

FIELD_STATES = tuple(state for state in State if state is not State.STALE)
MODEL_STATES = tuple(state for state in State if state not in {State.CONSTANT, State.INCOMPATIBLE_BINS})


@dataclass(frozen=True, slots=True)
class Measurement:
    """One value of one gauge. `attributes` is sorted by name and holds only what is known."""

    name: str
    attributes: tuple[tuple[str, str], ...]
    value: float


def measurements(findings: Iterable[Finding], *, statistics: Collection[str] | None = None) -> Iterator[Measurement]:
    """Word findings as gauges of the contract.

    Args:
        findings: verdicts of one look, fields and models in any order.
        statistics: names of the statistics whose score, limit and p-value are wanted; None is all of them. Level,
            detected, observations and states are always there.

    Yields:
        One measurement for each gauge and attribute set, each set once.

    Cost: about 2 us a measurement; a numeric field with all its statistics is some thirty of them.
    """
    references: dict[tuple[Identity, str], Reference] = {}
    for finding in findings:
        if finding.kind in _APART:
            yield from _APART[finding.kind](finding)
            continue
        if finding.reference is not None:
            references[finding.identity, finding.reference.id] = finding.reference
        yield from _model(finding) if finding.kind is Kind.MODEL else _field(finding, statistics)
    for (identity, _), reference in references.items():
        yield from _reference(identity, reference)


def objective_measurements(objectives: Iterable[Objective]) -> Iterator[Measurement]:
    """Word how identities stand to their objectives as gauges of the contract; what is unknown is left out."""
    for each in objectives:
        base = objective_attributes(each)
        yield _measure(metrics.SLO_OBJECTIVE, each.target, base)
        if each.sli is not None:
            yield _measure(metrics.SLO_SLI, each.sli, base)
        if each.remaining is not None:
            yield _measure(metrics.SLO_ERROR_BUDGET_REMAINING, each.remaining, base)
        for burn in each.burns:
            yield _measure(metrics.SLO_BURN_RATE, burn.rate, base, window=burn.window)


def performance_measurements(performances: Iterable[Performance]) -> Iterator[Measurement]:
    """Word performances as gauges of the contract; what is unknown is left out.

    Of one identity and kind the newest window is worded. Coverage and age of outcomes are those of the final window
    where there is one, else of the provisional one: a window whose time has not come lacks outcomes by nature.
    """
    newest = newest_performances(performances)
    final = {each.identity for each in newest if each.kind is PerformanceKind.REALIZED}
    for each in newest:
        yield from _performance(each)
        if each.kind is PerformanceKind.REALIZED or each.identity not in final:
            yield from _outcomes(each)


def newest_performances(performances: Iterable[Performance]) -> list[Performance]:
    """Of each identity and kind that of the newest window: the only one that is shown and told of."""
    newest: dict[tuple[Identity, PerformanceKind], Performance] = {}
    for each in performances:
        known = newest.get((each.identity, each.kind))
        if known is None or each.window.end_ns >= known.window.end_ns:
            newest[each.identity, each.kind] = each
    return list(newest.values())


def _performance(performance: Performance) -> Iterator[Measurement]:
    base = identity_attributes(performance.identity) | {attributes.ML_PERFORMANCE_KIND: performance.kind}
    yield _measure(metrics.ML_PERFORMANCE_OBSERVATIONS, _behind(performance), base)
    yield _measure(metrics.ML_PERFORMANCE_AGE, max(performance.time_ns - performance.window.end_ns, 0) / 1e9, base)
    for figure in performance.figures:
        yield from _figure(figure, base | {attributes.ML_PERFORMANCE_METRIC: figure.metric})


def _behind(performance: Performance) -> int:
    return performance.window.observations if performance.outcomes is None else performance.outcomes


def _figure(figure: Figure, base: dict[str, str]) -> Iterator[Measurement]:
    named = {
        metrics.ML_PERFORMANCE_SCORE: figure.value,
        metrics.ML_PERFORMANCE_LOWER: figure.lower,
        metrics.ML_PERFORMANCE_UPPER: figure.upper,
        metrics.ML_PERFORMANCE_LIMIT: figure.limit,
        metrics.ML_PERFORMANCE_DETECTED: figure.violated,
        metrics.ML_PERFORMANCE_ERROR: None if figure.estimated is None else figure.estimated - figure.value,
    }
    for name, value in named.items():
        if value is not None:
            yield _measure(name, value, base)


def _outcomes(performance: Performance) -> Iterator[Measurement]:
    base = identity_attributes(performance.identity)
    if performance.coverage is not None:
        yield _measure(metrics.ML_OUTCOME_COVERAGE, performance.coverage, base)
    if performance.outcome_age_seconds is not None:
        yield _measure(metrics.ML_OUTCOME_AGE, performance.outcome_age_seconds, base)


def fairness_measurements(found: Iterable[Fairness]) -> Iterator[Measurement]:
    """Word how groups are treated as gauges of the contract; groups too small to be compared are counted alone."""
    for each in found:
        base = identity_attributes(each.identity) | {attributes.ML_FAIRNESS_ATTRIBUTE: ",".join(each.attributes)}
        for group in each.groups if each.kind is None else ():  # of a cohort `ml.performance.observations` tells it
            named = base | {attributes.ML_FAIRNESS_GROUP: group.name}
            yield _measure(metrics.ML_FAIRNESS_OBSERVATIONS, group.observations, named)
        for comparison in each.comparisons:
            yield from _comparison(comparison, base)


def _comparison(comparison: Comparison, base: dict[str, str]) -> Iterator[Measurement]:
    base = base | {attributes.ML_FAIRNESS_METRIC: comparison.metric}
    if comparison.group is not None:
        base |= {attributes.ML_FAIRNESS_GROUP: comparison.group}
    named = {
        metrics.ML_FAIRNESS_SCORE: comparison.value,
        metrics.ML_FAIRNESS_LOWER: comparison.lower,
        metrics.ML_FAIRNESS_UPPER: comparison.upper,
        metrics.ML_FAIRNESS_LIMIT: comparison.limit,
        metrics.ML_FAIRNESS_DETECTED: comparison.violated,
    }
    for name, value in named.items():
        if value is not None:
            yield _measure(name, value, base)


def concept_measurements(found: Iterable[ConceptDrift]) -> Iterator[Measurement]:
    """Word what detectors say of the errors as gauges of the contract; a detector that cannot tell is left out."""
    for each in found:
        base = identity_attributes(each.identity)
        for signal in each.signals:
            named = base | {attributes.ML_CONCEPT_DRIFT_DETECTOR: signal.detector}
            yield _measure(metrics.ML_CONCEPT_DRIFT_DETECTED, signal.detected, named)
            if signal.score is not None and signal.limit is not None:
                yield _measure(metrics.ML_CONCEPT_DRIFT_SCORE, signal.score, named)
                yield _measure(metrics.ML_CONCEPT_DRIFT_LIMIT, signal.limit, named)


def objective_attributes(objective: Objective) -> dict[str, str]:
    """The attributes that say whose objective it is, and which."""
    return identity_attributes(objective.identity) | {attributes.SLO_NAME: objective.name}


def identity_attributes(identity: Identity) -> dict[str, str]:
    """The attributes that say whose measurement it is; what is not known is left out."""
    known = {
        attributes.ML_MODEL_NAME: identity.model,
        attributes.ML_MODEL_VERSION: identity.version,
        attributes.ML_MODEL_VARIANT: identity.variant,
        attributes.DEPLOYMENT_ENVIRONMENT_NAME: identity.environment,
        **dict(identity.segment),
    }
    return {name: value for name, value in known.items() if value is not None}


def _measure(name: str, value: float, base: dict[str, str], **extra: str) -> Measurement:
    named = {_EXTRA[key]: text for key, text in extra.items()}
    return Measurement(name, tuple(sorted({**base, **named}.items())), float(value))


_EXTRA = {
    "statistic": attributes.ML_DRIFT_STATISTIC,
    "defect": attributes.ML_FIELD_DEFECT,
    "state": attributes.ML_MONITOR_STATE,
    "check": attributes.ML_QUALITY_CHECK,
    "output": attributes.ML_DRIFT_OUTPUT,
    "reference": attributes.ML_REFERENCE_ID,
    "kind": attributes.ML_REFERENCE_KIND,
    "window": attributes.SLO_WINDOW,
}


def _field(finding: Finding, wanted: Collection[str] | None) -> Iterator[Measurement]:
    base = identity_attributes(finding.identity)
    base |= {attributes.ML_FIELD_NAME: finding.field or "", attributes.ML_FIELD_ROLE: finding.role or ""}
    for statistic in finding.statistics:
        if wanted is None or statistic.name in wanted:
            yield from _statistic(statistic, base)
    if finding.level is not None:
        yield _measure(metrics.ML_DRIFT_LEVEL, finding.level, base)
        yield _measure(metrics.ML_DRIFT_DETECTED, finding.level > 1, base)
    yield _measure(metrics.ML_WINDOW_OBSERVATIONS, finding.window.observations, base)
    for defect, share in finding.defects.items():
        yield _measure(metrics.ML_QUALITY_DEFECT_SHARE, share, base, defect=defect)
    for state in FIELD_STATES:
        yield _measure(metrics.ML_FIELD_STATUS, state is finding.status, base, state=state)


def _statistic(statistic: Statistic, base: dict[str, str]) -> Iterator[Measurement]:
    yield _measure(metrics.ML_DRIFT_SCORE, statistic.score, base, statistic=statistic.name)
    if statistic.limit is not None:
        yield _measure(metrics.ML_DRIFT_LIMIT, statistic.limit, base, statistic=statistic.name)
    if statistic.p_value is not None:
        yield _measure(metrics.ML_DRIFT_P_VALUE, statistic.p_value, base, statistic=statistic.name)
    if statistic.error is not None:
        yield _measure(metrics.ML_DRIFT_ERROR, statistic.error, base, statistic=statistic.name)


def _quality(finding: Finding) -> Iterator[Measurement]:
    base = identity_attributes(finding.identity)
    if finding.field is not None:
        base |= {attributes.ML_FIELD_NAME: finding.field, attributes.ML_FIELD_ROLE: finding.role or ""}
    if finding.level is not None and finding.decided_by is not None:
        yield _measure(metrics.ML_QUALITY_LEVEL, finding.level, base, check=finding.decided_by)
        yield _measure(metrics.ML_QUALITY_DETECTED, finding.violated, base, check=finding.decided_by)


def _rows(finding: Finding) -> Iterator[Measurement]:
    """Of all features together the field's name is empty, as there is none."""
    base = identity_attributes(finding.identity)
    named = base | {attributes.ML_FIELD_NAME: finding.field or "", attributes.ML_FIELD_ROLE: finding.role or ""}
    yield _measure(metrics.ML_ROWS_OBSERVATIONS, finding.window.observations, named)
    if finding.status in {State.OK, State.DRIFT}:
        yield _measure(metrics.ML_ROWS_DETECTED, finding.violated, named)
    for each in finding.statistics:
        figures = (metrics.ML_ROWS_SCORE, each.score), (metrics.ML_ROWS_LIMIT, each.limit)
        for name, value in (*figures, (metrics.ML_ROWS_P_VALUE, each.p_value)):
            if value is not None:
                yield _measure(name, value, named | {attributes.ML_ROWS_STATISTIC: each.name})
    for driver in finding.drifting if finding.field is None else ():
        of = {attributes.ML_FIELD_NAME: driver, attributes.ML_FIELD_ROLE: FieldRole.FEATURE}
        yield _measure(metrics.ML_ROWS_DRIVER, 1, base | of)


_APART = {Kind.QUALITY: _quality, Kind.ROWS: _rows}


def _model(finding: Finding) -> Iterator[Measurement]:
    base = identity_attributes(finding.identity)
    yield _measure(metrics.ML_DRIFT_FIELDS, len(finding.drifting), base)
    for state in MODEL_STATES:
        yield _measure(metrics.ML_MONITOR_STATUS, state is finding.status, base, state=state)
    if finding.explanation is not None:
        yield from _contributions(finding.explanation, base)


def _contributions(explanation: Explanation, base: dict[str, str]) -> Iterator[Measurement]:
    output = explanation.output
    for each in explanation.contributions:
        if output is not None and each.shift is not None:
            named = base | {attributes.ML_FIELD_NAME: each.field, attributes.ML_FIELD_ROLE: each.role}
            yield _measure(metrics.ML_DRIFT_CONTRIBUTION, each.shift, named, output=output.name)


def _reference(identity: Identity, reference: Reference) -> Iterator[Measurement]:
    base = identity_attributes(identity)
    yield _measure(metrics.ML_REFERENCE_INFO, 1, base, reference=reference.id, kind=reference.kind)
    yield _measure(metrics.ML_REFERENCE_AGE, reference.age_seconds, base, reference=reference.id, kind=reference.kind)
