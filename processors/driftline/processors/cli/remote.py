"""Commands that talk to a running processor: where it is, and how to ask it."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import quote

import typer

from driftline.processors.cli.reading import CouldNot

DEFAULT = "127.0.0.1:8088"
Control = Annotated[
    str,
    typer.Option(envvar="DRIFTLINE_CONTROL", metavar="HOST:PORT", help="The control port of a running processor."),
]
"""The option of every such command; its default is `DEFAULT`."""
By = Annotated[str | None, typer.Option(metavar="NAME", help="Who wants it. Default: the user of this machine.")]


def ask(control: str, method: str, model: str, noun: str, body: dict[str, Any] | None = None) -> Any:
    """What a running processor answers for a model.

    Args:
        control: its HOST:PORT.
        method: of HTTP.
        model: the model's name, as it is.
        noun: what of the model, the last part of the path; empty for the model itself.
        body: an object; entries that are None are left out.

    Raises:
        CouldNot: nobody answers there, or the processor refuses; with its reason, exit code 2.
    """
    said = {name: value for name, value in (body or {}).items() if value is not None}
    path = f"/v1/models/{quote(model, safe='')}/{noun}".rstrip("/")
    return _answer(control, method, path, json=said if body is not None else None)


def post_lines(control: str, path: str, lines: Sequence[str]) -> Any:
    """What a running processor answers to JSON lines. Raises CouldNot as `ask` does."""
    content = "\n".join(lines).encode()
    return _answer(control, "POST", path, content=content, headers={"Content-Type": "application/x-ndjson"})


def _answer(control: str, method: str, path: str, **body: Any) -> Any:
    import httpx

    try:
        answer = httpx.request(method, f"http://{control}{path}", timeout=30, trust_env=False, **body)
        content = answer.json()
    except httpx.HTTPError as error:
        hint = "start it with `driftline run`, or say where it is with --control HOST:PORT"
        raise CouldNot(f"no processor answers at {control} ({error}): {hint}") from error
    except ValueError as error:
        raise CouldNot(f"{control} is not the control port of a processor: it is the one of `--control`") from error
    if answer.is_error:
        raise CouldNot(str(content.get("error", content)))
    return content


def person(given: str | None) -> str:
    """Who acts: the name given, else the user's."""
    if given:
        return given
    try:
        return getpass.getuser()
    except (OSError, KeyError) as error:
        raise CouldNot("this machine's user has no name: give one with --by NAME") from error
