"""What a person sees in a browser: every model with its state and sentence, and of one model everything."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from driftline.processors.control.beside import Present
from driftline.processors.control.details import details
from driftline.processors.control.markup import Markup, element
from driftline.processors.control.models import Tells
from driftline.processors.control.words import headline, prose, whose
from driftline.processors.pipeline.actions import UnknownModelError

REFRESH_SECONDS = 10


def page_routes(board: Tells, present: Present) -> list[Route]:
    """`/`: all models; `/models/{name}`: one of them. Pages without a script, which nothing may be loaded into."""

    async def index(_: Request) -> Response:
        return _answer("Driftline", _index(await run_in_threadpool(board.models)))

    async def model(request: Request) -> Response:
        name = request.path_params["name"]
        try:
            found = await run_in_threadpool(board.explain, name)
            alarms = (await run_in_threadpool(board.model, name))["alarms"]
            beside_of = await run_in_threadpool(present.of, name)
        except UnknownModelError as error:
            return _answer("Driftline", [_header("Driftline"), element("p", str(error))], 404)
        return _answer(f"{name} - Driftline", [_header(name), *details(found, alarms, beside_of)])

    return [Route("/", index, methods=["GET"]), Route("/models/{name:path}", model, methods=["GET"])]


def _index(models: Sequence[Mapping[str, Any]]) -> list[Markup]:
    drifting = sum(each["status"] == "drift" for each in models)
    said = f"{len(models)} watched, {drifting} in drift" if models else "no model has reported yet"
    return [_header("Driftline", said), *(_card(each) for each in sorted(models, key=_order))]


def _order(model: Mapping[str, Any]) -> tuple[Any, ...]:
    """Names together, the whole traffic before its segments."""
    known = (model.get(each) or "" for each in ("version", "variant", "environment"))
    return model["model"], *known, sorted((model.get("segment") or {}).items())


def _card(model: Mapping[str, Any]) -> Markup:
    name = element("a", " · ".join([model["model"], *whose(model)]), href=f"/models/{quote(model['model'], safe='')}")
    since = element("p", f"since {model['since']}", class_="since")
    kind = "card part" if model.get("segment") else "card"
    return element("section", headline(name, model), prose(model["why"]), since, class_=kind)


def _header(title: str, said: str = "") -> Markup:
    home = None if title == "Driftline" else element("a", "all models", href="/")
    return element("header", element("h1", title), element("span", said, class_="faint") if said else None, home)


def _answer(title: str, body: Sequence[Markup], status: int = 200) -> Response:
    style, allowed = _style()
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", http_equiv="refresh", content=str(REFRESH_SECONDS)),
        element("title", title),
        element("style", style),
    )
    page = element("html", head, element("body", *body), lang="en")
    policy = f"default-src 'none'; style-src '{allowed}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    headers = {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }
    return HTMLResponse(f"<!doctype html>{page}", status, headers)


@cache
def _style() -> tuple[Markup, str]:
    """The style sheet, and its hash, which is the only style the page may have."""
    text = files("driftline.processors.control").joinpath("page.css").read_text(encoding="utf-8")
    return Markup(text), f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
