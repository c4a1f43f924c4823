"""A real HTTP server that speaks what Grafana's documentation prescribes. It is no Grafana: it draws nothing.

It keeps annotations, live pushes, folders and dashboards, and hands questions on to whoever answers them. Source:
Grafana documentation 13.3, "HTTP API": Annotations, Data source, Dashboard, Folder; "Set up Grafana Live"; InfluxDB
documentation, "Line protocol".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

TOKEN: Final = "a-service-account's"
_ANNOTATION: Final = {"dashboardUID", "panelId", "time", "timeEnd", "tags", "text"}
_LINE: Final = re.compile(
    r"(?P<name>[a-z_]+)(?P<tags>(?:,[A-Za-z_][\w]*=(?:[^,= \\]|\\[,= ])+)*)"
    r" value=(?P<value>[-+0-9.e]+) (?P<time>\d{19})"
)
Json = dict[str, Any]
Answer = tuple[int, Any]
AnswerQuery = Callable[[Json], Json]
"""A query of `/api/ds/query`, with `from` and `to`, to its result."""
AnswerLabels = Callable[[str, str], list[str]]
"""The path below `api/v1` and the series that are meant, to names or values of labels."""


class Grafana(ThreadingHTTPServer):
    """Keeps what it was told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Speaks)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.annotations: dict[int, Json] = {}
        self.channels: dict[str, list[tuple[dict[str, str], float, int]]] = {}
        self.sources: list[Json] = [{"uid": "prom", "name": "Metrics", "type": "prometheus", "isDefault": True}]
        self.folders: dict[str, Json] = {}
        self.dashboards: dict[str, Json] = {}
        self.provisioned: set[str] = set()
        self.query: AnswerQuery = lambda _: {"status": 200, "frames": []}
        self.labels: AnswerLabels = lambda _path, _series: []
        self.asked: list[str] = []
        self.refuse: tuple[int, dict[str, str]] | None = None


class _Speaks(BaseHTTPRequestHandler):
    server: Grafana

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_PATCH(self) -> None:
        self._serve()

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        address = urlsplit(self.path)
        self.server.asked.append(f"{self.command} {address.path}")
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._send(401, {"message": "Unauthorized"})
        elif self.server.refuse is not None:
            status, headers = self.server.refuse
            self._send(status, {"message": "not now"}, headers)
        else:
            self._send(*self._answer(address.path, parse_qs(address.query), body))

    def _answer(self, path: str, asked: Mapping[str, list[str]], body: bytes) -> Answer:
        for command, pattern, answer in _ROUTES:
            found = re.fullmatch(pattern, path)
            if found is not None and command == self.command:
                return answer(self.server, found.groups(), asked, body)
        return 404, {"message": "Not found"}

    def _send(self, status: int, content: Any, headers: Mapping[str, str] | None = None) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        own = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        for name, value in (own | dict(headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


Parts = tuple[str | Any, ...]
Asked = Mapping[str, list[str]]


def _find_annotations(grafana: Grafana, _: Parts, asked: Asked, _body: bytes) -> Answer:
    first, last = int(asked["from"][0]), int(asked["to"][0])
    found = [
        {"id": number, **one}
        for number, one in grafana.annotations.items()
        if first <= one["time"] <= last and set(asked["tags"]) <= set(one["tags"])
    ]
    return 200, found[: int(asked["limit"][0])]


def _annotate(grafana: Grafana, _: Parts, _asked: Asked, body: bytes) -> Answer:
    said = json.loads(body)
    if not set(said) <= _ANNOTATION or not said["text"] or said["time"] < 10**12:
        return 400, {"message": "bad request data"}
    number = len(grafana.annotations) + 1
    grafana.annotations[number] = {"timeEnd": said["time"], **said}
    return 200, {"message": "Annotation added", "id": number}


def _patch_annotation(grafana: Grafana, parts: Parts, _: Asked, body: bytes) -> Answer:
    number = int(parts[0])
    if number not in grafana.annotations:
        return 404, {"message": "Annotation not found"}
    grafana.annotations[number] |= json.loads(body)
    return 200, {"message": "Annotation patched"}


def _push(grafana: Grafana, parts: Parts, _: Asked, body: bytes) -> Answer:
    for each in body.decode().split("\n"):
        found = _LINE.fullmatch(each)
        if found is None:
            return 400, {"message": f"no line protocol: {each}"}
        tags = dict(one.split("=", 1) for one in re.split(r"(?<!\\),", found["tags"])[1:])
        channel = grafana.channels.setdefault(f"stream/{parts[0]}/{found['name']}", [])
        channel.append((tags, float(found["value"]), int(found["time"])))
    return 200, {}


def _list_sources(grafana: Grafana, _: Parts, _asked: Asked, _body: bytes) -> Answer:
    return 200, grafana.sources


def _labels(grafana: Grafana, parts: Parts, asked: Asked, _: bytes) -> Answer:
    return 200, {"status": "success", "data": grafana.labels(parts[1], asked["match[]"][0])}


def _folder(grafana: Grafana, parts: Parts, _: Asked, _body: bytes) -> Answer:
    found = grafana.folders.get(parts[0])
    return (200, found) if found else (404, {"message": "folder not found"})


def _make_folder(grafana: Grafana, _: Parts, _asked: Asked, body: bytes) -> Answer:
    said = json.loads(body)
    grafana.folders[said["uid"]] = said
    return 200, said


def _save(grafana: Grafana, _: Parts, _asked: Asked, body: bytes) -> Answer:
    said = json.loads(body)
    uid = said["dashboard"]["uid"]
    if said["folderUid"] not in grafana.folders:
        return 400, {"message": "folder not found"}
    if uid in grafana.provisioned:
        return 400, {"message": "Cannot save provisioned dashboard"}
    grafana.dashboards[uid] = said["dashboard"]
    return 200, {"uid": uid, "url": f"/d/{uid}/page", "status": "success", "version": 1}


def _dashboard(grafana: Grafana, parts: Parts, _: Asked, _body: bytes) -> Answer:
    found = grafana.dashboards.get(parts[0])
    return (200, {"dashboard": found, "meta": {}}) if found else (404, {"message": "Dashboard not found"})


def _query(grafana: Grafana, _: Parts, _asked: Asked, body: bytes) -> Answer:
    said = json.loads(body)
    times = {"from": said["from"], "to": said["to"]}
    return 200, {"results": {each["refId"]: grafana.query({**each, **times}) for each in said["queries"]}}


_ROUTES: Final[tuple[tuple[str, str, Callable[[Grafana, Parts, Asked, bytes], Answer]], ...]] = (
    ("GET", "/api/annotations", _find_annotations),
    ("POST", "/api/annotations", _annotate),
    ("PATCH", r"/api/annotations/(\d+)", _patch_annotation),
    ("POST", r"/api/live/push/([\w-]+)", _push),
    ("GET", "/api/datasources", _list_sources),
    ("GET", r"/api/datasources/uid/([\w-]+)/resources/api/v1/(labels|label/\w+/values)", _labels),
    ("GET", r"/api/folders/([\w-]+)", _folder),
    ("POST", "/api/folders", _make_folder),
    ("POST", "/api/dashboards/db", _save),
    ("GET", r"/api/dashboards/uid/([\w-]+)", _dashboard),
    ("POST", "/api/ds/query", _query),
)


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
