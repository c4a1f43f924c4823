"""Senders that begin and never end: others are served meanwhile, and the slow ones are cut off."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from threading import Event
from typing import Any

import grpc
import urllib3

from driftline.processors.otlp import Limits
from driftline.semconv import metrics as names
from tests.processors.otlp.conftest import Receiver, receiving, wait
from tests.processors.otlp.samples import histogram

EXPORT = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"
GOOD = histogram([1]).SerializeToString()
SLOW = 100


def given_up(receiver: Receiver, transport: str) -> float:
    return receiver.counted(names.DRIFTLINE_REQUESTS, reason="too_large_or_cancelled", transport=transport)


def test_a_hundred_grpc_calls_that_send_no_message_hold_up_nobody_and_are_cut_off() -> None:
    released = Event()

    def nothing() -> Iterator[bytes]:
        released.wait(30)
        yield b""

    with receiving(Limits(arrival_seconds=1.5)) as receiver, grpc.insecure_channel(receiver.grpc) as slow:
        opened: Any = slow.stream_unary  # the stubs ask for serializers, which raw bytes need not
        calls = [opened(EXPORT).future(nothing(), timeout=30) for _ in range(SLOW)]
        with grpc.insecure_channel(receiver.grpc) as quick:
            raw: Any = quick.unary_unary
            assert raw(EXPORT)(GOOD, timeout=10, wait_for_ready=True) == b""
        wait(lambda: given_up(receiver, "grpc") == SLOW)
        released.set()
        assert {call.code() for call in calls} == {grpc.StatusCode.CANCELLED}


def test_more_silent_grpc_calls_than_there_are_threads_hold_up_nobody() -> None:
    released = Event()

    def nothing() -> Iterator[bytes]:
        released.wait(60)
        yield b""

    alone = (("grpc.use_local_subchannel_pool", 1),)  # a connection of its own: each carries 128 calls at most
    with receiving(Limits(arrival_seconds=600)) as receiver, ExitStack() as opened:
        for _ in range(4):
            slow: Any = opened.enter_context(grpc.insecure_channel(receiver.grpc, options=alone))
            for _ in range(SLOW):
                slow.stream_unary(EXPORT).future(nothing(), timeout=60)
        wait(lambda: given_up(receiver, "grpc") >= SLOW)
        with grpc.insecure_channel(receiver.grpc, options=alone) as quick:
            raw: Any = quick.unary_unary
            assert raw(EXPORT)(GOOD, timeout=10, wait_for_ready=True) == b""
        released.set()


def test_a_hundred_bodies_that_never_end_hold_up_nobody_and_are_cut_off() -> None:
    with receiving(Limits(arrival_seconds=1.5)) as receiver, ExitStack() as opened:
        host, _, port = receiver.http.removeprefix("http://").partition(":")
        for _ in range(SLOW):
            raw = opened.enter_context(socket.create_connection((host, int(port))))
            raw.sendall(b"POST /v1/metrics HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-protobuf\r\n")
            raw.sendall(b"content-length: 1000\r\n\r\nabc")
        wait(lambda: receiver.service.budget.in_flight > 0)
        with urllib3.PoolManager(retries=False) as http:
            headers = {"content-type": "application/x-protobuf"}
            assert http.request("POST", f"{receiver.http}/v1/metrics", body=GOOD, headers=headers).status == 200
        wait(lambda: given_up(receiver, "http") == SLOW)
        assert receiver.service.budget.in_flight == 0
