"""What kind of text the categories of a field are: whole numbers that become decimals are another type."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from enum import StrEnum

_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)([eE][+-]?[0-9]+)?")


class TextKind(StrEnum):
    """Each kind's text could be read as the kinds after it."""

    BOOLEAN = "true and false"
    INTEGER = "whole numbers"
    DECIMAL = "decimals"
    TEXT = "text"


def text_kind(category: str) -> TextKind:
    """What a category reads as.

    >>> [text_kind(text).name for text in ("true", "7", "7.0", "1e3", "red", "")]
    ['BOOLEAN', 'INTEGER', 'DECIMAL', 'DECIMAL', 'TEXT', 'TEXT']
    """
    if category in {"true", "false"}:
        return TextKind.BOOLEAN
    if _INTEGER.fullmatch(category):
        return TextKind.INTEGER
    return TextKind.DECIMAL if _DECIMAL.fullmatch(category) else TextKind.TEXT


def of_another_kind(window: Mapping[str, int], reference: Collection[str]) -> tuple[int, TextKind | None]:
    """Observations whose category is of a kind that no category of the reference is of, and the kind of most of them.

    A category that the reference names is never among them; whole numbers pass where the reference holds decimals, and
    anything passes where it holds text.

    >>> of_another_kind({"1": 5, "1.5": 3}, ["1", "2"])
    (3, <TextKind.DECIMAL: 'decimals'>)
    >>> of_another_kind({"7": 3}, ["red", "blue"])
    (0, None)
    """
    fresh = window.keys() - set(reference)
    if not fresh:
        return 0, None
    known = {text_kind(category) for category in reference}
    if not known or TextKind.TEXT in known:
        return 0, None
    if TextKind.DECIMAL in known:
        known.add(TextKind.INTEGER)
    counts: dict[TextKind, int] = {}
    for category in fresh:
        kind = text_kind(category)
        if kind not in known:
            counts[kind] = counts.get(kind, 0) + window[category]
    return sum(counts.values()), max(counts, key=lambda kind: counts[kind], default=None)
