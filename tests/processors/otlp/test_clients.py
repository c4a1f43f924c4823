"""Stock OpenTelemetry SDK exporters, over both transports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from opentelemetry._logs import LogRecord
from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter as GrpcLogs
from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter as GrpcMetrics
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter as GrpcSpans
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter as HttpLogs
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter as HttpMetrics
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter as HttpSpans
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.metrics.view import ExponentialBucketHistogramAggregation, View
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

from driftline.semconv import metrics as names
from tests.processors.otlp.conftest import Receiver

TRANSPORTS = ["grpc", "http"]
RESOURCE = Resource({"ml.model.name": "credit"})


def exporter(receiver: Receiver, transport: str, signal: str, kinds: Sequence[Any]) -> Any:
    if transport == "grpc":
        return kinds[0](endpoint=receiver.grpc, insecure=True)
    return kinds[1](endpoint=f"{receiver.http}/v1/{signal}")


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_every_instrument_of_the_sdk_arrives(receiver: Receiver, transport: str) -> None:
    sending = exporter(receiver, transport, "metrics", [GrpcMetrics, HttpMetrics])
    reader = PeriodicExportingMetricReader(sending, export_interval_millis=3_600_000)
    exponential = View(instrument_name="exponential", aggregation=ExponentialBucketHistogramAggregation())
    provider = MeterProvider([reader], resource=RESOURCE, views=[exponential])
    meter = provider.get_meter("test", "1")
    for value in (1.0, 3.0, 700.0):
        meter.create_histogram("latency").record(value, {"route": "/predict"})
        meter.create_histogram("exponential").record(value)
    meter.create_counter("requests").add(2, {"plan": "gold"})
    assert provider.force_flush()
    provider.shutdown()
    found = {row[0][0]: row for row in receiver.pipeline.rows}  # type: ignore[index] # the first of a row is its identity
    assert set(found) == {"latency", "exponential", "requests"}
    assert found["latency"][4] == 3  # count
    assert found["requests"][3] == "[2.0]"
    assert ("ml.model.name", "credit") in found["latency"][0][6]  # type: ignore[index] # its resource


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_spans_of_the_sdk_are_counted(receiver: Receiver, transport: str) -> None:
    provider = TracerProvider(resource=RESOURCE)
    sending = exporter(receiver, transport, "traces", [GrpcSpans, HttpSpans])
    provider.add_span_processor(SimpleSpanProcessor(sending))
    with provider.get_tracer("test").start_as_current_span("predict credit", attributes={"ml.prediction.rows": 2}):
        pass
    provider.shutdown()
    assert receiver.counted(names.DRIFTLINE_SPANS, outcome="accepted") == 1


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_events_of_the_sdk_announce_a_reference(receiver: Receiver, transport: str) -> None:
    provider = LoggerProvider(resource=RESOURCE)
    provider.add_log_record_processor(
        SimpleLogRecordProcessor(exporter(receiver, transport, "logs", [GrpcLogs, HttpLogs]))
    )
    provider.get_logger("test").emit(
        LogRecord(event_name="ml.reference", body="{}", attributes={"ml.reference.id": "abc"})
    )
    provider.shutdown()
    [(resource, attributes, body)] = receiver.pipeline.announced
    assert resource["ml.model.name"] == "credit"
    assert (dict(attributes), body) == ({"ml.reference.id": "abc"}, "{}")
