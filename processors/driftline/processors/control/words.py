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
        state(finding["status"]),
        None if level is None else element("span", f"{level:.2f}", class_="number"),
        level_bar(level),
        class_="top",
    )


def pill(said: str, state: str) -> Markup:
    """A state in a frame of its colour.

    >>> pill("no data", "no_data")
    '<span class="state no_data">no data</span>'
    """
    return element("span", said, class_=f"state {state}")


def state(status: str) -> Markup:
    """A status in words, in a frame of its colour."""
    return pill(status.replace("_", " "), status)


def card(title: str, verdict: Markup | None, said: str, *more: Markup | None) -> Markup:
    """A title with a verdict beside it, a sentence, and what shows it."""
    top = element("div", element("h2", title), verdict, class_="top")
    return element("section", top, prose(said), *more, class_="card")


def keys(*names: str, shown: Mapping[str, str] | None = None) -> Markup:
    """What the colours of a drawing mean, by their class; `shown` where that is no word for people."""
    parts = (part for name in names for part in (element("span", class_=f"key {name}"), (shown or {}).get(name, name)))
    return element("span", *parts, class_="faint")


def prose(text: str) -> Markup:
    """A sentence; what stands between backticks is a name.

    >>> prose("`age` < 3")
    '<p><code>age</code> &lt; 3</p>'
    """
    parts = text.split("`")
    return element("p", *(element("code", part) if at % 2 else part for at, part in enumerate(parts)))
