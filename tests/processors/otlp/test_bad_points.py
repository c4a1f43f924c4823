"""Every kind of bad point, through the real pipeline: its reason, its number, and the good points of the request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.metrics.v1.metrics_pb2 import AGGREGATION_TEMPORALITY_CUMULATIVE as CUMULATIVE

from driftline.processors.health import Health
from driftline.processors.otlp import OtlpService, Signal
from driftline.processors.pipeline import Pipeline
from driftline.semconv import metrics as names
from tests.processors.otlp.samples import NOW, START, histogram, open_metric, put

YEAR_2262_NS = (1 << 63) - 1


def _sum(request: ExportMetricsServiceRequest, value: float) -> None:
    metric = open_metric(request, names.ML_PREDICTIONS)
    metric.sum.aggregation_temporality, metric.sum.is_monotonic = CUMULATIVE, True
    metric.sum.data_points.add(start_time_unix_nano=START, time_unix_nano=NOW, as_double=value)


def _exponential(request: ExportMetricsServiceRequest, **fields: Any) -> None:
    metric = open_metric(request, names.ML_FIELD_DISTRIBUTION)
    metric.exponential_histogram.aggregation_temporality = CUMULATIVE
    point = metric.exponential_histogram.data_points.add(start_time_unix_nano=START, time_unix_nano=NOW, **fields)
    put(point, ml__field__name="e", ml__field__role="feature")


def _histogram(request: ExportMetricsServiceRequest, counts: list[int], **changes: Any) -> None:
    bad = histogram([0] * len(counts), fields=["b"], bounds=changes.pop("bounds", None))
    point = bad.resource_metrics[0].scope_metrics[0].metrics[0].histogram.data_points[0]
    for index, count in enumerate(counts):
        point.bucket_counts[index] = count
    point.count = sum(counts) % (1 << 64)
    for name, value in changes.items():
        setattr(point, name, value)
    request.MergeFrom(bad)


BAD: dict[str, tuple[str, Callable[[ExportMetricsServiceRequest], None]]] = {
    "time 0": ("time_zero", lambda request: _histogram(request, [1, 2], time_unix_nano=0)),
    "year 2262": ("too_far_ahead", lambda request: _histogram(request, [1, 2], time_unix_nano=YEAR_2262_NS)),
    "later than int64": ("too_far_ahead", lambda request: _histogram(request, [1, 2], time_unix_nano=(1 << 64) - 1)),
    "count": ("count_mismatch", lambda request: _histogram(request, [1, 2], count=7)),
    "negative count": ("negative_count", lambda request: _histogram(request, [(1 << 64) - 1, 2])),
    "bounds that fall": ("bounds_not_ascending", lambda request: _histogram(request, [1, 2, 3], bounds=[2.0, 1.0])),
    "NaN bound": ("bounds_not_ascending", lambda request: _histogram(request, [1, 2, 3], bounds=[1.0, float("nan")])),
    "too many bounds": (
        "buckets_do_not_match_bounds",
        lambda request: _histogram(request, [1, 2], bounds=[1.0, 2.0, 3.0]),
    ),
    "NaN counter": ("value_not_finite", lambda request: _sum(request, float("nan"))),
    "infinite counter": ("value_not_finite", lambda request: _sum(request, float("inf"))),
    "scale 2^31": ("scale_out_of_range", lambda request: _exponential(request, count=1, zero_count=1, scale=2**31 - 1)),
    "scale -2^31": ("scale_out_of_range", lambda request: _exponential(request, count=1, zero_count=1, scale=-(2**31))),
    "exponential count": ("count_mismatch", lambda request: _exponential(request, count=2, zero_count=1)),
    "negative zero count": ("negative_count", lambda request: _exponential(request, count=1, zero_count=(1 << 64) - 1)),
}


@pytest.mark.parametrize(("reason", "spoil"), BAD.values(), ids=BAD)
def test_one_bad_point_is_refused_by_its_reason_and_the_good_ones_count(
    reason: str, spoil: Callable[[ExportMetricsServiceRequest], None]
) -> None:
    health = Health()
    service = OtlpService(Pipeline(started_ns=START - 1, health=health), health, clock=lambda: NOW)
    request = histogram([1, 2, 3], fields=["age", "income"])
    spoil(request)
    answer = service.handle(Signal.METRICS, request.SerializeToString(), "grpc")
    assert answer.rejected == 1
    assert reason in answer.message
    outcomes = {tuple(sorted(one.labels)): one.value for one in health.snapshot() if one.name == names.DRIFTLINE_POINTS}
    assert outcomes == {
        (("outcome", "accepted"),): 2,
        (("outcome", "refused"), ("reason", reason)): 1,
    }


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 5e-324])
def test_a_sum_min_or_max_that_is_no_number_does_not_matter(value: float) -> None:
    health = Health()
    service = OtlpService(Pipeline(started_ns=START - 1, health=health), health, clock=lambda: NOW)
    request = ExportMetricsServiceRequest()
    _histogram(request, [1, 2], sum=value, min=value, max=value)
    assert service.handle(Signal.METRICS, request.SerializeToString(), "grpc").rejected == 0


def test_a_flood_of_label_sets_is_refused_over_the_cap_and_known_streams_go_on() -> None:
    health = Health()
    pipeline = Pipeline(started_ns=START - 1, health=health)
    service = OtlpService(pipeline, health, clock=lambda: NOW)
    known = histogram([1, 2, 3], fields=["age"]).SerializeToString()
    service.handle(Signal.METRICS, known, "grpc")
    rejected = 0
    for batch in range(5):
        flood = histogram([1, 2], fields=[f"f{batch}_{index}" for index in range(2000)])
        rejected += service.handle(Signal.METRICS, flood.SerializeToString(), "grpc").rejected
    assert rejected > 0
    later = histogram([2, 2, 3], fields=["age"], time=NOW + 1).SerializeToString()
    assert service.handle(Signal.METRICS, later, "grpc").rejected == 0
