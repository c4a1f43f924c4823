"""The drawings of the page, as SVG: a level against its limit, and a field's two distributions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from driftline.processors.control.markup import Markup, element, together

_WIDTH, _HEIGHT = 120.0, 10.0
_ROW, _LABEL, _BAR, _SHARE = 20.0, 120.0, 220.0, 56.0
_LONGEST = 18
"""Letters of a label that fit."""


def level_bar(level: float | None) -> Markup | None:
    """A level against its limit, which is the line in the middle; full from twice the limit on. None without one."""
    if level is None:
        return None
    filled = min(level, 2.0) / 2.0 * _WIDTH
    return element(
        "svg",
        element("title", f"level {level:.2f}: the limit is 1"),
        element("rect", class_="track", width=_WIDTH, height=_HEIGHT, rx=2.0),
        element("rect", class_="over" if level > 1 else "under", width=filled, height=_HEIGHT, rx=2.0),
        element("line", class_="limit", x1=_WIDTH / 2, x2=_WIDTH / 2, y1=0.0, y2=_HEIGHT),
        class_="level",
        viewBox=f"0 0 {_WIDTH:g} {_HEIGHT:g}",
        role="img",
    )


def distributions(moved: Sequence[Mapping[str, Any]]) -> Markup:
    """A field's bins, each with its share of the reference above that of the window."""
    widest = max((max(each["reference"], each["current"]) for each in moved), default=0.0) or 1.0
    height = _ROW * len(moved)
    return element(
        "svg",
        element("title", "share of the reference above, of the window below"),
        *(_bin(each, at * _ROW, widest) for at, each in enumerate(moved)),
        class_="bins",
        viewBox=f"0 0 {_LABEL + _BAR + _SHARE + 8:g} {height:g}",
        role="img",
    )


def _bin(each: Mapping[str, Any], top: float, widest: float) -> Markup:
    reference, current = each["reference"], each["current"]
    label = str(each["label"])
    shown = label if len(label) <= _LONGEST else label[: _LONGEST - 1] + "…"
    return element(
        "g",
        element("title", f"{label}: {reference:.2%} of the reference, {current:.2%} of the window"),
        element("text", shown, x=_LABEL - 8, y=top + 13, text_anchor="end"),
        together(
            element("rect", class_="was", x=_LABEL, y=top + 2, width=reference / widest * _BAR, height=7.0),
            element("rect", class_="is", x=_LABEL, y=top + 10, width=current / widest * _BAR, height=7.0),
        ),
        element(
            "text",
            f"{current - reference:+.1%}",
            class_="change",
            x=_LABEL + _BAR + _SHARE,
            y=top + 13,
            text_anchor="end",
        ),
    )
