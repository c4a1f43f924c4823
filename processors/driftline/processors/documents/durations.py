"""Durations as people write them: `250ms`, `30s`, `5m`, `12h`, `30d`."""

from __future__ import annotations

import re

_UNITS = {"ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9, "d": 86400 * 10**9, "w": 7 * 86400 * 10**9}
_FORM = re.compile(r"([0-9]{1,9})(ms|s|m|h|d|w)")
PATTERN = f"^{_FORM.pattern}$"


def parse_duration(text: str) -> int:
    """Nanoseconds of a duration, above 0. Raises ValueError, saying what to write, on anything else.

    >>> parse_duration("250ms"), parse_duration("5m")
    (250000000, 300000000000)
    """
    match = _FORM.fullmatch(text.strip())
    if match is None or not int(match[1]):
        raise ValueError(
            f"{text!r} is not a duration: write a whole number and a unit, such as 250ms, 30s, 5m, 12h, 30d"
        )
    return int(match[1]) * _UNITS[match[2]]


def write_duration(nanoseconds: int) -> str:
    """The shortest whole text of a duration; what is below a millisecond is dropped.

    >>> write_duration(parse_duration("90s")), write_duration(parse_duration("24h"))
    ('90s', '1d')
    """
    largest = next((unit for unit, size in reversed(_UNITS.items()) if unit != "w" and nanoseconds % size == 0), "ms")
    return f"{nanoseconds // _UNITS[largest]}{largest}"
