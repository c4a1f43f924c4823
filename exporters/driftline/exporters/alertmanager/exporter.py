"""The exporter: one peer of an Alertmanager, told at each look what is news to it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from driftline.exporters.alertmanager.alerts import MonitorOf, firing
from driftline.exporters.alertmanager.book import Book, Patience
from driftline.exporters.alertmanager.client import Client, Sends
from driftline.processors.alerting import Links
from driftline.processors.findings import Output


class AlertmanagerExporter:
    """Fires an alert at the look that finds its cause, and sends it again while the cause lasts.

    Args:
        send: puts alerts to the peer.
        monitor_of: the monitor in force for an identity: severity, owner and labels are its.
        patience: how often an alert is sent again, and whether it is resolved here.
        links: where alerts lead.
        external_labels: as the `external_labels` of the Prometheus whose rules give the same alerts.
        clock_ns: nanoseconds since the epoch.

    One exporter is one peer, so that one that is down holds up no other. After a restart nothing is known of what was
    told before: an alert that still has a cause is sent again before it ends, and one that has none ends by itself.
    """

    def __init__(
        self,
        send: Sends,
        *,
        monitor_of: MonitorOf,
        patience: Patience,
        links: Links | None = None,
        external_labels: Mapping[str, str] | None = None,
        clock_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self._send = send
        self._monitor_of = monitor_of
        self._links = links or Links()
        self._external = dict(external_labels or {})
        self._clock_ns = clock_ns
        self._book = Book(patience)

    def export(self, findings: Sequence[Output], timeout: float) -> None:
        """Tell the peer what is news to it, or that alerts still fire when it is time; else nothing is sent.

        Args:
            findings: the present look, whole.
            timeout: seconds until the peer counts as unreachable.

        Raises:
            ExportError: the peer did not take it; it is due again at the next try.
        """
        now_ns = self._clock_ns()
        self._book.look(firing(findings, self._monitor_of, self._links), now_ns)
        due = self._book.due(now_ns)
        if due:
            self._send([self._outside(alert) for alert in due], timeout)
            self._book.told(now_ns)

    def _outside(self, alert: Mapping[str, Any]) -> Mapping[str, Any]:
        """With external labels, which never hide one of the alert: as Prometheus adds them."""
        return {**alert, "labels": self._external | alert["labels"]}


def alertmanager_exporter(
    endpoint: str,
    *,
    monitor_of: MonitorOf,
    patience: Patience,
    links: Links | None = None,
    external_labels: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    token_file: Path | None = None,
) -> AlertmanagerExporter:
    """An exporter to the peer at `endpoint`, a base URL: `http://alertmanager:9093`.

    Args:
        endpoint: base URL; where the peer is served below a path, with it.
        monitor_of: the monitor in force for an identity.
        patience: how often an alert is sent again, and whether it is resolved here.
        links: where alerts lead.
        external_labels: labels that every alert gets unless it has one of the name.
        headers: sent with every request.
        token_file: a file whose content is sent as bearer token, read at each request so that it may change.
    """
    send = Client(endpoint, headers=headers or {}, token_file=token_file)
    return AlertmanagerExporter(
        send, monitor_of=monitor_of, patience=patience, links=links, external_labels=external_labels
    )
