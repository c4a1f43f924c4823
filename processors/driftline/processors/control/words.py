"""What the pages say more than once: whose finding it is, and its state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from driftline.processors.control.drawing import level_bar
from driftline.processors.control.markup import Markup, element

Json = Mapping[str, Any]


def whose(finding: Json) -> list[str]:
    """What tells it from the model's others: version, variant, environment, segment."""
    version = [f"version {finding['version']}"] if finding.get("version") else []
    known = [finding[each] for each in ("variant", "environment") if finding.get(each)]
    return [*version, *known, *pairs(finding.get("segment") or {})]


def pairs(segment: Mapping[str, str]) -> list[str]:
    """A segment's attributes with their values.

    >>> pairs({"region": "eu", "channel": "web"})
    ['region=eu', 'channel=web']
    """
    return [f"{name}={value}" for name, value in segment.items()]


def headline(title: str, finding: Json) -> Markup:
    """A title, the state and the level beside it."""
    level = finding.get("level")
    return element(
        "div",
        element("h2", title),
        element("span", finding["status"].replace("_", " "), class_=f"state {finding['status']}"),
        None if level is None else element("span", f"{level:.2f}", class_="number"),
        level_bar(level),
        class_="top",
    )


def prose(text: str) -> Markup:
    """A sentence; what stands between backticks is a name.

    >>> prose("`age` < 3")
    '<p><code>age</code> &lt; 3</p>'
    """
    parts = text.split("`")
    return element("p", *(element("code", part) if at % 2 else part for at, part in enumerate(parts)))
