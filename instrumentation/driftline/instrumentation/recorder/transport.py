"""OpenTelemetry's OTLP metric exporters, and quiet about what they say each second of an endpoint that is down."""

from __future__ import annotations

import codecs
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from opentelemetry.instrumentation.utils import suppress_instrumentation
from opentelemetry.sdk.metrics.export import MetricExporter

from driftline.instrumentation.recorder.endpoint import Endpoint
from driftline.instrumentation.recorder.errors import TransportError
from driftline.instrumentation.recorder.process import loading

_EXPORTER_LOGGERS: Final = (
    "opentelemetry.exporter.otlp.proto.http.metric_exporter",
    "opentelemetry.exporter.otlp.proto.http._log_exporter",
    "opentelemetry.exporter.otlp.proto.http.trace_exporter",
    "opentelemetry.exporter.otlp.proto.grpc.exporter",
)
_SENDING: ContextVar[bool] = ContextVar("driftline_sending", default=False)


def metric_exporter(endpoint: Endpoint) -> MetricExporter:
    """The exporter for an endpoint.

    Raises:
        TransportError: gRPC was asked for and is not installed.
    """
    with loading():
        if not endpoint.grpc:
            from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter as OverHttp

            codecs.lookup("idna")  # the first connection would import it, outside of this block
            return OverHttp(endpoint=endpoint.metrics)
        try:
            from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter as OverGrpc
        except ImportError as error:
            raise TransportError("OTLP over gRPC needs an extra: pip install 'driftline[grpc]'") from error
        return OverGrpc(endpoint=endpoint.metrics)


@contextmanager
def sending() -> Iterator[None]:
    """Within the block requests are ours: not traced, not counted, and the exporter's complaints are not logged.

    The recorder says once that an endpoint is down; the exporter would each second. Another exporter of the host,
    in another thread, keeps its voice.
    """
    for name in _EXPORTER_LOGGERS:
        logger = logging.getLogger(name)
        if _not_ours not in logger.filters:
            logger.addFilter(_not_ours)
    token = _SENDING.set(True)
    try:
        with suppress_instrumentation():
            yield
    finally:
        _SENDING.reset(token)


def _not_ours(_: logging.LogRecord) -> bool:
    return not _SENDING.get()
