"""The processor put together: receivers, pipeline, exporters, looks, and how they start and stop."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from starlette.routing import Route
from starlette.types import ASGIApp

from driftline.exporters.prometheus import PrometheusExporter, expose
from driftline.processors.cli.destinations import destinations
from driftline.processors.cli.listeners import HttpThread, Site, address_of, bind
from driftline.processors.cli.looks import Looks
from driftline.processors.cli.memory import resident_bytes
from driftline.processors.cli.outcome_watch import OutcomeWatch
from driftline.processors.cli.reload import Reloader
from driftline.processors.cli.row_watch import RowWatch
from driftline.processors.cli.settings import Settings, flag
from driftline.processors.control import (
    Present,
    Probe,
    control_app,
    metrics_app,
    model_routes,
    mute_routes,
    outcome_routes,
    page_routes,
    reference_routes,
)
from driftline.processors.delivery import Delivery
from driftline.processors.findings import Output
from driftline.processors.health import Health
from driftline.processors.monitor import MonitorSet
from driftline.processors.otlp.limits import Limits
from driftline.processors.otlp.receive_grpc import serve_grpc
from driftline.processors.otlp.receive_http import http_app
from driftline.processors.otlp.service import OtlpService
from driftline.processors.pipeline import Pipeline
from driftline.semconv import metrics

if TYPE_CHECKING:
    from driftline.processors.config import Forward
    from driftline.processors.otlp.forward import Forwarder
    from driftline.processors.state import Store

PATIENCE_SECONDS = 5.0
"""How long stopping waits for requests and exports that are under way."""
SAVE_EVERY_SECONDS = 5.0
"""How much of a learned reference or of stream positions a crash may cost."""


class Assembly:
    """Everything of `driftline run`, listening when the constructor returns.

    Raises:
        CannotListenError: an address is taken.
        OSError: the state's folder cannot be written.
    """

    def __init__(self, settings: Settings, *, clock_ns: Callable[[], int] = time.time_ns) -> None:
        self._clock_ns = clock_ns
        self.health = Health()
        self.probe = Probe(time.monotonic)
        self.pipeline = Pipeline(settings.monitors, started_ns=clock_ns(), health=self.health)
        self._store = _open(settings.state, self.health) if settings.state else None
        self._rows = RowWatch(settings.monitors, self.pipeline, self.health, clock_ns)
        self._outcomes = OutcomeWatch(
            Path(settings.state) if settings.state else None,
            self.pipeline.monitor_of,
            self.health,
            clock_ns,
            hear=self.pipeline.hear,
            most_rows=settings.config.limits.outcomes,
            score_of=self.pipeline.score_model,
            estimated_between=self._rows.looks.estimated_between,
        )
        self._found: Sequence[Output] = ()
        self._restore()
        self._rows.start()
        self._outcomes.start()
        self._reloader = Reloader(settings.monitors, self._configure, self.health)
        self._export(settings)
        self._listen(settings)
        self._next_save = time.monotonic() + SAVE_EVERY_SECONDS
        self._looks = Looks(
            self.pipeline,
            self._deliver,
            chores=[self._reloader.look, self._measure, self._save],
            probe=self.probe,
            health=self.health,
            clock_ns=clock_ns,
        )
        self.health.gauge(metrics.DRIFTLINE_INFO, 1, version=version("driftline"))
        self.probe.ready = True

    def run(self, stop: Event) -> None:
        """Look until `stop` is set; then take what was sent, deliver a last look, save, close."""
        self._looks.run(stop)
        self.probe.ready = False
        self._grpc.stop(PATIENCE_SECONDS)
        self._rows.stop(PATIENCE_SECONDS)
        self._looks.once()
        for delivery in self._deliveries:
            delivery.stop(PATIENCE_SECONDS)
        self._http.stop(PATIENCE_SECONDS)
        self._outcomes.stop(PATIENCE_SECONDS)
        if self._forwarder is not None:
            self._forwarder.stop(PATIENCE_SECONDS)
        if self._store is not None:
            self._store.save(self._snapshot())
            self._store.close()

    def _restore(self) -> None:
        saved = self._store.load() if self._store is not None else {}
        if self._store is None or not saved:
            return
        try:
            self.pipeline.restore(saved)
            self._rows.looks.restore(saved.get("rows", {"learned": ()}))
            self._outcomes.concept.restore(saved.get("concept", {"followed": ()}))
        except (KeyError, TypeError, ValueError) as error:
            self._store.reject(error)

    def _export(self, settings: Settings) -> None:
        chosen = settings.config.exporters
        self._prometheus = PrometheusExporter(
            health=self.health,
            statistics=chosen.prometheus.statistics,
            series_limit=settings.config.limits.series,
        )
        self._deliveries = [
            Delivery(each.name, each.exporter, timeout_seconds=each.timeout_seconds, health=self.health)
            for each in destinations(chosen, self.pipeline.monitor_of)
        ]

    def _listen(self, settings: Settings) -> None:
        taken = settings.config.limits
        names = ("otlp_http", "prometheus", "control")
        sockets = {name: bind(settings.listen[name], flag(name)) for name in names}
        own = (settings.listen["otlp_grpc"], address_of(sockets["otlp_http"]))
        self._forwarder = _forwarder(settings.config.forward, own, self.health)
        limits = Limits(request_bytes=taken.request_bytes, in_flight_bytes=taken.bytes_in_flight)
        service = OtlpService(
            self.pipeline,
            self.health,
            self._forwarder,
            rows=self._rows.looks,
            outcomes=self._outcomes.outcomes,
            limits=limits,
            clock=self._clock_ns,
        )
        self._grpc = serve_grpc(settings.listen["otlp_grpc"], service)
        control = control_app(self.probe, *self._routes())
        apps: tuple[ASGIApp, ...] = (http_app(service), metrics_app(self.probe, self._scrape), control)
        self._http = HttpThread([Site(app, sockets[name]) for name, app in zip(names, apps, strict=True)])
        bound = {name: address_of(socket) for name, socket in sockets.items()}
        self.addresses = {name: bound.get(name, self._grpc.address) for name in settings.listen}

    def _routes(self) -> list[Route]:
        """What the control port answers besides probes; a model's name may hold slashes, so its own routes go last."""
        desk, board, clock_ns = self.pipeline.desk, self.pipeline.board, self._clock_ns
        outcomes = outcome_routes(self._outcomes.outcomes, self._outcomes.history, clock_ns)
        present = Present(lambda: self._found, self._outcomes.history)
        changing = [*reference_routes(desk, clock_ns), *mute_routes(desk, clock_ns), *outcomes]
        return [*changing, *page_routes(board, present), *model_routes(board)]

    def _deliver(self, looked: Sequence[Output]) -> None:
        findings = self._found = [*looked, *self._rows.findings(), *self._outcomes.findings()]
        self._prometheus.export(findings, 0.0)
        for delivery in self._deliveries:
            delivery.offer(findings)

    def _scrape(self, accept: str, encoding: str) -> tuple[bytes, Mapping[str, str]]:
        exposition = expose(self._prometheus, accept=accept, accept_encoding=encoding)
        return exposition.body, exposition.headers

    def _measure(self) -> None:
        self.health.gauge(metrics.DRIFTLINE_MEMORY_USAGE, resident_bytes())

    def _save(self) -> None:
        if self._store is not None and time.monotonic() >= self._next_save:
            self._next_save = time.monotonic() + SAVE_EVERY_SECONDS
            self._store.save(self._snapshot())

    def _snapshot(self) -> dict[str, Any]:
        kept = {"rows": self._rows.looks.snapshot(), "concept": self._outcomes.concept.snapshot()}
        return {**self.pipeline.snapshot(), **kept}

    def _configure(self, monitors: MonitorSet) -> None:
        self.pipeline.configure(monitors)
        self._rows.looks.configure(monitors)
        self._outcomes.outcomes.reload()


def _forwarder(forward: Forward | None, own: tuple[str, ...], health: Health) -> Forwarder | None:
    if forward is None:
        return None
    from driftline.processors.otlp.forward import Forwarder

    return Forwarder(forward.endpoint, health=health, headers=forward.headers, own=own)


def _open(folder: str, health: Health) -> Store:
    """The store; SQLAlchemy is imported only where there is something to keep, to start fast without."""
    from driftline.processors.state import Store

    return Store.open(Path(folder), health=health)
