"""A program that knows nothing of Driftline: the stock OpenTelemetry SDK, its exporters, its instruments.

Usage: foreign_client.py {grpc|http} ENDPOINT OBSERVATIONS. Records that many requests, sends them, prints `sent`, and
waits to be killed.
"""

from __future__ import annotations

import importlib
import logging
import sys
import time
from typing import Any

from opentelemetry._logs import LogRecord
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor


def exporter(transport: str, endpoint: str, signal: str, kind: str) -> Any:
    """The stock exporter of one signal for this transport, as a user would import it."""
    module = importlib.import_module(f"opentelemetry.exporter.otlp.proto.{transport}.{signal}")
    if transport == "grpc":
        return getattr(module, kind)(endpoint=endpoint, insecure=True)
    path = {"metric_exporter": "metrics", "trace_exporter": "traces", "_log_exporter": "logs"}[signal]
    return getattr(module, kind)(endpoint=f"http://{endpoint}/v1/{path}")


def main(transport: str, endpoint: str, observations: int) -> None:
    """Record, send, say so, and wait to be killed."""
    metric_exporter = exporter(transport, endpoint, "metric_exporter", "OTLPMetricExporter")
    reader = PeriodicExportingMetricReader(metric_exporter, export_interval_millis=200)
    meter = MeterProvider([reader]).get_meter("shop")
    traces = TracerProvider()
    traces.add_span_processor(BatchSpanProcessor(exporter(transport, endpoint, "trace_exporter", "OTLPSpanExporter")))
    logs = LoggerProvider()
    logs.add_log_record_processor(
        BatchLogRecordProcessor(exporter(transport, endpoint, "_log_exporter", "OTLPLogExporter"))
    )

    latency = meter.create_histogram("http.server.request.duration", unit="s")
    requests = meter.create_counter("app.requests")
    for number in range(observations):
        latency.record(0.001 * (number % 100), {"http.route": ("/predict", "/health")[number % 2]})
        requests.add(1, {"app.plan": ("free", "paid")[number % 2]})
    with traces.get_tracer("shop").start_as_current_span("checkout"):
        logs.get_logger("shop").emit(LogRecord(timestamp=time.time_ns(), body="hello"))

    reader.force_flush()
    traces.force_flush()
    logs.force_flush()
    sys.stdout.write("sent\n")
    sys.stdout.flush()
    while True:
        time.sleep(1)


if __name__ == "__main__":
    logging.basicConfig()
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
