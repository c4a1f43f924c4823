"""`/v1/models`: what was found of every model, why, and the alarms there were. Changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Protocol

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from driftline.processors.control.asking import RefusedError, refusal, show

Json = dict[str, Any]


class Tells(Protocol):
    """What is needed of the pipeline's board."""

    def models(self) -> list[Json]: ...
    def model(self, name: str) -> Json: ...
    def explain(self, name: str, field: str | None = None, at_ns: int | None = None) -> Json: ...


def model_routes(board: Tells) -> list[Route]:
    """GET of all models, of one, and of why. Goes last: a model's name may hold slashes."""

    async def models(_: Request) -> Response:
        return JSONResponse({"models": await run_in_threadpool(board.models)})

    async def model(request: Request) -> Response:
        return await show(request, board.model)

    async def explain(request: Request) -> Response:
        field, at = (request.query_params.get(name) for name in ("field", "at"))
        try:
            at_ns = None if at is None else time_of(at)
        except RefusedError as error:
            return refusal(error)
        return await show(request, lambda name: board.explain(name, field, at_ns))

    return [
        Route("/v1/models", models, methods=["GET"]),
        Route("/v1/models/{name:path}/explain", explain, methods=["GET"]),
        Route("/v1/models/{name:path}", model, methods=["GET"]),
    ]


def time_of(text: str) -> int:
    """Nanoseconds since the epoch of an RFC 3339 time; UTC where it says no zone.

    Raises:
        RefusedError: it is no time.

    >>> time_of("2027-01-15T08:00:00Z"), time_of("2027-01-15 09:00+01:00")
    (1800000000000000000, 1800000000000000000)
    """
    try:
        found = datetime.fromisoformat(text)
        seconds = (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError) as error:
        raise RefusedError(400, f"at: {text!r} is no time: write 2026-11-24T14:03:00Z") from error
    return round(seconds * 1e6) * 1000
