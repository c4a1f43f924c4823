"""OTLP over gRPC."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import grpc

from driftline.processors.otlp.answers import Signal, retry_info, status_of
from driftline.processors.otlp.errors import NotReceivedError, OtlpError, OverloadedError
from driftline.processors.otlp.limits import Limits
from driftline.processors.otlp.patience import Patience
from driftline.processors.otlp.service import OtlpService

log = logging.getLogger(__name__)

_SERVICES = {
    Signal.METRICS: "opentelemetry.proto.collector.metrics.v1.MetricsService",
    Signal.TRACES: "opentelemetry.proto.collector.trace.v1.TraceService",
    Signal.LOGS: "opentelemetry.proto.collector.logs.v1.LogsService",
}
_TRANSPORT = "grpc"
_THREADS = 256
"""A call waits in a thread for its message, so slow senders occupy some; the pool only grows as far as it must."""
_WAITING = 192
"""How many of the threads may wait; the others are left for calls whose message has arrived or is about to."""
_CODES = {code.value[0]: code for code in grpc.StatusCode}


@dataclass(frozen=True, slots=True)
class Listening:
    """A server that listens. `stop` takes the seconds it may take to finish what it has begun."""

    address: str
    stop: Callable[[float], None]


class ListenError(OSError):
    """The address is taken or not ours; the message says which."""


def serve_grpc(
    address: str, service: OtlpService, limits: Limits | None = None, credentials: grpc.ServerCredentials | None = None
) -> Listening:
    """Serve metrics, traces and logs over gRPC from a pool of threads.

    Args:
        address: HOST:PORT; port 0 picks a free one.
        service: handles the requests.
        limits: the service's by default.
        credentials: for TLS; without them the port is in plain text.

    Returns:
        Where it listens, with the port in force, and how to stop it.

    Raises:
        ListenError: the address cannot be bound.

    Messages over `limits.request_bytes`, compressed or not, are refused with RESOURCE_EXHAUSTED while they arrive; one
    that takes longer than `limits.arrival_seconds` to arrive is cancelled, as is the one that has waited longest when
    too many wait: a sender is told to try again by CANCELLED.
    """
    limits = limits or service.limits
    patience = Patience(limits.arrival_seconds, most=_WAITING)
    server = grpc.server(
        ThreadPoolExecutor(_THREADS, thread_name_prefix="driftline-grpc"),
        handlers=[_handler(signal, service, patience) for signal in Signal],
        options=[
            ("grpc.max_receive_message_length", limits.request_bytes),
            ("grpc.max_concurrent_streams", 128),
            ("grpc.so_reuseport", 0),  # else a second processor would silently take half of the requests
        ],
    )
    try:
        port = server.add_secure_port(address, credentials) if credentials else server.add_insecure_port(address)
    except RuntimeError as error:
        patience.stop()
        raise ListenError(f"cannot listen on {address} for OTLP/gRPC: is it taken? ({error})") from error
    server.start()
    host = address.rpartition(":")[0]
    return Listening(f"{host}:{port}", lambda seconds: _stop(server, patience, seconds))


def _stop(server: grpc.Server, patience: Patience, seconds: float) -> None:
    server.stop(seconds).wait()
    patience.stop()


def _handler(signal: Signal, service: OtlpService, patience: Patience) -> grpc.GenericRpcHandler[bytes, bytes]:
    # A unary call is a stream of one message on the wire; taking it as a stream shows when it was too large to arrive.
    def export(requests: Iterator[bytes], context: grpc.ServicerContext) -> bytes:
        try:
            with patience.wait(context.cancel):
                request = _received(requests)
        except NotReceivedError as error:
            service.refuse(signal, error, _TRANSPORT)
            return (
                b""  # the call has ended: gRPC itself has answered, RESOURCE_EXHAUSTED without RetryInfo if too large
            )
        return _export(signal, service, request, context)

    method = grpc.stream_unary_rpc_method_handler(export)
    return grpc.method_handlers_generic_handler(_SERVICES[signal], {"Export": method})


def _export(signal: Signal, service: OtlpService, request: bytes, context: grpc.ServicerContext) -> bytes:
    try:
        return service.handle(signal, request, _TRANSPORT).response().SerializeToString()
    except OtlpError as error:
        failure: Exception = error
    except Exception as error:
        log.exception("a request failed")
        failure = error
    _abort(context, failure)
    raise AssertionError("abort does not return") from failure


def _received(requests: Iterator[bytes]) -> bytes:
    try:
        return next(requests)
    except (grpc.RpcError, StopIteration) as error:  # which of the two it is, is a race within gRPC
        raise NotReceivedError("the request was too large, or the sender cancelled it") from error


def _abort(context: grpc.ServicerContext, error: Exception) -> None:
    status = status_of(error)
    trailers = [("grpc-status-details-bin", status.SerializeToString())]
    if isinstance(error, OverloadedError):  # the Python SDK reads this form only
        trailers.append(("google.rpc.retryinfo-bin", retry_info(error).SerializeToString()))
    context.set_trailing_metadata(tuple(trailers))
    context.abort(_CODES[status.code], status.message)
