"""Passing on what is not ours, to an OTLP/HTTP endpoint: a bounded queue and a thread of its own."""

from __future__ import annotations

import gzip
import ipaddress
import logging
import random
import socket
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from email.utils import parsedate_to_datetime
from threading import Condition, Thread
from typing import NamedTuple
from urllib.parse import urlsplit

import urllib3

from driftline.processors.health import Health
from driftline.processors.otlp.answers import Signal
from driftline.processors.otlp.limits import MEBIBYTE
from driftline.semconv import metrics

log = logging.getLogger(__name__)

_RETRYABLE = frozenset({429, 502, 503, 504})
"""Source: OTLP specification, "Retryable Response Codes"."""
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 1.0, 30.0


class ForwardLoopError(ValueError):
    """The forward target is this very processor."""


class _Waiting(NamedTuple):
    signal: Signal
    body: bytes
    since: float


class Forwarder:
    """Sends requests on, in order; what does not fit the queue or grows too old is dropped and counted.

    Args:
        endpoint: `http://HOST:PORT`, without the path of a signal.
        health: counts requests that were delivered, and dropped with a reason.
        own: HOST:PORT of every OTLP port of this processor: none of them may be the target.
        headers: sent with every request, for authentication.
        queue_bytes: most compressed bytes that wait; the newest are dropped when there is no room.
        give_up_seconds: how long one request is tried.
        timeout_seconds: how long one attempt may take.
        jitter: a number in [0, 1) for each pause, so that senders do not return together.

    Raises:
        ForwardLoopError: the endpoint is one of `own`.
    """

    def __init__(
        self,
        endpoint: str,
        *,
        health: Health,
        own: Iterable[str] = (),
        headers: Mapping[str, str] | None = None,
        queue_bytes: int = 64 * MEBIBYTE,
        give_up_seconds: float = 300.0,
        timeout_seconds: float = 10.0,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        _refuse_loop(endpoint, own)
        self._endpoint = endpoint.rstrip("/")
        self._health = health
        self._headers = {**(headers or {}), "content-type": "application/x-protobuf", "content-encoding": "gzip"}
        self._room = queue_bytes
        self._give_up = give_up_seconds
        self._jitter = jitter
        self._http = urllib3.PoolManager(timeout=urllib3.Timeout(total=timeout_seconds), retries=False)
        self._changed = Condition()  # guards the queue, the room left and the flag
        self._queue: deque[_Waiting] = deque()
        self._stopping = False
        self._thread = Thread(target=self._run, name="driftline-forward", daemon=True)
        self._thread.start()

    def offer(self, signal: Signal, request: bytes) -> None:
        """Queue one serialised request; returns at once, and never raises."""
        waiting = _Waiting(signal, gzip.compress(request, compresslevel=1), time.monotonic())
        with self._changed:
            fits = len(waiting.body) <= self._room and not self._stopping
            if fits:
                self._room -= len(waiting.body)
                self._queue.append(waiting)
                self._changed.notify()
        if not fits:
            self._count(signal, "dropped")

    def stop(self, timeout_seconds: float) -> None:
        """Send what waits, each once more, and end the thread; what is left after the timeout is lost."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._thread.join(timeout_seconds)
        self._http.clear()

    def _run(self) -> None:
        while (waiting := self._next()) is not None:
            self._count(waiting.signal, self._deliver(waiting))
            with self._changed:
                self._room += len(waiting.body)

    def _next(self) -> _Waiting | None:
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._stopping)
            return self._queue.popleft() if self._queue else None

    def _deliver(self, waiting: _Waiting) -> str:
        """The outcome of one request, after as many attempts as it takes."""
        pause = _FIRST_PAUSE_SECONDS
        while True:
            again = self._attempt(waiting)
            if isinstance(again, str):
                return again
            left = waiting.since + self._give_up - time.monotonic()
            seconds = max(again, pause * (0.5 + self._jitter() / 2))
            if self._stopping or seconds > left:
                return "dropped"
            self._sleep(seconds)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    def _attempt(self, waiting: _Waiting) -> str | float:
        """An outcome, or how many seconds the target asked to be left alone before the next attempt."""
        url = f"{self._endpoint}/v1/{waiting.signal}"
        try:
            response = self._http.request("POST", url, body=waiting.body, headers=self._headers)
        except urllib3.exceptions.HTTPError as error:
            log.warning("forwarding to %s failed, it will be tried again: %s", url, error)
            return 0.0
        if response.status < 300:
            return "delivered"
        if response.status in _RETRYABLE:
            return _retry_after(response.headers.get("retry-after"))
        log.warning("%s refused a forwarded request for good: HTTP %s", url, response.status)
        return "failed"

    def _sleep(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._stopping, seconds)

    def _count(self, signal: Signal, outcome: str) -> None:
        self._health.count(metrics.DRIFTLINE_FORWARDS, signal=signal, outcome=outcome)


def _retry_after(value: str | None) -> float:
    """Seconds from a Retry-After header, which holds seconds or a date; 0 without one."""
    if value is None:
        return 0.0
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return 0.0


def _refuse_loop(endpoint: str, own: Iterable[str]) -> None:
    target = urlsplit(endpoint)
    if target.scheme not in ("http", "https") or not target.hostname:
        raise ValueError(f"forward.endpoint must be http://HOST:PORT, not {endpoint!r}")
    port = target.port or (443 if target.scheme == "https" else 80)
    for address in own:
        host, _, own_port = address.rpartition(":")
        if port == int(own_port) and _same_host(target.hostname, host.strip("[]")):
            raise ForwardLoopError(
                f"forward.endpoint {endpoint} is this processor's own port {address}: it would feed itself. "
                "Give the address of another collector."
            )


def _same_host(target: str, own: str) -> bool:
    targets, owns = _addresses(target), _addresses(own)
    return bool(targets & owns) or (any(_local(one) for one in targets) and any(_everywhere(one) for one in owns))


def _addresses(host: str) -> set[str]:
    try:
        return {str(info[4][0]) for info in socket.getaddrinfo(host, None)}
    except OSError:
        return {host}


def _everywhere(address: str) -> bool:
    return address in ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound to


def _local(address: str) -> bool:
    """Whether an address is this machine's: loopback, or one that a socket here can be bound to."""
    if ipaddress.ip_address(address).is_loopback:
        return True
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True
