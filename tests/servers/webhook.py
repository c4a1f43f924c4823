"""An endpoint that takes Alertmanager's notifications and keeps them with the moment they came."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass(frozen=True, slots=True)
class Told:
    """One alert of one notification. `path` is where it was sent, `at` the Unix time it came."""

    path: str
    at: float
    status: str
    labels: dict[str, str]
    annotations: dict[str, str]
    starts_at: str
    fingerprint: str


@dataclass(slots=True)
class Webhook:
    """Where it listens, and everything it was told, in order."""

    url: str = ""
    told: list[Told] = field(default_factory=list)

    def keep(self, path: str, body: dict[str, Any]) -> None:
        """Keep each alert of one notification."""
        now = time.time()
        self.told += [
            Told(path, now, one["status"], one["labels"], one["annotations"], one["startsAt"], one["fingerprint"])
            for one in body["alerts"]
        ]

    def of(self, status: str, **labels: str) -> list[Told]:
        """What it was told with this status and these labels."""
        return [one for one in list(self.told) if one.status == status and labels.items() <= one.labels.items()]


@contextmanager
def listening() -> Iterator[Webhook]:
    """Listen on a free loopback port; every path is taken."""
    webhook = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            webhook.keep(self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        webhook.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield webhook
        server.shutdown()
        thread.join()
