"""A receiver on real ports."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread

import pytest
import uvicorn

from driftline.processors.health import Health
from driftline.processors.otlp import Limits, OtlpService, http_app, serve_grpc
from driftline.processors.otlp.service import Forward
from tests.processors.otlp.samples import NOW
from tests.processors.otlp.walk import Recording


@dataclass(frozen=True)
class Receiver:
    """A receiver with what it has counted."""

    grpc: str
    http: str
    pipeline: Recording
    health: Health
    service: OtlpService

    def counted(self, name: str, **labels: str) -> float:
        """The sum of a health counter over everything that has these labels."""
        wanted = set(labels.items())
        return sum(one.value for one in self.health.snapshot() if one.name == name and wanted <= set(one.labels))


def wait(until: Callable[[], bool]) -> None:
    """Until something becomes true; fails after ten seconds."""
    deadline = time.monotonic() + 10
    while not until() and time.monotonic() < deadline:
        time.sleep(0.005)
    assert until()


@contextmanager
def receiving(limits: Limits | None = None, forward: Forward | None = None) -> Iterator[Receiver]:
    """Both transports on free ports, until the end of the block."""
    pipeline, health = Recording(), Health()
    service = OtlpService(pipeline, health, forward, limits=limits, clock=lambda: NOW)
    listening = serve_grpc("127.0.0.1:0", service)
    try:
        with _serving_http(service) as http:
            yield Receiver(listening.address, http, pipeline, health, service)
    finally:
        listening.stop(1.0)


@contextmanager
def _serving_http(service: OtlpService) -> Iterator[str]:
    bound = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(http_app(service), log_config=None, lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = Thread(target=lambda: asyncio.run(server.serve(sockets=[bound])), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(5)
        bound.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running
