"""The shape of `driftline.yaml`: every key with its default and its meaning."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from driftline.processors.config.loopback import split_address
from driftline.processors.documents import Duration, Entry, Text, parse_duration
from driftline.processors.documents.validation import suggestion
from driftline.processors.statistics.table import STATISTICS

SCHEMA_ID = "https://driftline.dev/schemas/config.schema.json"


def _address(text: str) -> str:
    split_address(text)
    return text


def _endpoint(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"{text!r} is no endpoint: write http://HOST:PORT or https://HOST:PORT")
    return text


def _statistic(text: str) -> str:
    names = [row.name for row in STATISTICS]
    if text not in names:
        raise ValueError(f"`{text}` is no statistic; {suggestion(text, names)}")
    return text


Address = Annotated[Text, AfterValidator(_address)]
Endpoint = Annotated[Text, AfterValidator(_endpoint)]
StatisticName = Annotated[Text, AfterValidator(_statistic)]


class Listen(Entry):
    """Where the processor listens, each `HOST:PORT`; port 0 picks a free one.

    A flag goes before its environment variable, and that before the file: `--otlp-grpc`, `DRIFTLINE_OTLP_GRPC`,
    `otlpGrpc`.
    """

    otlp_grpc: Address = "127.0.0.1:4317"
    """Flag `--otlp-grpc`, variable `DRIFTLINE_OTLP_GRPC`."""
    otlp_http: Address = "127.0.0.1:4318"
    """Flag `--otlp-http`, variable `DRIFTLINE_OTLP_HTTP`."""
    prometheus: Address = "127.0.0.1:9464"
    """Flag `--prometheus`, variable `DRIFTLINE_PROMETHEUS`."""
    control: Address = "127.0.0.1:8088"
    """Flag `--control`, variable `DRIFTLINE_CONTROL`."""


class Limits(Entry):
    """How much the processor takes on, whatever arrives."""

    series: int = Field(default=100_000, ge=1)
    """Series on the Prometheus page; over it a warning and a gauge, never a silent cut."""
    request_bytes: int = Field(default=8 << 20, ge=1024)
    """Largest request, after decompression."""
    bytes_in_flight: int = Field(default=256 << 20, ge=1024)
    """Memory that requests in work are estimated to take, 32 bytes a byte; over it senders are asked to wait."""
    outcomes: int = Field(default=1_000_000, ge=1000)
    """Predictions and orphaned outcomes held for their join; over it the oldest cohorts go, counted."""


class Forward(Entry):
    """Where everything that arrives is passed on to."""

    endpoint: Endpoint
    headers: dict[str, Text] = Field(default_factory=dict)


class OtlpOut(Entry):
    """Findings as OTLP metrics."""

    endpoint: Endpoint
    headers: dict[str, Text] = Field(default_factory=dict)
    timeout: Duration = parse_duration("10s")


class AlertmanagerOut(Entry):
    """Alarms pushed to Alertmanager at the look that finds them."""

    endpoints: tuple[Endpoint, ...] = Field(min_length=1)
    """Base URL of every peer, never of a load balancer before them."""
    external_labels: dict[str, Text] = Field(default_factory=dict)
    """As `external_labels` of the Prometheus that evaluates our rules, so that push and rule are one alert."""
    resolved_by: Literal["rules", "push"] = "rules"
    """`rules`: the rendered rules run too and resolve; `push`: they do not, so the push resolves."""
    resend: Duration = parse_duration("1m")
    """How often an alert that fires is sent again; it ends by itself after three times as long."""
    resolve_after: Duration = parse_duration("1m")
    """With `resolvedBy: push`: how long its cause must be gone, so that one quiet look resolves nothing."""
    runbooks: Endpoint | None = None
    """Where docs/runbooks can be read; absent: as `driftline render` has it."""
    dashboards: Endpoint | None = None
    """Grafana's dashboards, ending in `/d`; absent: as `driftline render` has it."""
    headers: dict[str, Text] = Field(default_factory=dict)
    token_file: Text | None = None
    """A file whose content is sent as bearer token, relative to this file; absent: none is sent."""
    timeout: Duration = parse_duration("10s")


class GrafanaLive(Entry):
    """Figures on a live channel of Grafana, at the look that finds them. Grafana keeps none of them."""

    stream: Text = Field(default="driftline", pattern=r"^[A-Za-z0-9_-]+$")
    """The stream; its channels are `stream/<stream>/<metric in Prometheus' spelling>`."""


class GrafanaOut(Entry):
    """Alarms, new versions and accepted references as marks in Grafana's charts, and figures on its live channels."""

    endpoint: Endpoint
    """Base URL of the Grafana."""
    token_file: Text | None = None
    """A file with a service account's token, relative to this file; absent: `DRIFTLINE_GRAFANA_TOKEN` holds it."""
    annotations: bool = True
    """False: no marks."""
    live: GrafanaLive | None = None
    """Absent: nothing is pushed to live channels."""
    timeout: Duration = parse_duration("10s")

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if not self.annotations and self.live is None:
            raise ValueError("neither `annotations` nor `live` is wanted: leave `grafana` out, or want one of them")
        return self


class PrometheusOut(Entry):
    """The Prometheus page."""

    statistics: tuple[StatisticName, ...] | None = None
    """Whose scores are shown; default all. Level, detected, observations and states are always there."""


class Exporters(Entry):
    """Where findings go."""

    otlp: OtlpOut | None = None
    alertmanager: AlertmanagerOut | None = None
    grafana: GrafanaOut | None = None
    prometheus: PrometheusOut = PrometheusOut()


class Security(Entry):
    """Who may talk to the processor."""

    insecure_listen: bool = False
    """True: listen beyond this machine though there is neither TLS nor authentication.

    Flag `--insecure-listen`, variable `DRIFTLINE_INSECURE_LISTEN`.
    """


class Config(Entry):
    """`driftline.yaml`. Everything has a default."""

    listen: Listen = Listen()
    limits: Limits = Limits()
    forward: Forward | None = None
    exporters: Exporters = Exporters()
    state: Text | None = None
    """A folder that learned references, alarms and stream positions survive in; relative to this file."""
    security: Security = Security()
