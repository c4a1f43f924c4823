"""The gRPC transport against the real client: answers, errors and memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.rpc.error_details_pb2 import BadRequest, RetryInfo
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest, ExportLogsServiceResponse
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from driftline.processors.otlp import Limits
from driftline.processors.otlp.receive_grpc import ListenError, serve_grpc
from driftline.semconv import metrics as names
from tests.processors.otlp.conftest import Receiver, receiving, wait
from tests.processors.otlp.samples import histogram, open_metric, put

METRICS = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"
TRACES = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
LOGS = "/opentelemetry.proto.collector.logs.v1.LogsService/Export"
MEBIBYTE = 1 << 20


@pytest.fixture
def channel(receiver: Receiver) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(receiver.grpc) as opened:
        yield opened


def call(
    channel: grpc.Channel, method: str, request: bytes, compression: grpc.Compression = grpc.Compression.NoCompression
) -> bytes:
    raw: Any = channel.unary_unary  # the stubs ask for serializers, which raw bytes need not
    return bytes(raw(method)(request, timeout=30, compression=compression))


def failure(
    channel: grpc.Channel, method: str, request: bytes, compression: grpc.Compression = grpc.Compression.NoCompression
) -> grpc.RpcError:
    with pytest.raises(grpc.RpcError) as raised:
        call(channel, method, request, compression)
    return raised.value


def trailer(error: grpc.RpcError, name: str) -> bytes | None:
    pairs: Any = error.trailing_metadata() or ()
    return next((value for key, value in pairs if key == name), None)


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


@pytest.mark.parametrize("compression", [grpc.Compression.NoCompression, grpc.Compression.Gzip])
def test_a_good_request_is_answered_without_partial_success(
    receiver: Receiver, channel: grpc.Channel, compression: grpc.Compression
) -> None:
    answer = call(channel, METRICS, histogram([1, 2, 3]).SerializeToString(), compression)
    assert not ExportMetricsServiceResponse.FromString(answer).HasField("partial_success")
    assert len(receiver.pipeline.rows) == 1
    assert receiver.counted(names.DRIFTLINE_REQUESTS, transport="grpc", outcome="accepted") == 1


@pytest.mark.parametrize("method", [METRICS, TRACES, LOGS])
def test_an_empty_request_succeeds(channel: grpc.Channel, method: str) -> None:
    assert call(channel, method, b"") == b""


def test_bad_points_are_refused_by_name_and_number_and_the_good_ones_count(
    receiver: Receiver, channel: grpc.Channel
) -> None:
    request = histogram([1, 2], fields=["age", "income"])
    points = request.resource_metrics[0].scope_metrics[0].metrics[0].histogram.data_points
    points[1].explicit_bounds.extend([7.0, 8.0])
    gauge = open_metric(request, names.ML_FIELD_DISTRIBUTION)
    put(gauge.gauge.data_points.add(as_double=1.0), ml__field__name="age")
    unspecified = open_metric(request, names.ML_PREDICTIONS)
    unspecified.sum.data_points.add(as_int=3)
    partial = ExportMetricsServiceResponse.FromString(
        call(channel, METRICS, request.SerializeToString())
    ).partial_success
    assert partial.rejected_data_points == 3
    for reason in ("buckets_do_not_match_bounds", "unsupported", "temporality_unspecified"):
        assert reason in partial.error_message
        assert receiver.counted(names.DRIFTLINE_POINTS, outcome="refused", reason=reason) == 1
    assert len(receiver.pipeline.rows) == 1


def test_a_point_without_a_recorded_value_is_skipped_and_not_refused(receiver: Receiver, channel: grpc.Channel) -> None:
    request = histogram([1, 2])
    request.resource_metrics[0].scope_metrics[0].metrics[0].histogram.data_points[0].flags = 1
    assert call(channel, METRICS, request.SerializeToString()) == b""
    assert receiver.pipeline.rows == []
    assert receiver.counted(names.DRIFTLINE_POINTS, outcome="skipped", reason="no_recorded_value") == 1


def test_malformed_bytes_are_an_invalid_argument_with_the_violation_in_the_details(
    receiver: Receiver, channel: grpc.Channel
) -> None:
    error = failure(channel, METRICS, histogram([1, 2]).SerializeToString()[:-3])
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    status = Status.FromString(trailer(error, "grpc-status-details-bin") or b"")
    violation = BadRequest()
    assert status.details[0].Unpack(violation)
    assert "protobuf" in violation.field_violations[0].description
    assert receiver.counted(names.DRIFTLINE_REQUESTS, outcome="refused", reason="malformed") == 1
    assert receiver.pipeline.rows == []


@pytest.mark.parametrize("compression", [grpc.Compression.NoCompression, grpc.Compression.Gzip])
def test_an_oversized_request_is_final_and_counted(
    receiver: Receiver, channel: grpc.Channel, compression: grpc.Compression
) -> None:
    error = failure(channel, METRICS, bytes(9 * MEBIBYTE), compression)
    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert trailer(error, "google.rpc.retryinfo-bin") is None
    assert call(channel, METRICS, histogram([1]).SerializeToString()) == b""  # it still serves
    wait(lambda: receiver.counted(names.DRIFTLINE_REQUESTS, reason="too_large_or_cancelled") == 1)


def test_too_many_elements_are_final(receiver: Receiver, channel: grpc.Channel) -> None:
    error = failure(channel, METRICS, b"\x0a\x00" * 2_000_000)
    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert receiver.counted(names.DRIFTLINE_REQUESTS, reason="too_large") == 1


def test_over_the_budget_a_sender_is_asked_to_come_back_in_both_forms() -> None:
    with receiving(Limits(in_flight_bytes=1000)) as receiver, grpc.insecure_channel(receiver.grpc) as channel:
        with receiver.service.budget.hold(1):
            error = failure(channel, METRICS, histogram([1, 2]).SerializeToString())
        assert error.code() is grpc.StatusCode.UNAVAILABLE
        info = RetryInfo.FromString(trailer(error, "google.rpc.retryinfo-bin") or b"")
        assert info.retry_delay.seconds == 2
        status = Status.FromString(trailer(error, "grpc-status-details-bin") or b"")
        packed = RetryInfo()
        assert status.details[0].Unpack(packed)
        assert packed == info
        assert call(channel, METRICS, histogram([1, 2]).SerializeToString()) == b""
        assert receiver.counted(names.DRIFTLINE_REQUESTS, reason="overloaded") == 1


BOMBER = """
import sys
from concurrent.futures import ThreadPoolExecutor
import grpc

