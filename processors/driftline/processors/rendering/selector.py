"""Label matchers as people type them."""

from __future__ import annotations

import json
import re
from typing import Final, NamedTuple

from driftline.processors.rendering.errors import RenderError

_MATCHER: Final = re.compile(
    r"""\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|'([^'\\"]*)')\s*(?:,|$)"""
)


class Matcher(NamedTuple):
    """One matcher: a label, one of `=`, `!=`, `=~`, `!~`, and the text."""

    label: str
    sign: str
    text: str


def matchers(selector: str) -> list[Matcher]:
    """The matchers of a selector, with or without its braces.

    Raises:
        RenderError: it is none; the message says what to write.

    >>> matchers("{job='driftline', cluster=~\\"eu|us\\"}")
    [Matcher(label='job', sign='=', text='driftline'), Matcher(label='cluster', sign='=~', text='eu|us')]
    """
    rest = selector.strip().removeprefix("{").removesuffix("}").strip().removesuffix(",")
    found: list[Matcher] = []
    while rest:
        match = _MATCHER.match(rest)
        if match is None:
            raise RenderError(f'`{rest}` is no label matcher: write label="text", with commas between several')
        found.append(Matcher(match[1], match[2], match[4] if match[3] is None else json.loads(f'"{match[3]}"')))
        rest = rest[match.end() :]
    return found


def written(found: list[Matcher]) -> str:
    """Matchers as PromQL has them, without braces.

    >>> written(matchers("job='driftline'"))
    'job="driftline"'
    """
    return ",".join(f"{each.label}{each.sign}{json.dumps(each.text, ensure_ascii=False)}" for each in found)
