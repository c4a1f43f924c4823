"""The HTTP transport against a real client: content types, sizes and errors."""

from __future__ import annotations

import gzip
import json
import socket
from pathlib import Path

import pytest
import urllib3
from google.protobuf.json_format import MessageToDict
from google.rpc.status_pb2 import Status
from hypothesis import given
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from driftline.processors.otlp import Limits, MalformedError, TooLargeError
from driftline.processors.otlp.bodies import gunzip
from driftline.processors.otlp.json_bodies import protobuf_of
from driftline.semconv import metrics as names
from tests.processors.otlp.conftest import Receiver, receiving, wait
from tests.processors.otlp.samples import histogram, metric_requests

PROTOBUF, JSON = "application/x-protobuf", "application/json"
MEBIBYTE = 1 << 20


def post(receiver: Receiver, body: bytes, path: str = "/v1/metrics", **headers: str) -> urllib3.BaseHTTPResponse:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    with urllib3.PoolManager(retries=False) as http:
        return http.request("POST", receiver.http + path, body=body, headers={"content-type": PROTOBUF, **sent})


def as_json(request: ExportMetricsServiceRequest) -> bytes:
    return json.dumps(MessageToDict(request, use_integers_for_enums=True)).encode()


@pytest.mark.parametrize("encoded", [False, True])
@pytest.mark.parametrize("form", [PROTOBUF, JSON])
def test_both_forms_and_gzip_count_the_same(receiver: Receiver, form: str, encoded: bool) -> None:
    request = histogram([1, 2, 3])
    body = as_json(request) if form == JSON else request.SerializeToString()
    headers = {"content_encoding": "gzip"} if encoded else {}
    answer = post(receiver, gzip.compress(body) if encoded else body, content_type=form + "; charset=utf-8", **headers)
    assert (answer.status, answer.headers["content-type"]) == (200, form)
    assert answer.data == (b"{}" if form == JSON else b"")
    assert len(receiver.pipeline.rows) == 1


@pytest.mark.parametrize("form", [PROTOBUF, JSON])
def test_refused_points_are_told_in_the_form_of_the_request(receiver: Receiver, form: str) -> None:
    request = histogram([1, 2], bounds=[1.0, 2.0, 3.0])
    body = as_json(request) if form == JSON else request.SerializeToString()
    data = post(receiver, body, content_type=form).data
    if form == JSON:
        assert json.loads(data)["partialSuccess"]["rejectedDataPoints"] == "1"
    else:
        assert ExportMetricsServiceResponse.FromString(data).partial_success.rejected_data_points == 1


@pytest.mark.parametrize(
    ("headers", "body", "status", "reason"),
    [
        ({"content_type": "text/plain"}, b"", 415, "unsupported"),
        ({"content_encoding": "br"}, b"", 415, "unsupported"),
        ({}, b"\x0a\x09", 400, "malformed"),
        ({"content_type": JSON}, b"{", 400, "malformed"),
        ({"content_type": JSON}, b"[" * 10_000, 400, "malformed"),
        ({"content_type": JSON}, b'{"resourceMetrics": 1}', 400, "malformed"),
        ({"content_type": JSON}, b"[]", 400, "malformed"),
        ({"content_encoding": "gzip"}, b"plain", 400, "malformed"),
        ({"content_encoding": "gzip"}, gzip.compress(b"\x0a\x00", mtime=0)[:-4], 400, "malformed"),
        ({"content_encoding": "gzip"}, gzip.compress(bytes(9 * MEBIBYTE), mtime=0), 413, "too_large"),
        ({}, bytes(9 * MEBIBYTE), 413, "too_large"),
        ({}, b"\x0a\x00" * 1_000_000, 413, "too_large"),
    ],
)
def test_a_bad_request_gets_its_status_as_a_message_and_is_counted(
    receiver: Receiver, headers: dict[str, str], body: bytes, status: int, reason: str
) -> None:
    answer = post(receiver, body, **headers)
    assert answer.status == status
    form = headers.get("content_type", PROTOBUF)
    assert answer.headers["content-type"] == (PROTOBUF if form == PROTOBUF else JSON)
    message = Status.FromString(answer.data).message if form == PROTOBUF else json.loads(answer.data)["message"]
    assert message
    assert receiver.counted(names.DRIFTLINE_REQUESTS, transport="http", outcome="refused", reason=reason) == 1
    assert post(receiver, histogram([1]).SerializeToString()).status == 200


def test_a_body_of_undeclared_length_is_cut_off_at_the_limit(receiver: Receiver) -> None:
    with urllib3.PoolManager(retries=False) as http:
        chunks = (bytes(MEBIBYTE) for _ in range(12))
        answer = http.request(
            "POST", f"{receiver.http}/v1/metrics", body=chunks, headers={"content-type": PROTOBUF}, chunked=True
        )
    assert answer.status == 413


def test_other_paths_and_methods_are_told_what_to_use(receiver: Receiver) -> None:
    assert post(receiver, b"", path="/v1/profiles").status == 404
    with urllib3.PoolManager(retries=False) as http:
        answer = http.request("GET", f"{receiver.http}/v1/metrics")
    assert (answer.status, answer.headers["allow"]) == (405, "POST")
    assert json.loads(answer.data)["message"] == "use POST"


