"""Sending: points each time, the reference at start and every five minutes. Failures are counted, said once, kept."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from typing import Any, Final, Protocol

from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk.metrics.export import Metric, MetricsData, ResourceMetrics, ScopeMetrics
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.util.instrumentation import InstrumentationScope

from driftline.instrumentation.recorder.endpoint import Endpoint
from driftline.instrumentation.recorder.errors import TransportError
from driftline.instrumentation.recorder.events import LogExporter, log_exporter, noted_event, reference_event
from driftline.instrumentation.recorder.outbox import Outbox
from driftline.instrumentation.recorder.reference import Reference
from driftline.instrumentation.recorder.transport import metric_exporter, sending
from driftline.semconv import SCHEMA_URL

_log = logging.getLogger("driftline.instrumentation")

SCOPE: Final = InstrumentationScope("driftline.instrumentation", None, SCHEMA_URL)
ANNOUNCE_EVERY_NS: Final = 300 * 10**9
_RETRY_NS: Final = 10 * 10**9
_ROWS_A_REQUEST: Final = 2000


class Exporter(Protocol):
    """What is needed of an OpenTelemetry metric exporter."""

    def export(self, metrics_data: MetricsData) -> Any:
        """Send; the answer's name is `SUCCESS` when it arrived."""

    def shutdown(self) -> Any:
        """Give up what is under way."""


class Delivery:
    """Sends for one recorder in one process. Connections are made at the first use, and never survive a fork.

    Args:
        endpoint: where to send.
        resource: of this process, with its own `service.instance.id`.
        identity: attributes of the announced reference.
        reference: the profile to announce; None without one.
        exporter: takes the points instead of OpenTelemetry's OTLP exporter.
        logs: takes the events; None with an `exporter` sends none.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        resource: Resource,
        identity: Mapping[str, str],
        reference: Reference | None,
        *,
        exporter: Exporter | None = None,
        logs: LogExporter | None = None,
    ) -> None:
        self.failures = 0
        self.connected = threading.Event()
        self._endpoint = endpoint
        self._resource = resource
        self._identity = identity
        self._reference = reference
        self._exporter = exporter
        self._logs = logs
        self.takes_events = logs is not None or exporter is None
        self._announce_at_ns = 0
        self._down = False
        self._stopped = False

    def data(self, metrics: list[Metric]) -> MetricsData:
        """The metrics as one request."""
        scope = ScopeMetrics(SCOPE, metrics, SCHEMA_URL)
        return MetricsData([ResourceMetrics(self._resource, [scope], SCHEMA_URL)])

    def connect(self) -> None:
        """Load what sends; the network is not touched. Where that fails, sending tries again and says why."""
        try:
            if not self._stopped and self._exporter is None:
                self._exporter = metric_exporter(self._endpoint)
        except Exception:  # noqa: BLE001 - the first send meets it again and words it
            return
        finally:
            self.connected.set()

    def send(self, metrics: list[Metric], now_ns: int) -> bool:
        """Announce what is due, then send; True when the points arrived. Nothing is lost when not: counts are
        cumulative and the next call sends them again.
        """
        if self._stopped:
            return False
        self._announce_when_due(now_ns)
        if not metrics:
            return True
        arrived = self._export(metrics)
        if arrived and self._down:
            _log.info("Driftline reaches %s again", self._endpoint.shown)
            self._announce_at_ns = 0  # whoever answers now may not have heard of the reference
            self._announce_when_due(now_ns)
        elif not arrived:
            self._fail()
        self._down = not arrived
        return arrived

    def post(self, outbox: Outbox) -> bool:
        """Send the events that wait; True when all arrived. What did not arrive waits on, in its place."""
        if self._stopped or not self.takes_events:
            return False
        while notes := outbox.take(_ROWS_A_REQUEST):
            if not self._record([noted_event(note, self._resource, SCOPE) for note in notes]):
                outbox.put_back(notes)
                return False
        return True

    def stop(self) -> None:
        """Give up what is under way, also in another thread, and send nothing more."""
        self._stopped = True
        for exporter in (self._exporter, self._logs):
            if exporter is not None:
                with sending():
                    exporter.shutdown()

    def _export(self, metrics: list[Metric]) -> bool:
        try:
            if self._exporter is None:
                self._exporter = metric_exporter(self._endpoint)
            with sending():
                return _arrived(self._exporter.export(self.data(metrics)))
        except TransportError as error:
            self._complain(str(error))
            return False
        except Exception as error:  # noqa: BLE001 - an exporter of the host may raise anything
            self._complain(f"{type(error).__name__}: {error}")
            return False

    def _announce_when_due(self, now_ns: int) -> None:
        if self._reference is None or not self.takes_events or now_ns < self._announce_at_ns:
            return
        arrived = self._record([reference_event(self._reference, self._identity, self._resource, SCOPE, now_ns)])
        self._announce_at_ns = now_ns + (ANNOUNCE_EVERY_NS if arrived else _RETRY_NS)

    def _record(self, events: list[ReadableLogRecord]) -> bool:
        try:
            if self._logs is None:
                self._logs = log_exporter(self._endpoint.logs, grpc=self._endpoint.grpc)
            with sending():
                return _arrived(self._logs.export(events))
        except Exception as error:  # noqa: BLE001 - an exporter of the host may raise anything
            self._complain(f"{type(error).__name__}: {error}")
            return False

    def _fail(self) -> None:
        self.failures += 1
        if not self._down:
            _log.warning("Driftline cannot reach %s (said once); counts are kept and sent later", self._endpoint.shown)

    def _complain(self, reason: str) -> None:
        if not self._down:
            _log.warning("Driftline cannot send: %s", reason)


def _arrived(answer: Any) -> bool:
    return getattr(answer, "name", None) == "SUCCESS"
