from __future__ import annotations

import pytest
from driftline.processors.control import Probe, control_app, metrics_app
from starlette.applications import Starlette
from starlette.testclient import TestClient


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def scrape(accept: str, encoding: str) -> tuple[bytes, dict[str, str]]:
    return f"up 1 # {accept} {encoding}".encode(), {"Content-Type": "text/plain; version=0.0.4"}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def probe(clock: Clock) -> Probe:
    return Probe(clock)


@pytest.mark.parametrize("make", [control_app, lambda probe: metrics_app(probe, scrape)])
def test_both_ports_answer_the_probes(probe: Probe, clock: Clock, make: object) -> None:
    app = make(probe)  # type: ignore[operator]  # one of the two factories above
    assert isinstance(app, Starlette)
    client = TestClient(app)
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503, "nothing listens yet"
    probe.ready = True
    assert client.get("/readyz").json() == {"status": "ok"}
    probe.expect(10)
    clock.now = 69
    assert client.get("/healthz").status_code == 200
    clock.now = 71
    assert client.get("/healthz").status_code == 503, "a look was due at 10 s, and a minute of patience is over"


def test_a_scrape_gets_the_exposition_and_passes_its_wishes_on(probe: Probe) -> None:
    answer = TestClient(metrics_app(probe, scrape)).get("/metrics", headers={"accept": "text/plain", "accept-encoding": "gzip"})
    assert answer.text == "up 1 # text/plain gzip"
    assert answer.headers["content-type"] == "text/plain; version=0.0.4"


def test_a_person_who_opens_the_port_finds_the_way(probe: Probe) -> None:
    assert "/metrics" in TestClient(metrics_app(probe, scrape)).get("/").text
