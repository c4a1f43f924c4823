from __future__ import annotations

import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

from driftline.exporters.otlp import otlp_exporter
from driftline.processors.findings import State
from driftline.processors.pipeline import ExportError
from driftline.semconv import SCHEMA_URL
from tests.exporters.looks import LOOK, NOW


class Collector(HTTPServer):
    """A real HTTP server that keeps what it was sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Take)
        self.requests: list[ExportMetricsServiceRequest] = []
        self.answer = 200


class Take(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append(ExportMetricsServiceRequest.FromString(body))
        self.send_response(self.server.answer)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_look_arrives_as_gauges_and_cumulative_sums(collector: Collector) -> None:
    otlp_exporter(f"http://127.0.0.1:{collector.server_port}/").export(LOOK, 5.0)
    (request,) = collector.requests
    (scope,) = request.resource_metrics[0].scope_metrics
    by_name = {metric.name: metric for metric in scope.metrics}
    assert scope.schema_url == SCHEMA_URL
    assert [point.as_double for point in by_name["ml.drift.level"].gauge.data_points] == [2.5]
    assert by_name["ml.drift.level"].gauge.data_points[0].time_unix_nano == NOW
    assert sorted(point.as_int for point in by_name["ml.predictions"].sum.data_points) == [3, 4200]
    (durations,) = by_name["ml.prediction.duration"].histogram.data_points
    assert list(durations.bucket_counts) == [4000, 150, 50]
    assert durations.sum == 42.5
    states = {
        next(pair.value.string_value for pair in point.attributes if pair.key == "ml.monitor.state"): point.as_double
        for point in by_name["ml.monitor.status"].gauge.data_points
    }
    assert sorted(point.as_double for point in by_name["ml.performance.score"].gauge.data_points) == [0.7, 0.75, 0.9]
    assert [point.as_double for point in by_name["ml.fairness.detected"].gauge.data_points] == [1]
    assert states[State.DRIFT] == 1
    assert sum(states.values()) == 1


def test_nothing_found_sends_nothing(collector: Collector) -> None:
    otlp_exporter(f"http://127.0.0.1:{collector.server_port}").export((), 5.0)
    assert collector.requests == []


def test_a_refused_request_is_an_export_error(collector: Collector) -> None:
    collector.answer = 400
    with pytest.raises(ExportError, match="did not take"):
        otlp_exporter(f"http://127.0.0.1:{collector.server_port}").export(LOOK, 5.0)


def test_an_endpoint_that_is_not_there_is_an_export_error() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(ExportError):
        otlp_exporter(f"http://127.0.0.1:{port}").export(LOOK, 0.5)
