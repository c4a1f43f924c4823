"""An ASGI application seen from outside: every request is a scope, and a started application is a server.

`Starlette.__call__` is the one door that FastAPI, mounted applications and every middleware share. Wrapping it leaves
the middleware stack as the host built it, so OpenTelemetry's own instrumentations find what they expect.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any, Final

from driftline.instrumentation.fastapi.identifying import Identifying, Message, Receive
from driftline.instrumentation.observing import quietly
from driftline.instrumentation.scopes import Intake, RequestScope, current_request, request

Send = Callable[[Message], Awaitable[None]]
Application = Callable[..., Awaitable[None]]

ROWS_INLINE: Final = 256
"""Up to here recording takes less time than handing it to a thread; beyond, the event loop must not wait for it."""

_changed: list[tuple[Any, Application]] = []


def change(intake: Intake, identifying: Identifying, module: ModuleType) -> None:
    """Open a scope around each request that a Starlette application of this process answers."""
    intake.may_serve()
    application = module.Starlette
    inner = application.__call__

    @functools.wraps(inner)
    async def call(self: Any, scope: Message, receive: Any, send: Send) -> None:
        await serve(functools.partial(inner, self), intake, identifying, (scope, receive, send))

    _changed.append((application, inner))
    application.__call__ = call


def revert() -> None:
    """Give `Starlette` its own call back."""
    while _changed:
        application, inner = _changed.pop()
        application.__call__ = inner


async def serve(
    app: Application, intake: Intake, identifying: Identifying, connection: tuple[Message, Receive, Send]
) -> None:
    """Run an ASGI application; its predictions are delivered with its last message, or when it ends.

    An exception passes through unchanged; its class becomes `error.type` of the request's predictions, and so does a
    status of 500 or more: the caller never saw those answers.
    """
    intake.serves()
    scope, receive, send = connection
    if scope["type"] == "lifespan":
        await app(scope, receive, functools.partial(_send_after_flushing, intake, send))
        return
    if scope["type"] not in {"http", "websocket"} or current_request() is not None:
        await app(scope, receive, send)
        return
    held = RequestScope(intake.deliver, capacity=1 if scope["type"] == "websocket" else 256)
    receive = quietly(identifying.listen, scope, receive, held) or receive
    answer = _Answer(held, identifying, send)
    error_type = None
    try:
        with request(held):
            await app(scope, receive, answer.send)
    except Exception as error:
        error_type = type(error).__qualname__
        raise
    finally:
        quietly(hand_over, held, functools.partial(held.close, error_type or answer.error_type))


def hand_over(held: RequestScope, deliver: Callable[[], None]) -> None:
    """Record a request's predictions; many rows in a thread of the loop, which waits for it before it closes."""
    if held.rows <= ROWS_INLINE:
        deliver()
        return
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:  # not every ASGI server runs on asyncio
        deliver()
    else:
        loop.run_in_executor(None, quietly, deliver)


async def _send_after_flushing(intake: Intake, send: Send, message: Message) -> None:
    """Send a message of the lifespan; before the last one, the counts: a server may end its workers by a signal."""
    if message["type"].startswith("lifespan.shutdown."):
        await asyncio.to_thread(quietly, intake.flush)
    await send(message)


class _Answer:
    """Watches what an application sends: its status, and the end of its body. Adds the id of what models answered."""

    def __init__(self, held: RequestScope, identifying: Identifying, send: Send) -> None:
        self._held = held
        self._identifying = identifying
        self._send = send
        self.error_type: str | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            quietly(self._identifying.say, message, self._held)
        await self._send(message)
        if message["type"] == "http.response.start" and message["status"] >= 500:
            self.error_type = str(message["status"])
        elif message["type"] == "http.response.body" and not message.get("more_body", False) and not self.error_type:
            # a server error waits for the exception that follows it, which names it better than its status
            quietly(hand_over, self._held, self._held.deliver)
