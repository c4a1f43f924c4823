"""`/v1/models/{name}/mute`: hush a model or a field for a while; `/v1/models/{name}/actions`: who did what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from driftline.processors.control.asking import change, show
from driftline.processors.control.reference import Said
from driftline.processors.documents import Duration, Text
from driftline.processors.documents.moments import moment
from driftline.processors.pipeline.actions import Action
from driftline.processors.pipeline.mutes import Mute


class Hushes(Protocol):
    """What is needed of the pipeline's desk."""

    def mute(self, model: str, field: str | None, until_ns: int, *, by: str, reason: str, now_ns: int) -> Mute: ...
    def unmute(self, model: str, field: str | None, *, by: str, reason: str, now_ns: int) -> int: ...
    def actions(self, model: str) -> Sequence[Action]: ...


class Hush(Said):
    """For how long, and why."""

    length: Duration = Field(alias="for")
    reason: Text


def mute_routes(desk: Hushes, clock_ns: Callable[[], int]) -> list[Route]:
    """POST mutes, DELETE ends it; GET of `actions` lists what people did to the model."""

    def mute(model: str, hush: Hush) -> dict[str, Any]:
        now_ns = clock_ns()
        done = desk.mute(model, hush.field, now_ns + hush.length, by=hush.by, reason=hush.reason, now_ns=now_ns)
        shown = {"until": moment(done.until_ns), "by": done.by, "reason": done.reason}
        return {"model": model, "field": done.field, **shown}

    def unmute(model: str, said: Said) -> dict[str, Any]:
        mutes = desk.unmute(model, said.field, by=said.by, reason=said.reason, now_ns=clock_ns())
        return {"model": model, "field": said.field, "mutes": mutes}

    async def post(request: Request) -> Response:
        return await change(request, Hush, mute)

    async def delete(request: Request) -> Response:
        return await change(request, Said, unmute)

    async def actions(request: Request) -> Response:
        return await show(request, lambda model: {"actions": [_shown(each) for each in desk.actions(model)]})

    path = "/v1/models/{name:path}/mute"
    return [
        Route(path, post, methods=["POST"]),
        Route(path, delete, methods=["DELETE"]),
        Route("/v1/models/{name:path}/actions", actions, methods=["GET"]),
    ]


def _shown(action: Action) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "at": moment(action.time_ns),
        "action": action.action,
        "field": action.field,
        "by": action.by,
        "reason": action.reason,
    }
    return shown if action.until_ns is None else {**shown, "until": moment(action.until_ns)}
