"""JSON a person can read: indented, but a list of numbers or an object of few plain values on one line."""

from __future__ import annotations

import json
from typing import Any

_SHORT = 4  # entries of an object that still read well on one line


def readable(value: Any) -> str:
    """The text, ending in a newline.

    >>> print(readable({"model": {"name": "credit"}, "counts": [1, 2], "fields": [{"a": [1], "b": {}}]}), end="")
    {
      "model": {"name": "credit"},
      "counts": [1, 2],
      "fields": [
        {
          "a": [1],
          "b": {}
        }
      ]
    }
    """
    return _text(value, "") + "\n"


def _text(value: Any, indent: str) -> str:
    if _on_one_line(value):
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    inner = indent + "  "
    if isinstance(value, dict):
        lines = [f"{inner}{json.dumps(key, ensure_ascii=False)}: {_text(item, inner)}" for key, item in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    return "[\n" + ",\n".join(inner + _text(item, inner) for item in value) + f"\n{indent}]"


def _on_one_line(value: Any) -> bool:
    if isinstance(value, dict):
        return len(value) <= _SHORT and not any(isinstance(item, dict | list) for item in value.values())
    return not isinstance(value, list) or not any(isinstance(item, dict | list) for item in value)
