"""Labels that a series has so that a monitor's rules, with the reader's own matchers, find it."""

from __future__ import annotations

import json
import re
from typing import Final

_MATCHER: Final = re.compile(r'\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*")\s*(?:,|$)')
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
    at = 0
    while at < len(selector.rstrip(" ,")):
        match = _MATCHER.match(selector, at)
        if match is None:
            return None
        label, sign, text = match[1], match[2], str(json.loads(match[3]))
        at = match.end()
        if sign == "=":
            found[label] = text
        elif sign == "=~":
            if not all(_WORD.fullmatch(word) for word in text.split("|")):
                return None
            found[label] = text.split("|", maxsplit=1)[0]
    return found
