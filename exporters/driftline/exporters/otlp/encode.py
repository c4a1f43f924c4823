"""Findings as OpenTelemetry's own metric data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from opentelemetry.sdk.metrics.export import (
    AggregationTemporality,
    Gauge,
    Histogram,
    HistogramDataPoint,
    Metric,
    MetricsData,
    NumberDataPoint,
    ResourceMetrics,
    ScopeMetrics,
    Sum,
)
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.util.instrumentation import InstrumentationScope

from driftline.processors.findings import ConceptDrift, Fairness, Finding, Objective, Output, Performance, Traffic
from driftline.processors.measurements import (
    Measurement,
    concept_measurements,
    fairness_measurements,
    identity_attributes,
    measurements,
    objective_attributes,
    objective_measurements,
    performance_measurements,
)
from driftline.semconv import SCHEMA_URL, attributes, metrics
from driftline.semconv.registry import METRICS


def metrics_data(findings: Sequence[Output], resource: Resource) -> MetricsData | None:
    """One request for a whole look; None when there is nothing to say."""
    time_ns = max((one.window.end_ns if isinstance(one, Finding) else one.time_ns for one in findings), default=0)
    objectives = [each for each in findings if isinstance(each, Objective)]
    encoded = [
        *_gauges(measurements(finding for finding in findings if isinstance(finding, Finding)), time_ns),
        *_gauges(objective_measurements(objectives), time_ns),
        *_gauges(performance_measurements(each for each in findings if isinstance(each, Performance)), time_ns),
        *_gauges(fairness_measurements(each for each in findings if isinstance(each, Fairness)), time_ns),
        *_gauges(concept_measurements(each for each in findings if isinstance(each, ConceptDrift)), time_ns),
        *_events(objectives),
        *_traffic([traffic for traffic in findings if isinstance(traffic, Traffic)]),
    ]
    if not encoded:
        return None
    scope = ScopeMetrics(InstrumentationScope("driftline.processors", schema_url=SCHEMA_URL), encoded, SCHEMA_URL)
    return MetricsData([ResourceMetrics(resource, [scope], SCHEMA_URL)])


def _metric(name: str, data: Gauge | Sum | Histogram) -> Metric:
    return Metric(name, METRICS[name].sentence, METRICS[name].unit, data)


def _gauges(measured: Iterable[Measurement], time_ns: int) -> Iterable[Metric]:
    points: dict[str, list[NumberDataPoint]] = {}
    for one in measured:
        point = NumberDataPoint(dict(one.attributes), 0, time_ns, one.value)
        points.setdefault(one.name, []).append(point)
    return [_metric(name, Gauge(of_name)) for name, of_name in points.items()]


def _events(objectives: Sequence[Objective]) -> Iterable[Metric]:
    points = [
        NumberDataPoint(
            objective_attributes(each) | {attributes.SLO_RESULT: result}, each.start_ns, each.time_ns, count
        )
        for each in objectives
        for result, count in each.events.items()
    ]
    if points:
        yield _metric(metrics.SLO_EVENTS, Sum(points, AggregationTemporality.CUMULATIVE, is_monotonic=True))


def _traffic(traffic: Sequence[Traffic]) -> Iterable[Metric]:
    predictions = [
        NumberDataPoint(_labels(one, error), one.start_ns, one.time_ns, count)
        for one in traffic
        for error, count in one.predictions.items()
    ]
    durations = [point for one in traffic for point in _duration_points(one)]
    cumulative = AggregationTemporality.CUMULATIVE
    if predictions:
        yield _metric(metrics.ML_PREDICTIONS, Sum(predictions, cumulative, is_monotonic=True))
    if durations:
        yield _metric(metrics.ML_PREDICTION_DURATION, Histogram(durations, cumulative))


def _labels(traffic: Traffic, error: str | None) -> dict[str, str]:
    return identity_attributes(traffic.identity) | ({} if error is None else {attributes.ERROR_TYPE: error})


def _duration_points(traffic: Traffic) -> Iterable[HistogramDataPoint]:
    for error, durations in traffic.durations.items():
        yield HistogramDataPoint(
            attributes=_labels(traffic, error),
            start_time_unix_nano=traffic.start_ns,
            time_unix_nano=traffic.time_ns,
            count=sum(durations.counts),
            sum=durations.total_seconds,
            bucket_counts=list(durations.counts),
            explicit_bounds=list(durations.bounds),
            min=None,  # type: ignore[arg-type]  # OTLP leaves it unset; the SDK's annotation forgets that it may
            max=None,  # type: ignore[arg-type]  # as above
        )
