"""Forwarding to a real receiver, and to one that is away, refuses or asks for patience."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from driftline.processors.health import Health
from driftline.processors.otlp import Signal
from driftline.processors.otlp.forward import Forwarder, ForwardLoopError
from driftline.semconv import metrics as names
from tests.processors.otlp.conftest import Receiver, receiving, wait
from tests.processors.otlp.samples import histogram
from tests.processors.otlp.test_http import post


def counted(health: Health, outcome: str) -> float:
    wanted = ("outcome", outcome)
    return sum(one.value for one in health.snapshot() if one.name == names.DRIFTLINE_FORWARDS and wanted in one.labels)


@contextmanager
def answering(*answers: tuple[int, dict[str, str]]) -> Iterator[tuple[str, list[float]]]:
    """A server that gives these answers, then 200; and the times it was asked at."""
    asked: list[float] = []
    left = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(time.monotonic())
            self.rfile.read(int(self.headers["content-length"]))
            status, headers = left.pop(0) if left else (200, {})
            self.send_response(status)
            for name, value in {**headers, "content-length": "0"}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def forwarding(endpoint: str, **options: float) -> Iterator[tuple[Forwarder, Health]]:
    health = Health()
    forwarder = Forwarder(endpoint, health=health, jitter=lambda: 0.0, **options)  # type: ignore[arg-type] # numbers all
    try:
        yield forwarder, health
    finally:
        forwarder.stop(5.0)


def test_what_is_not_ours_arrives_at_the_next_receiver_and_what_is_ours_does_not(receiver: Receiver) -> None:
    health = Health()
    forwarder = Forwarder(receiver.http, health=health)
    with receiving(forward=forwarder) as first:
        mixed = histogram([1, 2]).SerializeToString() + histogram([3, 4], name="foreign.x").SerializeToString()
        post(first, mixed)
        spans = ExportTraceServiceRequest()
        spans.resource_spans.add().scope_spans.add().spans.add(name="GET /")
        post(first, spans.SerializeToString(), path="/v1/traces")
        wait(lambda: counted(health, "delivered") == 2)
        assert len(first.pipeline.rows) == 1
    forwarder.stop(5.0)
    assert receiver.pipeline.rows == []
    assert receiver.counted(names.DRIFTLINE_POINTS, outcome="ignored") == 1
    assert receiver.counted(names.DRIFTLINE_SPANS, outcome="ignored") == 1


def test_a_target_that_asks_for_patience_gets_it() -> None:
    with answering((503, {"retry-after": "1"})) as (endpoint, asked), forwarding(endpoint) as (forwarder, health):
        forwarder.offer(Signal.LOGS, b"x")
        wait(lambda: counted(health, "delivered") == 1)
        assert asked[1] - asked[0] >= 1.0


@pytest.mark.parametrize("value", ["Wed, 21 Oct 2015 07:28:00 GMT", "soon"])
def test_a_retry_after_that_says_nothing_falls_back_to_our_own_pause(value: str) -> None:
    with answering((429, {"retry-after": value})) as (endpoint, asked), forwarding(endpoint) as (forwarder, health):
        forwarder.offer(Signal.LOGS, b"x")
        wait(lambda: counted(health, "delivered") == 1)
        assert asked[1] - asked[0] >= 0.5


def test_a_final_refusal_is_not_tried_again() -> None:
    with answering((400, {})) as (endpoint, asked), forwarding(endpoint) as (forwarder, health):
        forwarder.offer(Signal.LOGS, b"x")
        wait(lambda: counted(health, "failed") == 1)
        assert len(asked) == 1


def test_what_does_not_fit_the_queue_is_dropped_and_counted() -> None:
    with answering() as (endpoint, _), forwarding(endpoint, queue_bytes=10) as (forwarder, health):
        forwarder.offer(Signal.LOGS, b"x" * 100)
        assert counted(health, "dropped") == 1


def test_a_target_that_stays_away_is_given_up() -> None:
    with forwarding("http://127.0.0.1:9", give_up_seconds=0.1) as (forwarder, health):
        forwarder.offer(Signal.LOGS, b"x")
        wait(lambda: counted(health, "dropped") == 1)


@pytest.mark.parametrize("own", ["127.0.0.1:4318", "0.0.0.0:4318", "[::1]:4318"])
def test_a_target_that_is_this_processor_is_refused(own: str) -> None:
    host = "[::1]" if "::1" in own else "localhost"
    with pytest.raises(ForwardLoopError, match="feed itself"):
        Forwarder(f"http://{host}:4318", health=Health(), own=[own])


def test_an_endpoint_that_is_no_address_is_refused() -> None:
    with pytest.raises(ValueError, match="http://HOST:PORT"):
        Forwarder("collector", health=Health())
