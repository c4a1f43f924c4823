"""The real Prometheus that the other stories stand on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.end_to_end.conftest import StartPrometheus

pytestmark = pytest.mark.end_to_end


class _OneGauge(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b'# TYPE answer gauge\nanswer{to="everything"} 42\n'
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name http.server calls
        """Say nothing."""


@pytest.fixture
def target() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _OneGauge) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_a_real_prometheus_scrapes_and_answers(prometheus: StartPrometheus, target: str) -> None:
    server = prometheus({"driftline": target})
    (sample,) = server.wait_for('answer{job="driftline"}')
    assert sample.value == 42
    assert sample.labels["to"] == "everything"
    assert [one["health"] for one in server.targets()] == ["up"]
    (series,) = server.query_range("answer", start=sample.time - 1, end=sample.time, step=1)
    assert series.points[-1][1] == 42
