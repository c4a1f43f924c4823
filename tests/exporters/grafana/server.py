"""A real HTTP server that speaks what Grafana's documentation prescribes for annotations and live pushes.

It is no Grafana. Source: Grafana documentation 13.3, "HTTP API: Annotations"; InfluxDB documentation, "Line protocol".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

TOKEN: Final = "a-service-account's"
_KEYS: Final = {"dashboardUID", "panelId", "time", "timeEnd", "tags", "text"}
_LINE: Final = re.compile(
    r"(?P<name>[a-z_]+)(?P<tags>(?:,[A-Za-z_][\w]*=(?:[^,= \\]|\\[,= ])+)*)"
    r" value=(?P<value>[-+0-9.e]+) (?P<time>\d{19})"
)


class Grafana(ThreadingHTTPServer):
    """Keeps what it was told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Speaks)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.annotations: dict[int, dict[str, Any]] = {}
        self.channels: dict[str, list[tuple[dict[str, str], float, int]]] = {}
        self.asked: list[str] = []
        self.refuse: tuple[int, dict[str, str]] | None = None


class _Speaks(BaseHTTPRequestHandler):
    server: Grafana

    def do_GET(self) -> None:
        if not self._allowed():
            return
        asked = parse_qs(urlsplit(self.path).query)
        first, last = int(asked["from"][0]), int(asked["to"][0])
        found = [
            {"id": number, **one}
            for number, one in self.server.annotations.items()
            if first <= one["time"] <= last and set(asked["tags"]) <= set(one["tags"])
        ]
        self._answer(200, found[: int(asked["limit"][0])])

    def do_POST(self) -> None:
        body = self._body()
        if not self._allowed():
            return
        if self.path.startswith("/api/live/push/"):
            self._push(body.decode())
            return
        said = json.loads(body)
        if self.path != "/api/annotations" or not set(said) <= _KEYS or not said["text"] or said["time"] < 10**12:
            self._answer(400, {"message": "bad request data"})
            return
        number = len(self.server.annotations) + 1
        self.server.annotations[number] = {"timeEnd": said["time"], **said}
        self._answer(200, {"message": "Annotation added", "id": number})

    def do_PATCH(self) -> None:
        said = json.loads(self._body())
        if not self._allowed():
            return
        number = int(self.path.removeprefix("/api/annotations/"))
        if number not in self.server.annotations:
            self._answer(404, {"message": "Annotation not found"})
            return
        self.server.annotations[number] |= said
        self._answer(200, {"message": "Annotation patched"})

    def _push(self, text: str) -> None:
        stream = self.path.removeprefix("/api/live/push/")
        for each in text.split("\n"):
            found = _LINE.fullmatch(each)
            if found is None:
                self._answer(400, {"message": f"no line protocol: {each}"})
                return
            tags = dict(one.split("=", 1) for one in re.split(r"(?<!\\),", found["tags"])[1:])
            channel = self.server.channels.setdefault(f"stream/{stream}/{found['name']}", [])
            channel.append((tags, float(found["value"]), int(found["time"])))
        self._answer(200, {})

    def _allowed(self) -> bool:
        self.server.asked.append(f"{self.command} {urlsplit(self.path).path}")
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._answer(401, {"message": "Unauthorized"})
            return False
        if self.server.refuse is not None:
            status, headers = self.server.refuse
            self._answer(status, {"message": "not now"}, headers)
            return False
        return True

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"]))

    def _answer(self, status: int, content: Any, headers: dict[str, str] | None = None) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def running() -> Iterator[Grafana]:
    """Started, and ended with the block."""
    with Grafana() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
