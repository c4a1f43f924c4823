"""OTLP over HTTP, protobuf and JSON on one port, as an ASGI application."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from contextlib import ExitStack
from math import ceil

from google.protobuf.message import Message
from google.rpc.code_pb2 import INVALID_ARGUMENT
from google.rpc.status_pb2 import Status
from starlette.types import ASGIApp, Receive, Scope, Send

from driftline.processors.otlp.answers import REQUESTS, Signal, status_of
from driftline.processors.otlp.bodies import gunzip
from driftline.processors.otlp.errors import (
    MalformedError,
    NotReceivedError,
    OtlpError,
    OverloadedError,
    TooLargeError,
    UnsupportedError,
)
from driftline.processors.otlp.json_answers import json_of
from driftline.processors.otlp.json_bodies import protobuf_of
from driftline.processors.otlp.limits import Limits
from driftline.processors.otlp.service import OtlpService

log = logging.getLogger(__name__)

PROTOBUF, JSON = "application/x-protobuf", "application/json"
_TRANSPORT = "http"
_PATHS = {f"/v1/{signal}": signal for signal in Signal}
_DRAIN_BYTES = 64 << 20
_DRAIN_SECONDS = 2.0

Headers = Mapping[bytes, bytes]


def http_app(service: OtlpService, limits: Limits | None = None) -> ASGIApp:
    """An ASGI application with `POST /v1/metrics`, `/v1/traces` and `/v1/logs`.

    Args:
        service: handles the requests, in threads beside the event loop.
        limits: the service's by default.

    Bodies are `application/x-protobuf` or `application/json`, plain or gzip. Every error is a `google.rpc.Status` in
    the content type of the request, JSON where that is unknown: 400 for what cannot be read, 404 and 405 for another
    path or method, 413 over the size limit (also after decompression, and without reading on), 415 for another content
    type or encoding, 503 with `Retry-After` when too much is in flight.

    Source: OTLP specification, "OTLP/HTTP Response".
    """
    receiver = _Receiver(service, limits or service.limits)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await receiver.serve(scope, receive, send)

    return app


class _Receiver:
    def __init__(self, service: OtlpService, limits: Limits) -> None:
        self._service = service
        self._limits = limits

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request and its answer."""
        headers: Headers = dict(scope["headers"])
        form = _content_type(headers)
        signal = _PATHS.get(scope["path"])
        if signal is None:
            await _respond(send, 404, form, _plain_status(f"no such path; OTLP is served on {', '.join(_PATHS)}"))
        elif scope["method"] != "POST":
            await _respond(send, 405, form, _plain_status("use POST"), {b"allow": b"POST"})
        else:
            await self._export(signal, form, headers, receive, send)

    async def _export(self, signal: Signal, form: str, headers: Headers, receive: Receive, send: Send) -> None:
        try:
            response = await self._handled(signal, form, headers, receive)
        except NotReceivedError:
            return
        except OtlpError as error:
            await _fail(send, form, error)
        except Exception as error:
            log.exception("a request failed")
            await _respond(send, 500, form, status_of(error))
        else:
            await _respond(send, 200, form, response)

    async def _handled(self, signal: Signal, form: str, headers: Headers, receive: Receive) -> Message:
        try:
            with ExitStack() as held:
                body = await self._body(form, headers, receive, held)
                request = await asyncio.to_thread(self._request, signal, form, headers, body)
        except OtlpError as error:
            self._service.refuse(signal, error, _TRANSPORT)
            raise
        answer = await asyncio.to_thread(self._service.handle, signal, request, _TRANSPORT)
        return answer.response()

    async def _body(self, form: str, headers: Headers, receive: Receive, held: ExitStack) -> bytes:
        if form not in (PROTOBUF, JSON):
            raise UnsupportedError(f"the content type must be {PROTOBUF} or {JSON}")
        if _encoding(headers) not in ("", "identity", "gzip"):
            raise UnsupportedError("the content encoding must be gzip or none")
        declared = headers.get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > self._limits.request_bytes:
            await _drain(receive)
            raise TooLargeError(f"the body is larger than {self._limits.request_bytes} bytes: send smaller batches")
        try:
            async with asyncio.timeout(self._limits.arrival_seconds):
                return await self._read(receive, held)
        except TimeoutError as error:
            raise NotReceivedError("the body took too long to arrive") from error

    async def _read(self, receive: Receive, held: ExitStack) -> bytes:
        chunks: list[bytes] = []
        size, more = 0, True
        while more:
            event = await receive()
            if event["type"] == "http.disconnect":
                raise NotReceivedError("the sender closed the connection before the end of the body")
            chunk, more = event.get("body", b""), event.get("more_body", False)
            size += len(chunk)
            if size > self._limits.request_bytes:
                chunks.clear()
                await _drain(receive)
                raise TooLargeError(f"the body is larger than {self._limits.request_bytes} bytes: send smaller batches")
            held.enter_context(self._service.budget.hold(len(chunk), decoded=False))
            chunks.append(chunk)
        return b"".join(chunks)

    def _request(self, signal: Signal, form: str, headers: Headers, body: bytes) -> bytes:
        if _encoding(headers) == "gzip":
            body = gunzip(body, self._limits.request_bytes)
        if form == PROTOBUF:
            return body
        with self._service.budget.hold(len(body)):
            return protobuf_of(body, REQUESTS[signal], self._limits.elements)


async def _drain(receive: Receive) -> None:
    """Read on for a moment, keeping nothing: most senders look for the answer only after their last byte."""
    left = _DRAIN_BYTES
    try:
        async with asyncio.timeout(_DRAIN_SECONDS):
            while left > 0:
                event = await receive()
                left -= len(event.get("body", b""))
                if not event.get("more_body", False):
                    return
    except TimeoutError:
        return


def _content_type(headers: Headers) -> str:
    return headers.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()


def _encoding(headers: Headers) -> str:
    return headers.get(b"content-encoding", b"").decode("latin-1").strip().lower()


def _plain_status(message: str) -> Status:
    return Status(code=INVALID_ARGUMENT, message=message)


async def _fail(send: Send, form: str, error: OtlpError) -> None:
    more: dict[bytes, bytes] = {}
    if isinstance(error, OverloadedError):
        more[b"retry-after"] = str(ceil(error.retry_after_seconds)).encode()
    codes = {MalformedError: 400, TooLargeError: 413, UnsupportedError: 415, OverloadedError: 503}
    await _respond(send, codes[type(error)], form, status_of(error), more)


async def _respond(
    send: Send, code: int, form: str, message: Message, more: Mapping[bytes, bytes] | None = None
) -> None:
    """Send a message in the content type of the request; JSON where that is neither."""
    form = form if form in (PROTOBUF, JSON) else JSON
    body = message.SerializeToString() if form == PROTOBUF else json_of(message)
    headers = {b"content-type": form.encode(), b"content-length": str(len(body)).encode(), **(more or {})}
    if code >= 400:
        headers[b"connection"] = b"close"  # what is left of the body is not read
    await send({"type": "http.response.start", "status": code, "headers": list(headers.items())})
    await send({"type": "http.response.body", "body": body})
