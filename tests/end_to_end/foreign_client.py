"""A program that knows nothing of Driftline: the stock OpenTelemetry SDK, its exporters, its instruments.

Usage: foreign_client.py {grpc|http} ENDPOINT OBSERVATIONS. Records that many requests, sends them, prints `sent`, and
waits to be killed.
"""

from __future__ import annotations

import logging
import sys
import time

from opentelemetry._logs import LogRecord
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

transport, endpoint, observations = sys.argv[1], sys.argv[2], int(sys.argv[3])
logging.basicConfig()

if transport == "grpc":
    from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

    metric_exporter = OTLPMetricExporter(endpoint=endpoint, insecure=True)
    span_exporter = OTLPSpanExporter(endpoint=endpoint, insecure=True)
    log_exporter = OTLPLogExporter(endpoint=endpoint, insecure=True)
else:
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    metric_exporter = OTLPMetricExporter(endpoint=f"http://{endpoint}/v1/metrics")
    span_exporter = OTLPSpanExporter(endpoint=f"http://{endpoint}/v1/traces")
    log_exporter = OTLPLogExporter(endpoint=f"http://{endpoint}/v1/logs")

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
