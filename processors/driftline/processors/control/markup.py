"""HTML and SVG without a template: text is escaped unless it is markup already, so nothing sent can become any."""

from __future__ import annotations

from html import escape


class Markup(str):
    """Text that is markup: put into an element as it is."""

    __slots__ = ()


_EMPTY = frozenset({"meta", "link", "rect", "line"})


def element(name: str, /, *children: str | None, **attributes: str | float | None) -> Markup:
    """One element. Children that are None are left out, and so are attributes; an attribute's `_` is a `-`.

    >>> element("p", "a < b", element("b", "&"), class_="why", data_n=1.5)
    '<p class="why" data-n="1.5">a &lt; b<b>&amp;</b></p>'
    >>> element("meta", charset="utf-8")
    '<meta charset="utf-8">'
    """
    named = "".join(
        f' {key.strip("_").replace("_", "-")}="{escape(_text(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _EMPTY and not children:
        return Markup(f"<{name}{named}>" if name in {"meta", "link"} else f"<{name}{named}/>")
    inner = "".join(child if isinstance(child, Markup) else escape(child) for child in children if child is not None)
    return Markup(f"<{name}{named}>{inner}</{name}>")


def together(*parts: Markup | None) -> Markup:
    """Several elements, one after another."""
    return Markup("".join(part for part in parts if part is not None))


def _text(value: str | float) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
