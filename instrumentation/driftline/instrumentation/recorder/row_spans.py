"""Captured rows on their way: one span a flush, sent where the counts go, whatever the host traces and samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind

from driftline.instrumentation.recorder.capture import Capture, Captured
from driftline.instrumentation.recorder.endpoint import Endpoint
from driftline.instrumentation.recorder.errors import TransportError
from driftline.instrumentation.recorder.process import loading
from driftline.instrumentation.recorder.transport import sending
from driftline.semconv import SCHEMA_URL, attributes, spans

_SCOPE: Final = InstrumentationScope("driftline.instrumentation", None, SCHEMA_URL)


class SpanExporter(Protocol):
    """What is needed of an OpenTelemetry span exporter."""

    def export(self, spans: Sequence[ReadableSpan]) -> Any:
        """Send."""

    def shutdown(self) -> Any:
        """Give up what is under way."""


class RowSpans:
    """Sends what a capture keeps. Rows that do not arrive are lost: the next flush brings others.

    Args:
        capture: what chooses.
        endpoint: where to send.
        resource: of this process.
        identity: attributes of the model.
        exporter: takes the spans instead of OpenTelemetry's OTLP exporter.
    """

    def __init__(
        self,
        capture: Capture,
        endpoint: Endpoint,
        resource: Resource,
        identity: Mapping[str, str],
        exporter: SpanExporter | None = None,
    ) -> None:
        self.capture = capture
        self._endpoint = endpoint
        self._resource = resource
        self._identity = identity
        self._exporter = exporter
        self._ids = RandomIdGenerator()
        self._since_ns: int | None = None
        self._stopped = False

    def send(self, now_ns: int) -> None:
        """Send the rows since the last time.

        Raises:
            TransportError: gRPC was asked for and is not installed.
        """
        captured, since = self.capture.take(), self._since_ns
        self._since_ns = now_ns
        if captured is None or self._stopped:
            return
        if self._exporter is None:
            self._exporter = span_exporter(self._endpoint)
        with sending():
            self._exporter.export([self._span(captured, now_ns if since is None else since, now_ns)])

    def stop(self) -> None:
        """Give up what is under way, and send nothing more."""
        self._stopped = True
        if self._exporter is not None:
            with sending():
                self._exporter.shutdown()

    def _span(self, captured: Captured, since_ns: int, now_ns: int) -> ReadableSpan:
        model = self._identity.get(attributes.ML_MODEL_NAME, "")
        return ReadableSpan(
            spans.SAMPLE_PREFIX + model,
            SpanContext(self._ids.generate_trace_id(), self._ids.generate_span_id(), is_remote=False),
            resource=self._resource,
            attributes={
                **self._identity,
                attributes.ML_PREDICTION_ROWS: captured.total,
                attributes.ML_PREDICTION_SAMPLED: captured.rows,
                attributes.ML_PREDICTION_CALL: captured.calls,
                **captured.columns,
            },
            kind=SpanKind.INTERNAL,
            start_time=since_ns,
            end_time=now_ns,
            instrumentation_scope=_SCOPE,
        )


def span_exporter(endpoint: Endpoint) -> SpanExporter:
    """OpenTelemetry's OTLP span exporter, for the address that counts go to.

    Raises:
        TransportError: gRPC was asked for and is not installed.
    """
    with loading():
        if not endpoint.grpc:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter as OverHttp

            return OverHttp(endpoint=endpoint.traces)
        try:
            from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter as OverGrpc
        except ImportError as error:
            raise TransportError("OTLP over gRPC needs an extra: pip install 'driftline[grpc]'") from error
        return OverGrpc(endpoint=endpoint.traces)
