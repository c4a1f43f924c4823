"""Documents as the YAML of a rendered file. By ourselves, because PyYAML takes ten times as long for a fleet's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from driftline.processors.documents.scalars import scalar
from driftline.processors.rendering.written import MARK


def document_text(document: Mapping[str, Any], notes: Iterable[str] = ()) -> str:
    """A document under our mark; notes become comments below it.

    Args:
        document: of mappings, sequences, text, whole numbers, booleans and None, with text as keys.
        notes: each one line or more.

    Text of several lines is a block, so that an expression can be read; other text is quoted wherever a reader could
    take it for something else.

    Cost: about 4 us a value.

    >>> print(document_text({"groups": [{"expr": "a\\nor\\nb", "for": "5m", "on": True}]}, ["Why."]), end="")
    # Written by `driftline render`; change the monitor, not this file.
    # Why.
    groups:
      - expr: |-
          a
          or
          b
        for: "5m"
        "on": true
    """
    comments = [f"# {line}" for note in notes for line in note.splitlines()]
    return "\n".join([MARK, *comments, *_mapping(document, ""), ""])


def _mapping(values: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, value in values.items():
        lines = _value(value, indent)
        yield f"{indent}{scalar(key)}:{next(lines)}"
        yield from lines


def _sequence(values: Sequence[Any], indent: str) -> Iterator[str]:
    for value in values:
        if isinstance(value, Mapping) and value:
            lines = _mapping(value, f"{indent}  ")
            yield f"{indent}- {next(lines).lstrip()}"
        else:
            lines = _value(value, indent)
            yield f"{indent}-{next(lines)}"
        yield from lines


def _value(value: Any, indent: str) -> Iterator[str]:
    """What stands behind a key, and the lines below it."""
    if isinstance(value, Mapping) and value:
        yield ""
        yield from _mapping(value, f"{indent}  ")
    elif isinstance(value, list | tuple) and value:
        yield ""
        yield from _sequence(value, f"{indent}  ")
    elif isinstance(value, str) and _is_block(value):
        yield " |" if value.endswith("\n") else " |-"
        yield from (f"{indent}  {line}" if line else "" for line in value.removesuffix("\n").split("\n"))
    else:
        yield f" {scalar(value)}"


def _is_block(text: str) -> bool:
    """Of several lines, and none of what a block would change or would need to be told about."""
    if "\n" not in text or text[0] in " \n" or text.endswith("\n\n"):
        return False
    return text.replace("\n", "").isprintable()
