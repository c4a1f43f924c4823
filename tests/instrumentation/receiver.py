"""A tiny OTLP/HTTP receiver: keeps the last cumulative point of each stream, as any backend would."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import KeyValue

Key = tuple[str, tuple[tuple[str, Any], ...], tuple[tuple[str, Any], ...]]


class Received:
    """What arrived: (metric, resource attributes, point attributes) to the point's latest count."""

    def __init__(self) -> None:
        self.points: dict[Key, float] = {}
        self.url = ""
        self._lock = threading.Lock()

    def take(self, body: bytes) -> None:
        with self._lock:
            for resource in ExportMetricsServiceRequest.FromString(body).resource_metrics:
                who = _attributes(resource.resource.attributes)
                for metric in (metric for scope in resource.scope_metrics for metric in scope.metrics):
                    data = getattr(metric, metric.WhichOneof("data") or "")
                    for point in data.data_points:
                        value = point.count if hasattr(point, "count") else point.as_double or point.as_int
                        self.points[metric.name, who, _attributes(point.attributes)] = value

    def total(self, metric: str, **wanted: Any) -> float:
        """The sum over streams whose attributes hold `wanted` (`ml__field__name` for `ml.field.name`)."""
        with self._lock:
            return sum(value for (name, _, has), value in self.points.items() if name == metric and _holds(has, wanted))

    def values(self, attribute: str) -> set[Any]:
        """Every value of an attribute, of resource or point."""
        with self._lock:
            return {dict(who + has)[attribute] for _, who, has in self.points if attribute in dict(who + has)}


@contextmanager
def receiving() -> Iterator[Received]:
    """A receiver on a free port, for the block."""
    received = Received()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            if self.path == "/v1/metrics":
                received.take(body)
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.end_headers()
            self.wfile.write(ExportMetricsServiceResponse().SerializeToString())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    received.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield received
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _attributes(pairs: Any) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted((pair.key, _value(pair)) for pair in pairs))


def _value(pair: KeyValue) -> Any:
    kind = pair.value.WhichOneof("value")
    return getattr(pair.value, kind) if kind else None


def _holds(has: tuple[tuple[str, Any], ...], wanted: dict[str, Any]) -> bool:
    known = dict(has)
    return all(known.get(name.replace("__", ".")) == value for name, value in wanted.items())
