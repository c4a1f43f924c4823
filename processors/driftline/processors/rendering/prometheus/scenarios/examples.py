"""Labels that a series has so that a monitor's rules, with the reader's own matchers, find it."""

from __future__ import annotations

import re
from typing import Final

from driftline.processors.rendering.selector import matchers

_WORD: Final = re.compile(r"[\w./:-]+")


def example_labels(selector: str) -> dict[str, str] | None:
    """Labels that meet matchers; None where that cannot be said without knowing the reader's series.

    Of a regular expression of plain words the first word is taken.

    >>> example_labels('job="driftline",cluster=~"eu|us",team!="x"')
    {'job': 'driftline', 'cluster': 'eu'}
    >>> example_labels('job=~".+"') is None
    True
    """
    found: dict[str, str] = {}
    for label, sign, text in matchers(selector):
        words = text.split("|")
        if sign == "=~" and not all(_WORD.fullmatch(word) for word in words):
            return None
        if sign in {"=", "=~"}:
            found[label] = text if sign == "=" else words[0]
    return found
