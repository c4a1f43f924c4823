"""Grafana's HTTP API, as much of it as is needed here.

Source: Grafana documentation, "HTTP API: Annotations" and "Set up Grafana Live: Data streaming from Telegraf".
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

import httpx

from driftline.processors.asking import ask


class Client:
    """Asks one Grafana, over a connection that is kept until the end of a `with`, or of the process.

    Args:
        endpoint: base URL: `http://grafana:3000`; where it is served below a path, with it.
        token: of a service account; None: none is sent.
        token_file: a file that holds one, read at each request so that it may change; goes before `token`.
    """

    def __init__(self, endpoint: str, *, token: str | None = None, token_file: Path | None = None) -> None:
        self._base = endpoint.rstrip("/")
        self._token, self._token_file = token, token_file
        self._client = httpx.Client()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def ask(self, method: str, path: str, *, timeout: float, **content: Any) -> Any:
        """The JSON of the answer; None where it has none.

        Args:
            method: of HTTP.
            path: below the base URL.
            timeout: seconds.
            content: `json`, `params` or `content`, as httpx takes them.

        Raises:
            ExportError: nobody answered, or it was refused.
        """
        answer = ask(
            self._client,
            method,
            f"{self._base}{path}",
            unheard="no Grafana answers at",
            refused="refused",
            token=self._token,
            token_file=self._token_file,
            timeout=timeout,
            **content,
        )
        return answer.json() if answer.content else None
