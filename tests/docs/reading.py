"""Markdown files, as far as tests ask about them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
RUNBOOKS = sorted((DOCS / "runbooks").glob("*.md"))
_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of a language."""
    return [found[2].strip() for found in _FENCE.finditer(text) if found[1] == language]


def links(text: str) -> list[str]:
    """Where the links lead that are not in a fenced block."""
    return _LINK.findall(_FENCE.sub("", text))


def headings(text: str) -> list[str]:
    """Every heading, without its marks."""
    return [line.lstrip("#").strip() for line in _FENCE.sub("", text).splitlines() if line.startswith("#")]


def anchor(heading: str) -> str:
    """The fragment that leads to a heading, as forges make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
