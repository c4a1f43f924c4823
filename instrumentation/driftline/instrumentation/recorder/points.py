"""Counts as finished OTLP points, cumulative since the recorder's start."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from opentelemetry.sdk.metrics.export import (
    AggregationTemporality,
    ExponentialHistogram,
    ExponentialHistogramDataPoint,
    Histogram,
    HistogramDataPoint,
    Metric,
    NumberDataPoint,
    Sum,
)
from opentelemetry.sdk.metrics.export import Buckets as ExponentialBuckets

from driftline.instrumentation.recorder.aggregator import Aggregator, Outcome
from driftline.instrumentation.recorder.categories import CategoryTally
from driftline.instrumentation.recorder.exponential import ExponentialTally, Side
from driftline.instrumentation.recorder.fields import Field, Segment, Series, outgoing_categories
from driftline.instrumentation.recorder.histograms import ExplicitTally
from driftline.semconv import attributes, metrics

_UNSET: Final[Any] = None
"""Extremes are raw numbers and stay in the process; a sum that fell once is no sum. OTLP has both optional."""

_CUMULATIVE: Final = AggregationTemporality.CUMULATIVE
_Attributes = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Span:
    """The stretch of time that points cover, in nanoseconds since the epoch."""

    start_ns: int
    time_ns: int


def all_metrics(
    counts: Aggregator, dropped: Mapping[str, int], identity: Mapping[str, str], span: Span, *, last: bool = False
) -> list[Metric]:
    """Everything a recorder has counted, as metrics of the contract; empty ones are left out.

    Args:
        counts: the recorder's counts.
        dropped: rows that were not kept, by reason.
        identity: attributes of every point.
        span: the time the points cover.
        last: the process ends; what waited for a decision leaves now.
    """
    fields = list(counts.fields.values())
    explicit = [
        _explicit(tally, _field_attributes(field, segment, identity), span)
        for field, segment, tally in _tallies(fields, ExplicitTally)
    ]
    exponential = [
        _exponential(tally, _field_attributes(field, segment, identity), span)
        for field, segment, tally in _tallies(fields, ExponentialTally)
    ]
    made = [
        _histogram(metrics.ML_FIELD_DISTRIBUTION, "", explicit),
        Metric(metrics.ML_FIELD_DISTRIBUTION, "", "", ExponentialHistogram(exponential, _CUMULATIVE)),
        _sum(metrics.ML_FIELD_CATEGORIES, "{observation}", _categories(fields, identity, span, last=last)),
        _sum(metrics.ML_FIELD_DEFECTS, "{observation}", _defects(fields, identity, span)),
        _sum(metrics.ML_PREDICTIONS, "{prediction}", _predictions(counts, identity, span)),
        _histogram(metrics.ML_PREDICTION_DURATION, "s", _durations(counts, identity, span)),
        _sum(metrics.DRIFTLINE_RECORDER_DROPPED, "{row}", _dropped(dropped, span)),
    ]
    return [metric for metric in made if metric.data.data_points]


def _tallies(fields: Iterable[Field], kind: type[Any]) -> Iterable[tuple[Field, Segment, Any]]:
    for field in fields:
        for segment, series in field.series.items():
            if isinstance(series.tally, kind):
                yield field, segment, series.tally


def _field_attributes(field: Field, segment: Segment, identity: Mapping[str, str]) -> _Attributes:
    return {
        **dict(segment),
        **identity,
        attributes.ML_FIELD_NAME: field.key.name,
        attributes.ML_FIELD_ROLE: field.key.role.value,
    }


def _explicit(tally: ExplicitTally, labels: _Attributes, span: Span) -> HistogramDataPoint:
    return HistogramDataPoint(
        attributes=labels,
        start_time_unix_nano=span.start_ns,
        time_unix_nano=span.time_ns,
        count=tally.count,
        sum=tally.total if tally.total is not None else _UNSET,
        bucket_counts=tally.counts.tolist(),
        explicit_bounds=tally.bounds.tolist(),
        min=_UNSET,
        max=_UNSET,
    )


def _exponential(tally: ExponentialTally, labels: _Attributes, span: Span) -> ExponentialHistogramDataPoint:
    return ExponentialHistogramDataPoint(
        attributes=labels,
        start_time_unix_nano=span.start_ns,
        time_unix_nano=span.time_ns,
        count=tally.count,
        sum=tally.total if tally.total is not None else _UNSET,
        scale=tally.scale,
        zero_count=tally.zero,
        positive=_buckets(tally.positive),
        negative=_buckets(tally.negative),
        flags=0,
        min=_UNSET,
        max=_UNSET,
    )


def _buckets(side: Side) -> ExponentialBuckets:
    return ExponentialBuckets(side.offset, side.counts.tolist())


def _categories(
    fields: Iterable[Field], identity: Mapping[str, str], span: Span, *, last: bool
) -> list[NumberDataPoint]:
    points = []
    for field, segment, tally in _tallies(fields, CategoryTally):
        labels = _field_attributes(field, segment, identity)
        for name, times in outgoing_categories(field, tally, last=last).items():
            points.append(_number({**labels, attributes.ML_FIELD_CATEGORY: name}, times, span))
    return points


def _defects(fields: Iterable[Field], identity: Mapping[str, str], span: Span) -> list[NumberDataPoint]:
    every: Iterable[tuple[Field, Segment, Series]] = (
        (field, segment, series) for field in fields for segment, series in field.series.items()
    )
    return [
        _number({**_field_attributes(field, segment, identity), attributes.ML_FIELD_DEFECT: kind.value}, times, span)
        for field, segment, series in every
        for kind, times in series.defects.items()
    ]


def _predictions(counts: Aggregator, identity: Mapping[str, str], span: Span) -> list[NumberDataPoint]:
    return [_number(_outcome(outcome, identity), rows, span) for outcome, rows in counts.predictions.items()]


def _durations(counts: Aggregator, identity: Mapping[str, str], span: Span) -> list[HistogramDataPoint]:
    return [_explicit(tally, _outcome(outcome, identity), span) for outcome, tally in counts.durations.items()]


def _dropped(dropped: Mapping[str, int], span: Span) -> list[NumberDataPoint]:
    return [_number({attributes.REASON: reason}, rows, span) for reason, rows in dropped.items()]


def _outcome(outcome: Outcome, identity: Mapping[str, str]) -> _Attributes:
    segment, error = outcome
    labels: _Attributes = {**dict(segment), **identity}
    if error is not None:
        labels[attributes.ERROR_TYPE] = error
    return labels


def _number(labels: _Attributes, value: int, span: Span) -> NumberDataPoint:
    return NumberDataPoint(labels, span.start_ns, span.time_ns, value)


def _sum(name: str, unit: str, points: list[NumberDataPoint]) -> Metric:
    return Metric(name, "", unit, Sum(points, _CUMULATIVE, is_monotonic=True))


def _histogram(name: str, unit: str, points: list[HistogramDataPoint]) -> Metric:
    return Metric(name, "", unit, Histogram(points, _CUMULATIVE))
