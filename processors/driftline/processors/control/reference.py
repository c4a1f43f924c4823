"""`/v1/models/{name}/reference`: what a model is compared with, and making its present windows that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from driftline.processors.control.asking import change, show
from driftline.processors.documents import Entry, Text
from driftline.processors.documents.moments import moment
from driftline.processors.pipeline.desk import Accepted, InForce


class Accepts(Protocol):
    """What is needed of the pipeline's desk."""

    def accept(self, model: str, field: str | None, *, by: str, reason: str, now_ns: int) -> Accepted: ...
    def reset(self, model: str, field: str | None, *, by: str, reason: str, now_ns: int) -> int: ...
    def in_force(self, model: str, now_ns: int) -> Sequence[InForce]: ...


class Said(Entry):
    """Who wants it, why, and of which field; without one: of all."""

    field: Text | None = None
    by: Text
    reason: str = ""


def reference_routes(desk: Accepts, clock_ns: Callable[[], int]) -> list[Route]:
    """GET shows what each field is compared with, POST accepts the present windows, DELETE takes that back."""

    def accept(model: str, said: Said) -> dict[str, Any]:
        done = desk.accept(model, said.field, by=said.by, reason=said.reason, now_ns=clock_ns())
        shown = {"fields": dict(done.fields), "restarted": list(done.restarted)}
        return {"model": model, **shown, "by": done.by, "reason": done.reason, "at": moment(done.at_ns)}

    def reset(model: str, said: Said) -> dict[str, Any]:
        windows = desk.reset(model, said.field, by=said.by, reason=said.reason, now_ns=clock_ns())
        return {"model": model, "field": said.field, "windows": windows}

    async def post(request: Request) -> Response:
        return await change(request, Said, accept)

    async def delete(request: Request) -> Response:
        return await change(request, Said, reset)

    async def get(request: Request) -> Response:
        return await show(
            request, lambda model: {"fields": [_shown(each) for each in desk.in_force(model, clock_ns())]}
        )

    path = "/v1/models/{name:path}/reference"
    return [
        Route(path, get, methods=["GET"]),
        Route(path, post, methods=["POST"]),
        Route(path, delete, methods=["DELETE"]),
    ]


def _shown(each: InForce) -> dict[str, Any]:
    identity = each.identity
    shown: dict[str, Any] = {
        "field": each.field,
        "version": identity.version,
        "variant": identity.variant,
        "environment": identity.environment,
        "segment": dict(identity.segment),
        "reference": None,
    }
    if (reference := each.reference) is not None:
        shown["reference"] = {
            "id": reference.id,
            "kind": reference.kind,
            "observations": reference.observations,
            "age_seconds": reference.age_seconds,
        }
        if reference.accepted_ns is not None:
            accepted = {"by": reference.accepted_by, "at": moment(reference.accepted_ns), "reason": reference.reason}
            shown["reference"]["accepted"] = accepted
    return shown
