"""Sockets and the thread that serves HTTP on them."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Event, Thread

import uvicorn
from starlette.types import ASGIApp


class CannotListenError(Exception):
    """An address is taken or not ours; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Site:
    """One ASGI application on one bound socket."""

    app: ASGIApp
    socket: socket.socket


def bind(address: str, flag: str) -> socket.socket:
    """A listening socket on HOST:PORT; port 0 picks a free one.

    Raises:
        CannotListenError: the port is taken, or the host is not an address of this machine.
    """
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, int(port)))
    except OSError as error:
        bound.close()
        raise CannotListenError(
            f"cannot listen on {address}: {error.strerror}. "
            f"Give another address with {flag} HOST:PORT (port 0 picks a free one)."
        ) from error
    bound.listen(128)
    return bound


def address_of(bound: socket.socket) -> str:
    """HOST:PORT of a bound socket."""
    host, port = bound.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class HttpThread:
    """Serves every site from one event loop in one daemon thread."""

    def __init__(self, sites: Sequence[Site]) -> None:
        self._servers = [uvicorn.Server(_config(site.app)) for site in sites]
        self._sites = sites
        self._started = Event()
        self._thread = Thread(target=self._run, name="driftline-http", daemon=True)
        self._thread.start()
        self._started.wait()

    def stop(self, timeout_seconds: float) -> None:
        """Let requests in flight end, close the sockets, join the thread."""
        for server in self._servers:
            server.should_exit = True
        self._thread.join(timeout_seconds)

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        serving = [
            asyncio.create_task(server.serve(sockets=[site.socket]))
            for server, site in zip(self._servers, self._sites, strict=True)
        ]
        while not all(server.started or task.done() for server, task in zip(self._servers, serving, strict=True)):
            await asyncio.sleep(0.005)
        self._started.set()
        await asyncio.gather(*serving)


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="off", server_header=False, timeout_graceful_shutdown=2
    )
