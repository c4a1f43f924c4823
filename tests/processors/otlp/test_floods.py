"""A million label sets, over gRPC into the real pipeline: bounded memory, the declared goes on."""

from __future__ import annotations

from pathlib import Path

import grpc
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.metrics.v1.metrics_pb2 import AGGREGATION_TEMPORALITY_CUMULATIVE as CUMULATIVE

from driftline.processors.health import Health
from driftline.processors.monitor import load_monitors
from driftline.processors.otlp import Limits, OtlpService, serve_grpc
from driftline.processors.otlp.wire.fields import fields_of
from driftline.processors.pipeline import Pipeline
from driftline.processors.pipeline.caps import Caps
from driftline.semconv import metrics as names
from tests.processors.otlp.samples import NOW, START, histogram, open_metric, put

EXPORT = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"
MEBIBYTE = 1 << 20
REQUESTS, EACH = 20, 50_000
MONITOR = """
apiVersion: driftline.dev/v1
kind: ModelMonitor
metadata: {name: credit}
spec: {model: {name: credit}}
"""


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def flood(number: int) -> bytes:
    """A request of `EACH` categories nobody has seen, half of the declared model's and half of another's."""
    half = b"".join(_half(model, number) for model in ("credit", "noise"))
    known = histogram([number, number], fields=["age"], time=NOW + number)
    return known.SerializeToString() + half


def _half(model: str, number: int) -> bytes:
    """Serialised once; then the same bytes again and again but for seven digits."""
    request = ExportMetricsServiceRequest()
    metric = open_metric(request, names.ML_FIELD_CATEGORIES, model=model)
    metric.sum.aggregation_temporality, metric.sum.is_monotonic = CUMULATIVE, True
    point = metric.sum.data_points.add(start_time_unix_nano=START, time_unix_nano=NOW, as_int=1)
    put(point, ml__field__name="plan", ml__field__category="0000000")
    plain = point.SerializeToString()
    before, after = plain.split(b"0000000")
    first = number * EACH
    points = (b"\n%c%s%07d%s" % (len(plain), before, first + index, after) for index in range(EACH // 2))
    metric.sum.ClearField("data_points")
    content = metric.sum.SerializeToString() + b"".join(points)
    metric.ClearField("sum")
    return _nested(request.SerializeToString(), content)


def _nested(request: bytes, content: bytes) -> bytes:
    """The request with `content` as the sum of its only metric: every length around it is written anew."""
    resource = ExportMetricsServiceRequest.FromString(request).resource_metrics[0]
    scope = resource.scope_metrics[0]
    metric = scope.metrics[0].SerializeToString() + _field(7, content)
    scope.ClearField("metrics")
    within = scope.SerializeToString() + _field(2, metric)
    resource.ClearField("scope_metrics")
    return _field(1, resource.SerializeToString() + _field(2, within))


def _field(number: int, content: bytes) -> bytes:
    size, length = len(content), b""
    while size >= 0x80:
        length, size = length + bytes([size & 0x7F | 0x80]), size >> 7
    return bytes([number << 3 | 2]) + length + bytes([size]) + content


def test_the_flood_is_what_it_says() -> None:
    request = flood(1)
    assert [field.number for field in fields_of(request)] == [1, 1, 1]
    points = [
        len(metric.sum.data_points)
        for resource in ExportMetricsServiceRequest.FromString(request).resource_metrics[1:]
        for metric in resource.scope_metrics[0].metrics
    ]
    assert points == [EACH // 2, EACH // 2]


def test_a_flood_of_label_sets_takes_bounded_memory_and_a_declared_model_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "credit.yaml"
    path.write_text(MONITOR)
    health, caps = Health(), Caps(streams=1_000)
    pipeline = Pipeline(load_monitors([path]), started_ns=START - 1, health=health, caps=caps)
    limits = Limits(request_bytes=64 * MEBIBYTE, in_flight_bytes=4096 * MEBIBYTE, elements=4 * EACH)
    listening = serve_grpc("127.0.0.1:0", OtlpService(pipeline, health, limits=limits, clock=lambda: NOW + 9))
    held, rejected = [], 0
    try:
        with grpc.insecure_channel(listening.address, options=[("grpc.max_send_message_length", -1)]) as channel:
            raw = channel.unary_unary
            for number in range(1, REQUESTS + 1):
                answer = ExportMetricsServiceResponse.FromString(raw(EXPORT)(flood(number), timeout=60))  # type: ignore[call-arg]  # raw bytes need no serializers
                rejected += answer.partial_success.rejected_data_points
                held.append(resident_bytes())
    finally:
        listening.stop(1.0)
    pipeline.evaluate(NOW + 9)
    assert REQUESTS * EACH == 1_000_000
    assert "over_limit" in answer.partial_success.error_message
    assert REQUESTS * EACH - 2 * caps.streams <= rejected < REQUESTS * EACH
    assert max(held) - held[0] < 48 * MEBIBYTE
    gauges = {one.name: one.value for one in health.snapshot()}
    refused = [one for one in health.snapshot() if ("reason", "over_limit") in one.labels]
    assert [(one.name, one.value) for one in refused] == [(names.DRIFTLINE_POINTS, rejected)]
    assert gauges[names.DRIFTLINE_STREAMS] <= 2 * caps.streams
    (age,) = [
        window
        for model in pipeline._intake.models()
        if model.identity.model == "credit"
        for window in model.fields(NOW + 9)
        if window.field == "age"
    ]
    assert age.binned[0].counts.tolist() == [REQUESTS, REQUESTS]
