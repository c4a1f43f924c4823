"""How much a receiver takes: sizes, elements and memory in flight. Plain data, and the budget that keeps to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from driftline.processors.otlp.errors import OverloadedError

MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Ceilings of the receiver.

    Args:
        request_bytes: largest request, after decompression. OTLP recommends 4 to 64 MiB.
        elements: most messages (resources, scopes, metrics, points, spans, log records, attributes) in one request.
        amplification: estimated bytes of memory for each byte of a request while it is decoded; two-byte empty
            messages reach 32 in protobuf's upb.
        in_flight_bytes: estimated memory of all requests being received or decoded; over it they are asked to retry.
        retry_after_seconds: the pause such a sender is asked for.
        arrival_seconds: how long one message may take to arrive; a slower sender is cut off, so that none holds memory
            or a thread for ever.
        remembered_bytes: memory for identities of streams kept decoded (about 500 bytes each); beyond it the metrics
            used longest ago are forgotten, and parsed again when they return.
    """

    request_bytes: int = 8 * MEBIBYTE
    elements: int = 200_000
    amplification: int = 32
    in_flight_bytes: int = 256 * MEBIBYTE
    retry_after_seconds: float = 2.0
    arrival_seconds: float = 30.0
    remembered_bytes: int = 64 * MEBIBYTE


class Budget:
    """Admission by the memory that requests in flight are estimated to take.

    >>> budget = Budget(Limits(in_flight_bytes=64, amplification=32))
    >>> with budget.hold(2):
    ...     budget.in_flight
    64
    >>> budget.in_flight
    0
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._lock = Lock()  # guards the sum
        self._held = 0

    @property
    def in_flight(self) -> int:
        """Estimated bytes of memory of all that is held now."""
        return self._held

    @contextmanager
    def hold(self, request_bytes: int, *, decoded: bool = True) -> Iterator[None]:
        """Reserve what a request of this size takes, for the time of the block.

        A single request within `request_bytes` is always admitted when nothing else is in flight.

        Args:
            request_bytes: its size.
            decoded: whether it is going to be decoded, which takes `amplification` times its size, or only kept.

        Raises:
            OverloadedError: too much is in flight already.
        """
        estimate = request_bytes * (self._limits.amplification if decoded else 1)
        self._take(estimate)
        try:
            yield
        finally:
            with self._lock:
                self._held -= estimate

    def _take(self, estimate: int) -> None:
        with self._lock:
            if self._held and self._held + estimate > self._limits.in_flight_bytes:
                raise OverloadedError(
                    "too many bytes are being received at once; send again after the pause",
                    self._limits.retry_after_seconds,
                )
            self._held += estimate
