"""Alertmanager's API, as much of it as is needed here.

Source: Alertmanager, `api/v2/openapi.yaml`, `POST /api/v2/alerts`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import httpx
from opentelemetry.instrumentation.utils import suppress_instrumentation

from driftline.processors.pipeline import ExportError

Alerts = Sequence[Mapping[str, Any]]


class Sends(Protocol):
    """Puts alerts to one peer's API, within so many seconds; raises ExportError when they were not taken."""

    def __call__(self, alerts: Alerts, timeout: float) -> None: ...


_SAID = 300
"""How much of a refusal is repeated."""


class Client:
    """Puts alerts to one peer, each time over a new connection: one kept since the last alarm may be dead by now."""

    def __init__(self, endpoint: str, *, headers: Mapping[str, str], token_file: Path | None) -> None:
        self._url = f"{endpoint.rstrip('/')}/api/v2/alerts"
        self._client = httpx.Client(
            headers=dict(headers),
            auth=_FileToken(token_file) if token_file else None,
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    def __call__(self, alerts: Alerts, timeout: float) -> None:
        """Post them. Raises ExportError."""
        try:
            with suppress_instrumentation():  # our own requests are not the host's telemetry
                answer = self._client.post(self._url, json=alerts, timeout=timeout)
        except (httpx.HTTPError, OSError) as error:
            reason = str(error) or type(error).__name__
            raise ExportError(f"no Alertmanager took alerts at {self._url}: {reason}") from error
        if answer.is_error:
            said = f"{answer.status_code} {answer.text[:_SAID].strip()}"
            raise ExportError(f"{self._url} refused alerts: {said}", retry_after=_seconds(answer))


class _FileToken(httpx.Auth):
    """A bearer token from a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:  # type: ignore[override]  # never asks
        request.headers["Authorization"] = f"Bearer {self._path.read_text(encoding='utf-8').strip()}"
        yield request


def _seconds(answer: httpx.Response) -> float | None:
    said = answer.headers.get("Retry-After", "")
    return float(said) if said.isdigit() else None
