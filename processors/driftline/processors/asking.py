"""One HTTP request to a destination of findings; what goes wrong is an ExportError that says when to come back."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import httpx
from opentelemetry.instrumentation.utils import suppress_instrumentation

from driftline.processors.pipeline import ExportError

_SAID: Final = 300
"""How much of a refusal is repeated."""


def ask(
    client: httpx.Client,
    method: str,
    url: str,
    *,
    unheard: str,
    refused: str,
    token: str | None = None,
    token_file: Path | None = None,
    **content: Any,
) -> httpx.Response:
    """The answer, which is no error.

    Args:
        client: keeps connections, and headers of every request.
        method: of HTTP.
        url: whole.
        unheard: how the message begins when nobody answers: `no Grafana answers at`.
        refused: what the address did when it answers with an error: `refused alerts`.
        token: a bearer token; None: none is sent.
        token_file: a file that holds one, read now so that it may change; goes before `token`.
        content: `json`, `params`, `content` and `timeout`, as httpx takes them.

    Raises:
        ExportError: nobody answered, or it was refused; with the seconds of a Retry-After.
    """
    try:
        with suppress_instrumentation():  # our own requests are not the host's telemetry
            answer = client.request(method, url, headers=_bearer(token, token_file), **content)
    except (httpx.HTTPError, OSError) as error:
        raise ExportError(f"{unheard} {url}: {str(error) or type(error).__name__}") from error
    if answer.is_error:
        said = f"{answer.status_code} {answer.text[:_SAID].strip()}"
        raise ExportError(f"{url} {refused}: {said}", retry_after=_seconds(answer))
    return answer


def _bearer(token: str | None, token_file: Path | None) -> dict[str, str]:
    found = token_file.read_text(encoding="utf-8").strip() if token_file else token
    return {} if found is None else {"Authorization": f"Bearer {found}"}


def _seconds(answer: httpx.Response) -> float | None:
    said = answer.headers.get("Retry-After", "")
    return float(said) if said.isdigit() else None
