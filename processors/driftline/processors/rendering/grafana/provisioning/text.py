"""Values as the YAML of a provisioning file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from driftline.processors.rendering.written import MARK


class _Dumper(yaml.CSafeDumper):
    """Writes text of several lines as a block, so that an expression can be read."""


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def file_text(body: Mapping[str, Any], *notes: str) -> str:
    """A file of `body`; notes become comments at its head.

    >>> print(file_text({"groups": [{"expr": "a\\nor\\nb"}]}, "Why."), end="")
    # Written by `driftline render`; change the monitor, not this file.
    # Why.
    apiVersion: 1
    groups:
    - expr: |-
        a
        or
        b
    """
    head = [MARK, *(f"# {line}" for line in _lines(notes))]
    return "\n".join(head) + "\n" + plain_text({"apiVersion": 1, **body})


def plain_text(body: Mapping[str, Any]) -> str:
    """The same without a head, for any YAML of ours."""
    return yaml.dump(dict(body), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000)


def literally(text: str) -> str:
    """A text in which Grafana looks for no variable of its environment. For names and labels, not for annotations.

    >>> literally("a $HOME")
    'a $$HOME'
    """
    return text.replace("$", "$$")


def _lines(notes: Iterable[str]) -> list[str]:
    return [line for note in notes for line in note.splitlines()]
