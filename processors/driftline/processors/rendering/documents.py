"""Documents as the YAML of a rendered file."""

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


def document_text(document: Mapping[str, Any], notes: Iterable[str] = ()) -> str:
    """A document under our mark; notes become comments below it.

    Cost: about 10 ms for the eight alerts of one monitor in Grafana's spelling.

    >>> print(document_text({"groups": [{"expr": "a\\nor\\nb"}]}, ["Why."]), end="")
    # Written by `driftline render`; change the monitor, not this file.
    # Why.
    groups:
    - expr: |-
        a
        or
        b
    """
    comments = [f"# {line}" for note in notes for line in note.splitlines()]
    body = yaml.dump(dict(document), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000)
    return "\n".join([MARK, *comments, body])
