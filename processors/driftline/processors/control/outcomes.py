"""`/v1/outcomes`: what proved true, told by whoever knows: one object, a list of them, or JSON lines."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any, Protocol

from pydantic import Field, ValidationError, model_validator
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from driftline.processors.categories import category_text
from driftline.processors.control.asking import RefusedError, refusal, refuse_pages
from driftline.processors.control.models import time_of
from driftline.processors.documents import Entry
from driftline.processors.documents.moments import moment
from driftline.processors.findings import Figure, Performance
from driftline.processors.outcomes import OutcomesError, Proved, Result

MOST_BYTES = 16 << 20
_LINES = frozenset({"application/x-ndjson", "application/jsonl", "application/x-jsonlines"})
_NAMED = 10  # of the outcomes that were refused


class Takes(Protocol):
    """What is needed of the join."""

    def prove(self, records: Sequence[Proved], now_ns: int) -> Counter[Result]: ...


class Outcome(Entry):
    """What proved true for one prediction."""

    id: str | int
    """The prediction's id."""
    label: str | bool | int | float | None = None
    """The class that proved true."""
    value: float | None = None
    """The number that proved true, of a regression."""
    model: str = Field(default="")
    """Whose prediction it was; absent: of every model that predicted under the id."""
    time: str | None = None
    """When it was known, RFC 3339; absent: now. Of two outcomes for one id the later one counts."""

    @model_validator(mode="after")
    def _exactly_one(self) -> Outcome:
        if (self.label is None) is (self.value is None):
            raise ValueError("needs either `label`, the class that proved true, or `value`, the number")
        return self

    def proved(self, now_ns: int) -> Proved:
        """As the join takes it. Raises RefusedError: its time is none."""
        known = category_text(self.value if self.label is None else self.label) or ""
        time_ns = now_ns if self.time is None else time_of(self.time)
        return Proved(str(self.id), known, time_ns, self.model, numeric=self.label is None)


def outcome_routes(
    outcomes: Takes, history: Callable[[str], Sequence[Performance]], clock_ns: Callable[[], int]
) -> list[Route]:
    """POST takes outcomes and answers how many met what; the ones that cannot be read are named, the others count.
    GET of a model's `performance` shows every cohort of its `history`, the oldest first.
    """

    def take(body: bytes, *, lines: bool) -> Response:
        now_ns = clock_ns()
        taken: list[Proved] = []
        wrong: list[dict[str, Any]] = []
        given, read = _lines(body) if lines else _listed(body)
        for number, one in enumerate(given, 1):
            try:
                taken.append(read(one).proved(now_ns))
            except (ValidationError, RefusedError) as error:
                wrong.append({"outcome": number, "error": _said(error)})
        done = outcomes.prove(taken, now_ns)
        results = {str(result): count for result, count in done.items()}
        shown = {"received": len(taken) + len(wrong), "results": results, "errors": len(wrong), "named": wrong[:_NAMED]}
        return JSONResponse(shown, 400 if wrong and not taken else 200)

    async def post(request: Request) -> Response:
        try:
            kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
            refuse_pages(request, {"application/json", *_LINES})
            body = await _read(request)
            return await run_in_threadpool(take, body, lines=kind in _LINES)
        except RefusedError as error:
            return refusal(error)
        except OutcomesError as error:
            return JSONResponse({"error": str(error)}, 503, {"Retry-After": "5"})

    async def performance(request: Request) -> Response:
        name = request.path_params["name"]
        found = await run_in_threadpool(history, name)
        return JSONResponse({"model": name, "cohorts": [_shown(each) for each in found]})

    return [
        Route("/v1/outcomes", post, methods=["POST"]),
        Route("/v1/models/{name:path}/performance", performance, methods=["GET"]),
    ]


def _shown(each: Performance) -> dict[str, Any]:
    """A cohort as JSON; what is not known is left out."""
    identity = each.identity
    known: dict[str, Any] = {
        "version": identity.version,
        "variant": identity.variant,
        "environment": identity.environment,
        "segment": dict(identity.segment) or None,
        "start": moment(each.window.start_ns),
        "end": moment(each.window.end_ns),
        "kind": each.kind,
        "task": each.task or None,
        "predictions": each.window.observations,
        "outcomes": each.outcomes,
        "coverage": each.coverage,
        "outcome_age_seconds": each.outcome_age_seconds,
        "figures": [_figure(figure) for figure in each.figures],
        "why": each.why,
    }
    return {name: value for name, value in known.items() if value is not None}


def _figure(figure: Figure) -> dict[str, Any]:
    return {name: value for name, value in asdict(figure).items() if value is not None}


async def _read(request: Request) -> bytes:
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > MOST_BYTES:
            raise RefusedError(413, f"send at most {MOST_BYTES} bytes: make several requests of it")
    return bytes(content)


def _lines(body: bytes) -> tuple[list[bytes], Callable[[bytes], Outcome]]:
    """The outcomes of JSON lines, and what reads one."""
    return [line for line in body.splitlines() if line.strip()], Outcome.model_validate_json


def _listed(body: bytes) -> tuple[list[Any], Callable[[Any], Outcome]]:
    """The outcomes of one JSON text, and what reads one."""
    try:
        read = json.loads(body)
    except ValueError as error:
        raise RefusedError(400, f"the body is not JSON ({error}): send an object, a list, or JSON lines") from error
    return read if isinstance(read, list) else [read], Outcome.model_validate


def _said(error: ValidationError | RefusedError) -> str:
    if isinstance(error, RefusedError):
        return str(error)
    first = error.errors(include_url=False)[0]
    where = ".".join(map(str, first["loc"]))
    return f"{where}: {first['msg']}" if where else str(first["msg"])
