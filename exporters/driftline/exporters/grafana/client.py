"""Grafana's HTTP API, as much of it as is needed here.

Source: Grafana documentation, "HTTP API: Annotations" and "Set up Grafana Live: Data streaming from Telegraf".
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

import httpx
from opentelemetry.instrumentation.utils import suppress_instrumentation

from driftline.processors.pipeline import ExportError

_SAID = 300
"""How much of a refusal is repeated."""


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
        url = f"{self._base}{path}"
        try:
            with suppress_instrumentation():  # our own requests are not the host's telemetry
                answer = self._client.request(method, url, headers=self._headers(), timeout=timeout, **content)
        except (httpx.HTTPError, OSError) as error:
            raise ExportError(f"no Grafana answers at {url}: {str(error) or type(error).__name__}") from error
        if answer.is_error:
            said = f"{answer.status_code} {answer.text[:_SAID].strip()}"
            raise ExportError(f"{url} refused: {said}", retry_after=_seconds(answer))
        return answer.json() if answer.content else None

    def _headers(self) -> dict[str, str]:
        token = self._token_file.read_text(encoding="utf-8").strip() if self._token_file else self._token
        return {} if token is None else {"Authorization": f"Bearer {token}"}


def _seconds(answer: httpx.Response) -> float | None:
    said = answer.headers.get("Retry-After", "")
    return float(said) if said.isdigit() else None
