"""One exporter a peer, before real HTTP servers."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from driftline.exporters.alertmanager import AlertmanagerExporter, Patience, alertmanager_exporter
from driftline.processors.delivery import Delivery
from driftline.processors.findings import Finding, Identity, Kind, State, Window
from driftline.processors.health import Health
from driftline.processors.monitor import MonitorSet
from driftline.processors.pipeline import ExportError
from driftline.semconv import metrics
from tests.servers.processes import eventually, free_port

SECOND = 10**9
WINDOW = Window(0, 300 * SECOND, 4200)
DRIFT = Finding("1", Kind.MODEL, Identity("credit", "7"), None, None, State.DRIFT, WINDOW, 2.5, why="age drifts.")


class Peer(ThreadingHTTPServer):
    """A real HTTP server that keeps what it was sent, and answers when it may."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Take)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.requests: list[tuple[str, Mapping[str, str], list[dict[str, Any]]]] = []
        self.status, self.headers = 200, {"Content-Length": "0"}
        self.may = Event()
        self.may.set()


class Take(BaseHTTPRequestHandler):
    server: Peer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, dict(self.headers), json.loads(body)))
        self.server.may.wait(10)
        self.send_response(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def peers() -> Iterator[list[Peer]]:
    """Two."""
    servers = [Peer(), Peer()]
    threads = [Thread(target=each.serve_forever, kwargs={"poll_interval": 0.02}) for each in servers]
    for thread in threads:
        thread.start()
    yield servers
    for server, thread in zip(servers, threads, strict=True):
        server.may.set()
        server.shutdown()
        thread.join()
        server.server_close()


def exporter(endpoint: str, **arguments: Any) -> AlertmanagerExporter:
    monitor_of = MonitorSet().for_identity
    return alertmanager_exporter(
        endpoint, monitor_of=lambda each: monitor_of(each.model), patience=Patience(60 * SECOND), **arguments
    )


def test_an_alarm_arrives_as_alertmanager_s_api_takes_it_and_once(peers: list[Peer], tmp_path: Path) -> None:
    (tmp_path / "token").write_text("secret\n", encoding="utf-8")
    to = exporter(
        f"{peers[0].url}/below/",
        external_labels={"cluster": "eu", "severity": "never"},
        headers={"X-Scope-OrgID": "risk"},
        token_file=tmp_path / "token",
    )
    to.export([DRIFT], 5.0)
    to.export([DRIFT], 5.0)
    ((path, headers, (alert,)),) = peers[0].requests
    assert path == "/below/api/v2/alerts"
    assert (headers["X-Scope-OrgID"], headers["Authorization"]) == ("risk", "Bearer secret")
    assert alert["labels"]["cluster"] == "eu"
    assert alert["labels"]["severity"] == "ticket", "an external label hides none of the alert"
    assert alert["annotations"]["description"] == "age drifts."
    assert alert["generatorURL"] == alert["annotations"]["dashboard_url"]


def test_nothing_that_fires_sends_nothing(peers: list[Peer]) -> None:
    exporter(peers[0].url).export([], 5.0)
    assert peers[0].requests == []


def test_a_refusal_is_an_export_error_with_what_was_said_and_is_due_again(peers: list[Peer]) -> None:
    to = exporter(peers[0].url)
    peers[0].status, peers[0].headers = 503, {"Content-Length": "0", "Retry-After": "7"}
    with pytest.raises(ExportError, match="refused alerts: 503") as caught:
        to.export([DRIFT], 5.0)
    assert caught.value.retry_after == 7
    peers[0].status = 200
    to.export([DRIFT], 5.0)
    assert len(peers[0].requests) == 2


def test_nobody_there_is_an_export_error(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="no Alertmanager took alerts at http://127"):
        exporter(f"http://127.0.0.1:{free_port()}").export([DRIFT], 5.0)
    with pytest.raises(ExportError, match="no-token"):
        exporter("http://127.0.0.1:9", token_file=tmp_path / "no-token").export([DRIFT], 5.0)


def test_a_peer_that_is_slow_or_down_holds_up_no_other_and_is_counted_and_tried_again(peers: list[Peer]) -> None:
    slow, quick = peers
    slow.may.clear()
    down = free_port()
    health = Health()
    urls = [slow.url, f"http://127.0.0.1:{down}", quick.url]
    deliveries = [Delivery(url, exporter(url), timeout_seconds=5.0, health=health) for url in urls]
    began = time.monotonic()
    for delivery in deliveries:
        delivery.offer([DRIFT])
    assert time.monotonic() - began < 0.5
    eventually(lambda: quick.requests, timeout=5, what="the quick peer's alarm", every=0.01)
    eventually(lambda: counted(health, urls[1], "failed"), timeout=5, what="a counted failure")
    with socket.create_server(("127.0.0.1", down)) as late:
        late.settimeout(10)
        late.accept()[0].close()  # tried again, with nothing new offered
    slow.may.set()
    eventually(lambda: counted(health, urls[0], "delivered"), timeout=5, what="the slow peer's alarm")
    for delivery in deliveries:
        delivery.stop(0.1)


def counted(health: Health, exporter: str, outcome: str) -> float:
    wanted = {("exporter", exporter), ("outcome", outcome)}
    readings = [each.value for each in health.snapshot() if set(each.labels) == wanted]
    assert all(each.name == metrics.DRIFTLINE_EXPORTS for each in health.snapshot())
    return sum(readings)
