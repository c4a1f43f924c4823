"""What the routes of the control API share: who may change something, how requests are read and refusals worded."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from ipaddress import ip_address
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from driftline.processors.documents import Entry
from driftline.processors.pipeline.actions import ActionError, UnknownModelError

Body = TypeVar("Body", bound=Entry)
MOST_BYTES = 64 * 1024


class RefusedError(ValueError):
    """A request that is not answered; `status` is HTTP's."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


async def change(request: Request, shape: type[Body], do: Callable[[str, Body], Any]) -> Response:
    """Read a request that changes something, do it on a worker thread, answer with what came of it.

    A page in a browser cannot get here: its requests carry an `Origin` that is not this port, or no JSON.
    """
    try:
        refuse_pages(request, {"application/json"})
        body = await _read(request, shape)
        return JSONResponse(await run_in_threadpool(do, request.path_params["name"], body))
    except (RefusedError, ActionError) as error:
        return refusal(error)


async def show(request: Request, found: Callable[[str], Any]) -> Response:
    """Answer a request that changes nothing."""
    try:
        return JSONResponse(await run_in_threadpool(found, request.path_params["name"]))
    except ActionError as error:
        return refusal(error)


def refusal(error: RefusedError | ActionError) -> Response:
    """What is wrong and what to do, as JSON: 404 for a model nobody knows, 409 for what cannot be done now."""
    status = error.status if isinstance(error, RefusedError) else 404 if isinstance(error, UnknownModelError) else 409
    return JSONResponse({"error": str(error)}, status)


def refuse_pages(request: Request, kinds: Collection[str]) -> None:
    """Refuse what a page of somebody else's, open in a browser on this machine, could send.

    Raises:
        RefusedError: the content is of none of these kinds, or the request comes from such a page.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in kinds:
        raise RefusedError(415, f"send `Content-Type: {' or '.join(sorted(kinds))}`")
    origin = request.headers.get("origin")
    if origin is None:
        return
    if urlsplit(origin).netloc != request.headers.get("host") or not _is_loopback(urlsplit(origin).hostname):
        raise RefusedError(403, f"a page of {origin} may change nothing here: use the `driftline` command")


def _is_loopback(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False


async def _read(request: Request, shape: type[Body]) -> Body:
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > MOST_BYTES:
            raise RefusedError(413, f"send at most {MOST_BYTES} bytes")
    try:
        return shape.model_validate(json.loads(bytes(content)))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the body"
        raise RefusedError(400, f"{where}: {first['msg']}; known: {', '.join(_keys(shape))}") from error
    except ValueError as error:
        raise RefusedError(400, f"the body is not JSON ({error}): send an object") from error


def _keys(shape: type[Entry]) -> list[str]:
    return [field.alias or name for name, field in shape.model_fields.items()]
