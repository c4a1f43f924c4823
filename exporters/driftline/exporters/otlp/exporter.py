"""The exporter: one OTLP request a look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from opentelemetry.instrumentation.utils import suppress_instrumentation
from opentelemetry.sdk.metrics.export import MetricExportResult, MetricsData
from opentelemetry.sdk.resources import Resource

from driftline.exporters.otlp.encode import metrics_data
from driftline.processors.findings import Output
from driftline.processors.pipeline import ExportError
from driftline.semconv import attributes


class MetricsSender(Protocol):
    """The part of OpenTelemetry's OTLPMetricExporter that is used here."""

    def export(self, metrics_data: MetricsData, timeout_millis: float = ...) -> MetricExportResult: ...


class OtlpExporter:
    """Sends findings, and the traffic they stand on, as cumulative OTLP metrics.

    The resource says `service.name` driftline and nothing of this process: labels hold no processor identity, so that
    two identical processors deduplicate.
    """

    def __init__(self, sender: MetricsSender) -> None:
        self._sender = sender
        self._resource = Resource({attributes.SERVICE_NAME: "driftline"})

    def export(self, findings: Sequence[Output], timeout: float) -> None:
        """Send one look.

        Args:
            findings: the present look, whole.
            timeout: seconds until the destination counts as unreachable.

        Raises:
            ExportError: the destination did not take it; the next look says the same and more.
        """
        data = metrics_data(findings, self._resource)
        if data is None:
            return
        with suppress_instrumentation():  # our own requests are not the host's telemetry
            result = self._sender.export(data, timeout_millis=timeout * 1000)
        if result is not MetricExportResult.SUCCESS:
            raise ExportError("the OTLP endpoint did not take the metrics: see the lines above for its answer")


def otlp_exporter(endpoint: str, *, headers: Mapping[str, str] | None = None) -> OtlpExporter:
    """An exporter that sends OTLP/HTTP (protobuf) to `endpoint`, a base URL: `http://collector:4318`."""
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter

    return OtlpExporter(OTLPMetricExporter(endpoint=f"{endpoint.rstrip('/')}/v1/metrics", headers=dict(headers or {})))
