"""Log records of the contract. The only module that imports OpenTelemetry's logs, which still have an underscore."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.util.instrumentation import InstrumentationScope

from driftline.instrumentation.recorder.errors import TransportError
from driftline.instrumentation.recorder.outbox import Note
from driftline.instrumentation.recorder.process import loading
from driftline.instrumentation.recorder.reference import Reference
from driftline.semconv import attributes, events


class LogExporter(Protocol):
    """What is needed of an OpenTelemetry log exporter."""

    def export(self, batch: Sequence[ReadableLogRecord], /) -> Any:
        """Send; the answer's name is `SUCCESS` when it arrived."""

    def shutdown(self) -> Any:
        """Give up what is under way."""


def reference_event(
    reference: Reference, identity: Mapping[str, str], resource: Resource, scope: InstrumentationScope, now_ns: int
) -> ReadableLogRecord:
    """The event that announces a model's reference profile: the profile's own text is its body."""
    record = LogRecord(
        timestamp=now_ns,
        observed_timestamp=now_ns,
        severity_number=SeverityNumber.INFO,
        event_name=events.ML_REFERENCE,
        body=reference.text,
        attributes={**identity, attributes.ML_REFERENCE_ID: reference.id},
    )
    return ReadableLogRecord(record, resource, instrumentation_scope=scope)


def noted_event(note: Note, resource: Resource, scope: InstrumentationScope) -> ReadableLogRecord:
    """A prediction or an outcome as a log record."""
    record = LogRecord(
        timestamp=note.time_ns,
        observed_timestamp=note.time_ns,
        severity_number=SeverityNumber.INFO,
        event_name=note.name,
        attributes=dict(note.attributes),
    )
    return ReadableLogRecord(record, resource, instrumentation_scope=scope)


def log_exporter(endpoint: str | None, *, grpc: bool) -> LogExporter:
    """OpenTelemetry's OTLP log exporter.

    Raises:
        TransportError: gRPC was asked for and is not installed.
    """
    with loading():
        if not grpc:
            from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter as OverHttp

            return OverHttp(endpoint=endpoint)
        try:
            from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter as OverGrpc
        except ImportError as error:
            raise TransportError("OTLP over gRPC needs an extra: pip install 'driftline[grpc]'") from error
        return OverGrpc(endpoint=endpoint)