@pytest.mark.parametrize("path", ["/v1/traces", "/v1/logs"])
def test_the_other_signals_are_served(receiver: Receiver, path: str) -> None:
    assert post(receiver, b"", path=path).status == 200
    assert post(receiver, b"{}", path=path, content_type=JSON).status == 200


def test_over_the_budget_the_answer_is_503_with_a_time_to_come_back() -> None:
    with receiving(Limits(in_flight_bytes=100)) as receiver:
        with receiver.service.budget.hold(1):
            answer = post(receiver, histogram([1, 2]).SerializeToString())
        assert (answer.status, answer.headers["retry-after"]) == (503, "2")
        assert post(receiver, histogram([1, 2]).SerializeToString()).status == 200


def test_a_gzip_bomb_takes_bounded_memory(receiver: Receiver) -> None:
    bomb = gzip.compress(bytes(200 * MEBIBYTE), compresslevel=1)
    before = int(Path("/proc/self/statm").read_text().split()[1]) * 4096
    assert {post(receiver, bomb, content_encoding="gzip").status for _ in range(4)} == {413}
    assert int(Path("/proc/self/statm").read_text().split()[1]) * 4096 - before < 64 * MEBIBYTE


def test_a_sender_that_vanishes_leaves_nothing_in_flight(receiver: Receiver) -> None:
    host, _, port = receiver.http.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as raw:
        raw.sendall(b"POST /v1/metrics HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-protobuf\r\n")
        raw.sendall(b"content-length: 1000\r\n\r\nabc")
    wait(lambda: receiver.counted(names.DRIFTLINE_REQUESTS, reason="too_large_or_cancelled") == 1)
    assert receiver.service.budget.in_flight == 0


@given(metric_requests())
def test_json_becomes_the_protobuf_it_stands_for(request: ExportMetricsServiceRequest) -> None:
    again = protobuf_of(as_json(request), ExportMetricsServiceRequest, elements=10_000)
    assert ExportMetricsServiceRequest.FromString(again).SerializeToString(deterministic=True) == (
        request.SerializeToString(deterministic=True)
    )


def test_json_ids_are_hexadecimal_numbers_are_strings_or_numbers_and_the_unknown_is_ignored() -> None:
    span = {"traceId": "0AF7651916CD43DD8448EB211C80319C", "spanId": "b7ad6b7169203331", "kind": 2, "x": [{}]}
    body = {"resourceSpans": [{"scopeSpans": [{"spans": [{**span, "startTimeUnixNano": "5", "endTimeUnixNano": 6}]}]}]}
    data = protobuf_of(json.dumps(body).encode(), ExportTraceServiceRequest, elements=100)
    read = ExportTraceServiceRequest.FromString(data).resource_spans[0].scope_spans[0].spans[0]
    assert read.trace_id.hex() == "0af7651916cd43dd8448eb211c80319c"
    assert (read.start_time_unix_nano, read.end_time_unix_nano, read.kind) == (5, 6, 2)


@pytest.mark.parametrize(
    "record",
    [
        {"severityNumber": "SEVERITY_NUMBER_INFO"},
        {"timeUnixNano": -1},
        {"timeUnixNano": 1.5},
        {"timeUnixNano": True},
        {"traceId": "xyz"},
        {"eventName": 7},
        {"body": {"boolValue": "true"}},
        {"body": {"doubleValue": []}},
        {"body": {"bytesValue": "?"}},
        {"attributes": {}},
    ],
)
def test_json_that_breaks_the_rules_names_its_field(record: dict[str, object]) -> None:
    body = json.dumps({"resourceLogs": [{"scopeLogs": [{"logRecords": [record]}]}]}).encode()
    with pytest.raises(MalformedError, match=r"logRecords\[0\]"):
        protobuf_of(body, ExportLogsServiceRequest, elements=100)


def test_json_snake_case_is_unknown_and_null_is_unset() -> None:
    body = b'{"resource_metrics": [{}], "resourceMetrics": null}'
    assert protobuf_of(body, ExportMetricsServiceRequest, elements=10) == b""


def test_json_with_too_many_or_too_deep_objects_is_too_large() -> None:
    many = json.dumps({"resourceMetrics": [{}] * 100}).encode()
    with pytest.raises(TooLargeError):
        protobuf_of(many, ExportMetricsServiceRequest, elements=50)
    deep: dict[str, object] = {"stringValue": "x"}
    for _ in range(100):
        deep = {"arrayValue": {"values": [deep]}}
    body = json.dumps({"resourceLogs": [{"scopeLogs": [{"logRecords": [{"body": deep}]}]}]}).encode()
    with pytest.raises(TooLargeError):
        protobuf_of(body, ExportLogsServiceRequest, elements=10_000)


def test_gzip_members_share_one_limit() -> None:
    member = gzip.compress(bytes(100))
    assert gunzip(member * 3, limit=300) == bytes(300)
    with pytest.raises(TooLargeError):
        gunzip(member * 3, limit=299)
