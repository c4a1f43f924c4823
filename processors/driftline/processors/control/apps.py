"""ASGI applications of the control port and of the Prometheus port."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from driftline.processors.control.probe import Probe

Scrape = Callable[[str, str], tuple[bytes, Mapping[str, str]]]
"""From the request's Accept and Accept-Encoding headers to the body and headers of the answer."""

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Driftline</title>
<style>body{font:16px/1.5 system-ui;max-width:42rem;margin:4rem auto;padding:0 1rem;color:#1d2733}</style>
<h1>Driftline</h1><p>The processor is running. Point Prometheus at <a href="/metrics">/metrics</a>.</p>
<p>Probes: <a href="/healthz">/healthz</a>, <a href="/readyz">/readyz</a>.</p></html>"""


def control_app(probe: Probe, *routes: Route) -> Starlette:
    """The control port: probes, answered without a token, and the routes that others bring."""
    return Starlette(routes=[*_probes(probe), *routes])


def metrics_app(probe: Probe, scrape: Scrape) -> Starlette:
    """The Prometheus port: `/metrics` and the probes, answered without a token.

    A scrape is worded on a worker thread, so that a large one does not hold up the receiver's event loop.
    """

    async def metrics(request: Request) -> Response:
        accept, encoding = request.headers.get("accept", ""), request.headers.get("accept-encoding", "")
        body, headers = await run_in_threadpool(scrape, accept, encoding)
        return Response(body, headers=dict(headers))

    async def page(_: Request) -> Response:
        return HTMLResponse(_PAGE)

    return Starlette(routes=[Route("/", page), Route("/metrics", metrics), *_probes(probe)])


def _probes(probe: Probe) -> list[Route]:
    async def healthz(_: Request) -> Response:
        return _answer(good=probe.alive, otherwise="the looks have stopped: see the log for the last error")

    async def readyz(_: Request) -> Response:
        return _answer(good=probe.ready, otherwise="starting: not everything listens yet")

    return [Route("/healthz", healthz), Route("/readyz", readyz)]


def _answer(*, good: bool, otherwise: str) -> Response:
    return JSONResponse(
        {"status": "ok"} if good else {"status": "unavailable", "reason": otherwise}, 200 if good else 503
    )
