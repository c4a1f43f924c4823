from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from driftline.processors.cli.listeners import HttpThread, Site, address_of, bind
from driftline.processors.control import Probe, control_app, metrics_app


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


@pytest.fixture
def ports(probe: Probe) -> Iterator[tuple[str, str]]:
    """The control port and the Prometheus port, really served."""
    control, prometheus = bind("127.0.0.1:0", "--control"), bind("127.0.0.1:0", "--prometheus")
    served = HttpThread([Site(control_app(probe), control), Site(metrics_app(probe, scrape), prometheus)])
    yield f"http://{address_of(control)}", f"http://{address_of(prometheus)}"
    served.stop(5)


def test_both_ports_answer_the_probes(ports: tuple[str, str], probe: Probe, clock: Clock) -> None:
    for port in ports:
        clock.now, probe.ready = 0, False
        assert httpx.get(f"{port}/healthz").status_code == 200
        assert httpx.get(f"{port}/readyz").status_code == 503, "nothing listens yet"
        probe.ready = True
        assert httpx.get(f"{port}/readyz").json() == {"status": "ok"}
        probe.expect(10)
        clock.now = 69
        assert httpx.get(f"{port}/healthz").status_code == 200
        clock.now = 71
        assert httpx.get(f"{port}/healthz").status_code == 503, "due at 10 s, and a minute of patience is over"


def test_a_scrape_gets_the_exposition_and_passes_its_wishes_on(ports: tuple[str, str]) -> None:
    answer = httpx.get(f"{ports[1]}/metrics", headers={"accept": "text/plain", "accept-encoding": "gzip"})
    assert answer.text == "up 1 # text/plain gzip"
    assert answer.headers["content-type"] == "text/plain; version=0.0.4"


def test_a_person_who_opens_the_port_finds_the_way(ports: tuple[str, str]) -> None:
    assert "/metrics" in httpx.get(ports[1]).text
