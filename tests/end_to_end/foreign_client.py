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

transport, endpoint, observations = sys.argv[1], sys.argv[2], int(sys.argv[3])
logging.basicConfig()


def exporter(signal: str, kind: str) -> Any:
    """The stock exporter of one signal for this transport, as a user would import it."""
    module = importlib.import_module(f"opentelemetry.exporter.otlp.proto.{transport}.{signal}")
    if transport == "grpc":
        return getattr(module, kind)(endpoint=endpoint, insecure=True)
    path = {"metric_exporter": "metrics", "trace_exporter": "traces", "_log_exporter": "logs"}[signal]
    return getattr(module, kind)(endpoint=f"http://{endpoint}/v1/{path}")


metric_exporter = exporter("metric_exporter", "OTLPMetricExporter")
span_exporter = exporter("trace_exporter", "OTLPSpanExporter")
log_exporter = exporter("_log_exporter", "OTLPLogExporter")

reader = PeriodicExportingMetricReader(metric_exporter, export_interval_millis=200)
meter = MeterProvider([reader]).get_meter("shop")
tracer_provider = TracerProvider()
tracer_provider.add_span_processor(BatchSpanProcessor(span_exporter))
logger_provider = LoggerProvider()
logger_provider.add_log_record_processor(BatchLogRecordProcessor(log_exporter))
logger = logger_provider.get_logger("shop")

latency = meter.create_histogram("http.server.request.duration", unit="s")
requests = meter.create_counter("app.requests")
for number in range(observations):
    route = "/predict" if number % 2 == 0 else "/health"
    latency.record(0.001 * (number % 100), {"http.route": route})
    requests.add(1, {"app.plan": ("free", "paid")[number % 2]})
with tracer_provider.get_tracer("shop").start_as_current_span("checkout"):
    logger.emit(LogRecord(timestamp=time.time_ns(), body="hello"))

reader.force_flush()
tracer_provider.force_flush()
logger_provider.force_flush()
sys.stdout.write("sent\n")
sys.stdout.flush()
while True:
    time.sleep(1)
