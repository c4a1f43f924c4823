"""A real OTLP/HTTP receiver, and recorders that are loud about their own errors."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

from driftline.instrumentation import ModelRecorder
from driftline.semconv import attributes, metrics


class Receiver:
    """Keeps every request it gets, and reads counts out of them."""

    def __init__(self, port: int = 0) -> None:
        self.metrics: list[ExportMetricsServiceRequest] = []
        self.logs: list[ExportLogsServiceRequest] = []
        kept = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                if self.path == "/v1/metrics":
                    kept.metrics.append(ExportMetricsServiceRequest.FromString(body))
                elif self.path == "/v1/logs":
                    kept.logs.append(ExportLogsServiceRequest.FromString(body))
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def latest(self) -> dict[str, list[tuple[dict[str, str], Any]]]:
        """The newest points of each process, by metric: (attributes with the instance's id, point)."""
        newest: dict[str, ExportMetricsServiceRequest] = {}
        for request in list(self.metrics):
            newest[instance_of(request)] = request
        found: dict[str, list[tuple[dict[str, str], Any]]] = {}
        for instance, request in newest.items():
            for metric in request.resource_metrics[0].scope_metrics[0].metrics:
                for point in getattr(metric, metric.WhichOneof("data") or "").data_points:
                    labels = {one.key: one.value.string_value for one in point.attributes}
                    found.setdefault(metric.name, []).append(({**labels, "instance": instance}, point))
        return found

    def predictions(self) -> int:
        """Rows predicted, over all processes."""
        return sum(point.as_int for _, point in self.latest().get(metrics.ML_PREDICTIONS, []))

    def instances(self) -> set[str]:
        return {instance_of(request) for request in list(self.metrics)}


def instance_of(request: ExportMetricsServiceRequest) -> str:
    resource = {one.key: one.value.string_value for one in request.resource_metrics[0].resource.attributes}
    return resource[attributes.SERVICE_INSTANCE_ID]


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def loud(error: Exception) -> None:
    raise error


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    yield server
    server.close()


Make = Callable[..., ModelRecorder]


@pytest.fixture
def recorder() -> Iterator[Make]:
    """Makes recorders that raise what goes wrong inside, flush only when told, and send nothing at the end."""
    made: list[ModelRecorder] = []

    def make(name: str | None = "credit", version: str | None = None, **options: Any) -> ModelRecorder:
        chosen = {"on_error": loud, "interval": 3600.0, "environ": {}, "endpoint": "http://127.0.0.1:9", **options}
        made.append(ModelRecorder(name, version, **chosen))
        return made[-1]

    yield make
    for one in made:
        one.abandon()


class Counts:
    """What a recorder would send, as plain numbers."""

    def __init__(self, recorder: ModelRecorder) -> None:
        data = recorder.collect().resource_metrics[0].scope_metrics[0].metrics
        self.points: list[tuple[str, dict[str, Any], Any]] = [
            (metric.name, dict(point.attributes or {}), point) for metric in data for point in metric.data.data_points
        ]

    def categories(self, field: str) -> dict[str, int]:
        return {
            labels[attributes.ML_FIELD_CATEGORY]: point.value
            for labels, point in self.of(metrics.ML_FIELD_CATEGORIES, field)
        }

    def defects(self, field: str) -> dict[str, int]:
        return {
            labels[attributes.ML_FIELD_DEFECT]: point.value
            for labels, point in self.of(metrics.ML_FIELD_DEFECTS, field)
        }

    def distribution(self, field: str) -> Any:
        found = self.of(metrics.ML_FIELD_DISTRIBUTION, field)
        return found[0][1] if found else None

    def count(self, field: str) -> int:
        return sum(point.count for _, point in self.of(metrics.ML_FIELD_DISTRIBUTION, field))

    def fields(self) -> set[str]:
        return {labels[attributes.ML_FIELD_NAME] for _, labels, _ in self.points if attributes.ML_FIELD_NAME in labels}

    def total(self, metric: str) -> int:
        return sum(point.value for name, _, point in self.points if name == metric)

    def of(self, metric: str, field: str) -> list[tuple[dict[str, Any], Any]]:
        return [
            (labels, point)
            for name, labels, point in self.points
            if name == metric and labels[attributes.ML_FIELD_NAME] == field
        ]
