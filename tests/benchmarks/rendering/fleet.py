"""Many models that are served well, as their processor shows them, on a real HTTP port."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from driftline.exporters.prometheus import PrometheusExporter, expose
from driftline.processors.findings import (
    Durations,
    Finding,
    Identity,
    Kind,
    Objective,
    Output,
    State,
    Traffic,
    Window,
)
from driftline.processors.health import Health
from driftline.semconv import metrics

SECOND = 10**9
Look = Callable[[], list[Output]]


def identities(models: int) -> list[Identity]:
    """One version of each model, in production."""
    return [Identity(f"model-{number}", "1", None, "production") for number in range(models)]


def model_finding(identity: Identity, now_ns: int, *, status: State = State.OK) -> Finding:
    """The verdict on a model."""
    window = Window(now_ns - 300 * SECOND, now_ns, 5_000)
    return Finding(f"{identity.model}", Kind.MODEL, identity, None, None, status, window, level=0.5)


def served(identity: Identity, started_ns: int, now_ns: int) -> list[Output]:
    """Traffic of 20 predictions a second of which one in 2,000 fails, and its looks of which one in 100 is drift."""
    seconds = (now_ns - started_ns) // SECOND
    good, bad, looks = 20 * seconds, seconds // 100, seconds // 10
    bounds = metrics.ML_PREDICTION_DURATION_BOUNDS
    counts = (*([good // len(bounds)] * len(bounds)), good % len(bounds))
    durations: dict[str | None, Durations] = {None: Durations(bounds, counts, good * 0.02)}
    events = {"good": looks - looks // 100, "bad": looks // 100, "unknown": 0}
    return [
        model_finding(identity, now_ns),
        Traffic(identity, started_ns, now_ns, {None: good, "ValueError": bad}, durations),
        Objective(identity, "steady", 0.9, started_ns, now_ns, events=events),
    ]


@contextmanager
def shown(look: Look, *, statistics: Collection[str] | None = None) -> Iterator[str]:
    """`HOST:PORT` of a page that shows the outputs of a look made for each scrape."""
    exporter = PrometheusExporter(health=Health(), statistics=statistics, series_limit=10_000_000)

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            exporter.export(look(), timeout=1.0)
            answer = expose(
                exporter,
                accept=self.headers.get("Accept", ""),
                accept_encoding=self.headers.get("Accept-Encoding", ""),
            )
            self.send_response(200)
            for name, value in (*answer.headers.items(), ("Content-Length", str(len(answer.body)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name http.server calls
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def now_ns() -> int:
    """The clock of the fleet."""
    return time.time_ns()
