"""Alertmanager's API, as much of it as is needed here.

Source: Alertmanager, `api/v2/openapi.yaml`, `POST /api/v2/alerts`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import httpx

from driftline.processors.asking import ask

Alerts = Sequence[Mapping[str, Any]]


class Sends(Protocol):
    """Puts alerts to one peer's API, within so many seconds; raises ExportError when they were not taken."""

    def __call__(self, alerts: Alerts, timeout: float) -> None: ...


class Client:
    """Puts alerts to one peer, each time over a new connection: one kept since the last alarm may be dead by now."""

    def __init__(self, endpoint: str, *, headers: Mapping[str, str], token_file: Path | None) -> None:
        self._url = f"{endpoint.rstrip('/')}/api/v2/alerts"
        self._token_file = token_file
        self._client = httpx.Client(headers=dict(headers), limits=httpx.Limits(max_keepalive_connections=0))

    def __call__(self, alerts: Alerts, timeout: float) -> None:
        """Post them. Raises ExportError."""
        ask(
            self._client,
            "POST",
            self._url,
            unheard="no Alertmanager took alerts at",
            refused="refused alerts",
            token_file=self._token_file,
            json=alerts,
            timeout=timeout,
        )
