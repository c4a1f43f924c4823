"""Where findings go, as `driftline.yaml` says: each destination with its exporter, imported only when it is named."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from driftline.processors.alerting import Links
from driftline.processors.config import AlertmanagerOut, Exporters, GrafanaOut, OtlpOut
from driftline.processors.findings import Identity
from driftline.processors.monitor import Monitor
from driftline.processors.pipeline import Exporter

GRAFANA_TOKEN = "DRIFTLINE_GRAFANA_TOKEN"  # noqa: S105 - the variable's name
MonitorOf = Callable[[Identity], Monitor]


@dataclass(frozen=True, slots=True)
class Destination:
    """One exporter that findings are delivered to by a thread of its own."""

    name: str
    """As health counts its exports."""
    exporter: Exporter
    timeout_seconds: float


def destinations(chosen: Exporters, monitor_of: MonitorOf) -> Iterator[Destination]:
    """Everything that findings are sent to; what is scraped is not among it.

    Args:
        chosen: the `exporters` of `driftline.yaml`.
        monitor_of: the monitor in force for an identity.
    """
    if chosen.otlp is not None:
        yield _otlp(chosen.otlp)
    if chosen.alertmanager is not None:
        yield from _alertmanager(chosen.alertmanager, monitor_of)
    if chosen.grafana is not None:
        yield from _grafana(chosen.grafana)


def _otlp(chosen: OtlpOut) -> Destination:
    from driftline.exporters.otlp import otlp_exporter

    return Destination("otlp", otlp_exporter(chosen.endpoint, headers=chosen.headers), chosen.timeout / 1e9)


def _alertmanager(chosen: AlertmanagerOut, monitor_of: MonitorOf) -> Iterator[Destination]:
    """One destination a peer: one that is down or slow holds up no other."""
    from driftline.exporters.alertmanager import Patience, alertmanager_exporter

    for endpoint in chosen.endpoints:
        exporter = alertmanager_exporter(
            endpoint,
            monitor_of=monitor_of,
            patience=Patience(chosen.resend, chosen.resolve_after if chosen.resolved_by == "push" else None),
            links=Links.at(chosen.runbooks, chosen.dashboards),
            external_labels=chosen.external_labels,
            headers=chosen.headers,
            token_file=Path(chosen.token_file) if chosen.token_file else None,
        )
        yield Destination(
            f"alertmanager {urlsplit(endpoint).netloc.rpartition('@')[2]}", exporter, chosen.timeout / 1e9
        )


def _grafana(chosen: GrafanaOut) -> Iterator[Destination]:
    """Marks and live figures apart: neither waits for the other."""
    from driftline.exporters.grafana import AnnotationExporter, Client, LiveExporter

    seconds = chosen.timeout / 1e9
    token_file = Path(chosen.token_file) if chosen.token_file else None
    client = Client(chosen.endpoint, token=os.environ.get(GRAFANA_TOKEN), token_file=token_file)
    if chosen.annotations:
        yield Destination("grafana annotations", AnnotationExporter(client), seconds)
    if chosen.live is not None:
        yield Destination("grafana live", LiveExporter(client, stream=chosen.live.stream), seconds)
