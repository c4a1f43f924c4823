"""What a story is: series that come in, and what must be so at some minutes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from driftline.processors.rendering.prometheus.scope import quoted


@dataclass(frozen=True, slots=True)
class Input:
    """One series, a sample a minute from minute 0. `values` is in promtool's notation: `0+6x60`."""

    series: str
    values: str


@dataclass(frozen=True, slots=True)
class Check:
    """What an expression gives at a minute: labels of each sample, in braces, to its value."""

    minute: int
    expression: str
    samples: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Story:
    """One test."""

    name: str
    inputs: tuple[Input, ...]
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Traffic:
    """So many good and bad events a minute, for so long. `restarted`: the counters begin at 0 again."""

    minutes: int
    good: int
    bad: int
    unknown: int = 0
    restarted: bool = False


def counted(traffic: Iterable[Traffic], *kinds: str) -> str:
    """A counter of some kinds of events, in promtool's notation; it begins at 0 in minute 0.

    >>> counted([Traffic(2, 5, 1), Traffic(3, 0, 6)], "bad")
    '0 1+1x1 8+6x2'
    """
    total, parts = 0, ["0"]
    for each in traffic:
        step = sum(getattr(each, kind) for kind in kinds)
        total = 0 if each.restarted else total
        parts.append(f"{total + step}+{step}x{each.minutes - 1}")
        total += step * each.minutes
    return " ".join(parts)


def labelled(name: str, labels: Mapping[str, str]) -> str:
    """A series, or with an empty name its labels.

    >>> labelled("up", {"job": "x"})
    'up{job="x"}'
    """
    return f"{name}{{{','.join(f'{label}={quoted(value)}' for label, value in labels.items())}}}"