def send(_):
    try:
        call(b"\\x0a\\x00" * (2 << 20), timeout=60, compression=grpc.Compression.Gzip)
    except grpc.RpcError as error:
        return error.code().name
    return "OK"

with grpc.insecure_channel(sys.argv[1]) as channel, ThreadPoolExecutor(16) as senders:
    call = channel.unary_unary(sys.argv[2])
    print(" ".join(sorted(set(senders.map(send, range(32))))))
"""


def test_many_bombs_at_once_take_bounded_memory(receiver: Receiver, channel: grpc.Channel) -> None:
    """32 requests of 4 MiB, each of two million empty messages, from 16 senders in another process."""
    before = resident_bytes()
    ended = subprocess.run(
        [sys.executable, "-c", BOMBER, receiver.grpc, METRICS], capture_output=True, text=True, check=True
    )
    assert set(ended.stdout.split()) <= {"RESOURCE_EXHAUSTED", "UNAVAILABLE"}
    assert resident_bytes() - before < 128 * MEBIBYTE
    assert call(channel, METRICS, histogram([1]).SerializeToString()) == b""


def test_a_request_that_breaks_the_pipeline_is_an_internal_error_and_the_next_one_is_served(
    receiver: Receiver, channel: grpc.Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret")

    with monkeypatch.context() as patched:
        patched.setattr(receiver.pipeline, "fold", broken)
        error = failure(channel, METRICS, histogram([1]).SerializeToString())
    assert error.code() is grpc.StatusCode.INTERNAL
    assert "secret" not in str(error.details())
    assert call(channel, METRICS, histogram([1]).SerializeToString()) == b""


def test_an_announced_reference_reaches_the_pipeline_and_a_bad_one_is_rejected(
    receiver: Receiver, channel: grpc.Channel
) -> None:
    request = ExportLogsServiceRequest()
    resource = request.resource_logs.add()
    put(resource.resource, ml__model__name="credit")
    records = resource.scope_logs.add().log_records
    for body in ("{}", "bad"):
        record = records.add(event_name="ml.reference")
        record.body.string_value = body
        put(record, ml__reference__id="abc")
    records.add(event_name="ml.outcome")
    records.add().body.string_value = "ml. is not ours"
    legacy = records.add()
    put(legacy, event__name="ml.reference")
    answer = ExportLogsServiceResponse.FromString(call(channel, LOGS, request.SerializeToString()))
    assert answer.partial_success.rejected_log_records == 1
    assert "not JSON" in answer.partial_success.error_message
    assert receiver.pipeline.announced == [
        ({"ml.model.name": "credit"}, {"ml.reference.id": "abc"}, "{}"),
        ({"ml.model.name": "credit"}, {}, ""),
    ]
    assert receiver.counted(names.DRIFTLINE_LOGS, outcome="ignored") == 1
    assert receiver.counted(names.DRIFTLINE_REFERENCES, outcome="refused") == 1


def test_inference_spans_are_told_from_others(receiver: Receiver, channel: grpc.Channel) -> None:
    request = ExportTraceServiceRequest()
    spans = request.resource_spans.add().scope_spans.add().spans
    put(spans.add(name="predict credit"), ml__prediction__id="7")
    spans.add(name="GET /")
    assert call(channel, TRACES, request.SerializeToString()) == b""
    assert receiver.counted(names.DRIFTLINE_SPANS, outcome="accepted") == 1
    assert receiver.counted(names.DRIFTLINE_SPANS, outcome="ignored") == 1


def test_a_taken_address_is_an_error_that_names_it(receiver: Receiver) -> None:
    with pytest.raises(ListenError, match=receiver.grpc):
        serve_grpc(receiver.grpc, receiver.service)


def test_requests_of_many_threads_all_count(receiver: Receiver, channel: grpc.Channel) -> None:
    data = ExportMetricsServiceRequest.FromString(histogram([1, 2], fields=["a", "b"]).SerializeToString())
    with ThreadPoolExecutor(8) as senders:
        list(senders.map(lambda _: call(channel, METRICS, data.SerializeToString()), range(40)))
    assert len(receiver.pipeline.rows) == 80
    assert receiver.service.budget.in_flight == 0
