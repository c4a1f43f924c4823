"""Where points go: argument, `DRIFTLINE_OTLP_ENDPOINT`, then OpenTelemetry's own variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

ENDPOINT_VARIABLE: Final = "DRIFTLINE_OTLP_ENDPOINT"
_METRICS: Final = "OTEL_EXPORTER_OTLP_METRICS_"
_LOGS: Final = "OTEL_EXPORTER_OTLP_LOGS_"
_ALL: Final = "OTEL_EXPORTER_OTLP_"
_METRICS_PATH: Final = "/v1/metrics"
_LOGS_PATH: Final = "/v1/logs"
_TRACES_PATH: Final = "/v1/traces"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to send. None leaves the address to OpenTelemetry's exporter, which knows its variables and default."""

    grpc: bool
    metrics: str | None
    logs: str | None
    said_by: str

    @property
    def shown(self) -> str:
        """For a log line."""
        return self.metrics or ("localhost:4317" if self.grpc else "localhost:4318")

    def __str__(self) -> str:
        return f"{self.shown} (by {self.said_by})"

    @property
    def traces(self) -> str | None:
        """Where captured rows go: beside the metrics."""
        if self.grpc or self.metrics is None:
            return self.metrics
        return self.metrics.removesuffix(_METRICS_PATH) + _TRACES_PATH


def resolve_endpoint(argument: str | None, environ: Mapping[str, str]) -> Endpoint:
    """Choose the endpoint. An argument, or `DRIFTLINE_OTLP_ENDPOINT`, is a base address: paths are added for HTTP.

    >>> resolve_endpoint("http://collector:4318", {}).metrics
    'http://collector:4318/v1/metrics'
    >>> resolve_endpoint(None, {"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://c/v1/metrics"}).logs
    'http://c/v1/logs'

    Source: OpenTelemetry protocol exporter specification, "Endpoint URLs for OTLP/HTTP".
    """
    protocol = environ.get(f"{_METRICS}PROTOCOL") or environ.get(f"{_ALL}PROTOCOL") or ""
    grpc = protocol.strip().lower() == "grpc"
    for said_by, base in (("the argument", argument), (ENDPOINT_VARIABLE, environ.get(ENDPOINT_VARIABLE))):
        if base:
            return _from_base(base.strip(), said_by, grpc=grpc)
    metrics = environ.get(f"{_METRICS}ENDPOINT")
    if metrics:
        logs = None if environ.get(f"{_LOGS}ENDPOINT") or environ.get(f"{_ALL}ENDPOINT") else _beside(metrics)
        return Endpoint(grpc, metrics, logs, f"{_METRICS}ENDPOINT")
    general = environ.get(f"{_ALL}ENDPOINT")
    if general:
        return _from_base(general.strip(), f"{_ALL}ENDPOINT", grpc=grpc)
    return Endpoint(grpc, None, None, "the default")


def _from_base(base: str, said_by: str, *, grpc: bool) -> Endpoint:
    if "://" not in base:
        base = f"http://{base}"
    if grpc:
        return Endpoint(grpc, base, base, said_by)
    root = base.rstrip("/").removesuffix(_METRICS_PATH).rstrip("/")
    return Endpoint(grpc, root + _METRICS_PATH, root + _LOGS_PATH, said_by)


def _beside(metrics: str) -> str | None:
    return metrics.removesuffix(_METRICS_PATH) + _LOGS_PATH if metrics.endswith(_METRICS_PATH) else metrics
