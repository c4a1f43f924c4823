"""A figure of merit over time, as SVG: each cohort's value in its interval, what was estimated of it, what is now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from driftline.processors.control.markup import Markup, element
from driftline.processors.documents.moments import moment

_WIDTH, _HEIGHT, _LEFT, _TOP, _FOOT = 404.0, 132.0, 52.0, 8.0, 20.0
_NARROWEST: Final = 6.0
_AIR: Final = 0.1
"""Of the range of values, above and below it."""


class Stretch(NamedTuple):
    """A value over a stretch of time, in nanoseconds, and how it is known: `realized`, `provisional`, `estimated`."""

    start_ns: int
    end_ns: int
    kind: str
    value: float
    lower: float | None
    upper: float | None
    estimated: float | None = None
    """What the estimate says of the very same rows."""


class _Scale(NamedTuple):
    x: Callable[[int], float]
    y: Callable[[float], float]


def over_time(stretches: Sequence[Stretch], limit: float | None = None) -> Markup:
    """At least one stretch, each a line in the band of its interval; `limit` is a line through all."""
    low, high = _range(stretches, limit)
    first, last = min(each.start_ns for each in stretches), max(each.end_ns for each in stretches)
    scale = _Scale(
        lambda time_ns: _LEFT + (time_ns - first) / max(last - first, 1) * (_WIDTH - _LEFT),
        lambda value: _TOP + (high - value) / (high - low) * (_HEIGHT - _TOP - _FOOT),
    )
    return element(
        "svg",
        *_axes((low, high), (first, last)),
        None if limit is None else _level("limit", _LEFT, _WIDTH, scale.y(limit)),
        *(_drawn(each, scale) for each in stretches),
        class_="chart",
        viewBox=f"0 0 {_WIDTH:g} {_HEIGHT:g}",
        role="img",
    )


def _range(stretches: Sequence[Stretch], limit: float | None) -> tuple[float, float]:
    known = [value for each in stretches for value in each[3:] if isinstance(value, float)]
    values = [*known, *([] if limit is None else [limit])]
    air = _AIR * (max(values) - min(values)) or 0.05 * abs(values[0]) or 0.05
    return min(values) - air, max(values) + air


def _axes(values: tuple[float, float], times: tuple[int, int]) -> Iterator[Markup]:
    low, high = values
    yield _text(f"{high:.3g}", _LEFT - 6, _TOP + 8, "end")
    yield _text(f"{low:.3g}", _LEFT - 6, _HEIGHT - _FOOT, "end")
    yield _level("axis", _LEFT, _WIDTH, _HEIGHT - _FOOT)
    yield _text(moment(times[0]), _LEFT, _HEIGHT - 5, "start")
    yield _text(moment(times[1]), _WIDTH, _HEIGHT - 5, "end")


def _drawn(each: Stretch, scale: _Scale) -> Markup:
    right = scale.x(each.end_ns)
    left = min(scale.x(each.start_ns), right - _NARROWEST)
    return element(
        "g",
        element("title", _said(each)),
        _band(each, left, right - 1.0, scale),
        _level(each.kind, left, right - 1.0, scale.y(each.value)),
        *(() if each.estimated is None else _estimate(each.value, each.estimated, left, right - 1.0, scale)),
    )


def _estimate(value: float, estimated: float, left: float, right: float, scale: _Scale) -> Iterator[Markup]:
    """What was estimated of a cohort, and its error: the line from there to the value."""
    middle = (left + right) / 2
    yield element("line", class_="error", x1=middle, x2=middle, y1=scale.y(estimated), y2=scale.y(value))
    yield _level("estimated", left, right, scale.y(estimated))


def _band(each: Stretch, left: float, right: float, scale: _Scale) -> Markup | None:
    if each.lower is None or each.upper is None:
        return None
    top = scale.y(each.upper)
    return element(
        "rect", class_=f"band {each.kind}", x=left, y=top, width=right - left, height=scale.y(each.lower) - top
    )


def _level(kind: str, left: float, right: float, at: float) -> Markup:
    return element("line", class_=kind, x1=left, x2=right, y1=at, y2=at)


def _text(said: str, x: float, y: float, anchor: str) -> Markup:
    return element("text", said, class_="change", x=x, y=y, text_anchor=anchor)


def _said(each: Stretch) -> str:
    reach = "" if each.lower is None or each.upper is None else f", {each.lower:.4g} to {each.upper:.4g}"
    was = "" if each.estimated is None else f"; estimated {each.estimated:.4g}"
    return f"{moment(each.start_ns)} to {moment(each.end_ns)}: {each.kind} {each.value:.4g}{reach}{was}"
