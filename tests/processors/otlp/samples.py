"""Metric requests for the tests, plain and random."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.metrics.v1.metrics_pb2 import AGGREGATION_TEMPORALITY_CUMULATIVE as CUMULATIVE
from opentelemetry.proto.metrics.v1.metrics_pb2 import AGGREGATION_TEMPORALITY_DELTA as DELTA
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric

START, NOW = 1_800_000_000_000_000_000, 1_800_000_010_000_000_000


def put(target: Any, **attributes: str) -> None:
    """Set attributes; dots are written as double underscores."""
    for key, value in attributes.items():
        target.attributes.add(key=key.replace("__", ".")).value.string_value = value


def open_metric(request: ExportMetricsServiceRequest, name: str, model: str = "credit") -> Metric:
    """A metric of a resource of its own."""
    resource = request.resource_metrics.add()
    put(resource.resource, ml__model__name=model, service__instance__id="4ff2-11")
    scope = resource.scope_metrics.add()
    scope.scope.name = "driftline"
    metric = scope.metrics.add()
    metric.name = name
    return metric


def histogram(
    counts: Sequence[int],
    *,
    fields: Sequence[str] = ("age",),
    name: str = "ml.field.distribution",
    bounds: Sequence[float] | None = None,
    time: int = NOW,
    total: float | None = 1.5,
) -> ExportMetricsServiceRequest:
    """One explicit histogram point for each field, cumulative."""
    request = ExportMetricsServiceRequest()
    metric = open_metric(request, name)
    metric.histogram.aggregation_temporality = CUMULATIVE
    for field in fields:
        point = metric.histogram.data_points.add(start_time_unix_nano=START, time_unix_nano=time, count=sum(counts))
        point.bucket_counts.extend(counts)
        point.explicit_bounds.extend(range(len(counts) - 1) if bounds is None else bounds)
        point.min, point.max = 0.0, 9.0
        if total is not None:
            point.sum = total
        put(point, ml__field__name=field, ml__field__role="feature")
    return request


_uint64 = st.sampled_from([0, 1, 7, 200, 1 << 62, (1 << 64) - 1])
_time = st.sampled_from([0, START, NOW, (1 << 64) - 1])
_double = st.sampled_from([0.0, 1.0, -2.5, float("inf"), float("nan"), 5e-324])
_text = st.sampled_from(["", "a", "age", "é"])


@st.composite
def metric_requests(draw: st.DrawFn) -> ExportMetricsServiceRequest:
    """Requests of every form of metric, with unset, extreme and inconsistent fields."""
    request = ExportMetricsServiceRequest()
    for _ in range(draw(st.integers(0, 3))):
        name = draw(st.sampled_from(["ml.field.distribution", "ml.predictions", "foreign.x", "latency"]))
        metric = open_metric(request, name, model=draw(_text))
        metric.unit = draw(_text)
        form = draw(st.sampled_from(["histogram", "sum", "exponential_histogram", "gauge", "summary", None]))
        if form is None:
            continue
        data = getattr(metric, form)
        data.SetInParent()
        if form not in ("gauge", "summary"):
            data.aggregation_temporality = draw(st.sampled_from([CUMULATIVE, CUMULATIVE, DELTA, 0]))
        if form == "sum":
            data.is_monotonic = draw(st.booleans())
        for _ in range(draw(st.integers(0, 4))):
            _fill(draw, form, data.data_points.add())
    return request


def _fill(draw: st.DrawFn, form: str, point: Any) -> None:
    point.start_time_unix_nano, point.time_unix_nano = draw(_time), draw(_time)
    point.flags = draw(st.sampled_from([0, 0, 0, 1, 2]))
    for key in draw(st.lists(_text, max_size=3)):
        value = point.attributes.add(key=key).value
        setattr(value, *draw(st.sampled_from([("string_value", "x"), ("int_value", 3), ("bool_value", True)])))
    if form == "histogram":
        _fill_histogram(draw, point)
    elif form == "exponential_histogram":
        point.count, point.zero_count, point.scale = (
            draw(_uint64),
            draw(_uint64),
            draw(st.integers(-(2**31), 2**31 - 1)),
        )
        for side in (point.positive, point.negative):
            side.offset = draw(st.integers(-5, 5))
            side.bucket_counts.extend(draw(st.lists(_uint64, max_size=4)))
    elif form in ("sum", "gauge") and draw(st.booleans()):
        point.as_double = draw(_double)
    elif form in ("sum", "gauge") and draw(st.booleans()):
        point.as_int = draw(st.sampled_from([0, -1, 5, 1 << 53]))


def _fill_histogram(draw: st.DrawFn, point: Any) -> None:
    point.count = draw(_uint64)
    buckets = draw(st.sampled_from([0, 1, 2, 3, 17, 40]))
    point.bucket_counts.extend(draw(_uint64) for _ in range(buckets))
    bounds = draw(st.sampled_from([max(buckets - 1, 0), max(buckets - 1, 0), 2]))
    point.explicit_bounds.extend(float(bound) for bound in range(bounds))
    for name in draw(st.sets(st.sampled_from(["sum", "min", "max"]))):
        setattr(point, name, draw(_double))
    if draw(st.booleans()):
        point.exemplars.add(time_unix_nano=draw(_time), as_double=draw(_double))
