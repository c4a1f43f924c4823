"""A replay as people read it: a strip of the whole span, then its alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftline.processors.findings import Identity
from driftline.processors.replay import Alarm, Replay
from driftline.processors.replay.lines import rfc3339

if TYPE_CHECKING:
    from rich.console import Console

_WIDTH = 60
_SHADES = " ░▒▓█"
_MOST_FIELDS = 4


def show(replay: Replay, console: Console) -> None:
    """Print what a replay found."""
    from rich.table import Table

    start, end = replay.span_ns
    summary = replay.summary()
    alarms = replay.alarms.all
    if alarms:
        console.print(f"{_day(start)} |{strip(alarms, start, end)}| {_day(end)}", highlight=False, markup=False)
        table = Table(box=None, pad_edge=False, header_style="bold")
        for title in ("begin", "end", "level", "fields", "why"):
            table.add_column(title, justify="right" if title == "level" else "left", overflow="fold")
        for alarm in alarms:
            table.add_row(*_row(alarm))
        console.print(table)
    budget = summary["budget"]
    console.print(
        f"{len(alarms)} alarms in {_length(end - start)}, {_length(round(summary['in_drift'] * 1e9))} in drift; "
        f"the budget, {budget['false_alarms']}, allows {budget['expected']:.1f}",
        highlight=False,
        markup=False,
    )


def strip(alarms: list[Alarm], start_ns: int, end_ns: int, width: int = _WIDTH) -> str:
    """The span as `width` characters, the darker the more of it was in drift.

    >>> strip([Alarm(Identity("m"), 50, "", end_ns=100)], 0, 100, width=4)
    '  ██'
    """
    shown = ""
    for at in range(width):
        low = start_ns + (end_ns - start_ns) * at / width
        high = start_ns + (end_ns - start_ns) * (at + 1) / width
        share = max((_within(alarm, low, high, end_ns) for alarm in alarms), default=0.0)
        shown += _SHADES[min(-int(-share * (len(_SHADES) - 1) // 1), len(_SHADES) - 1)]
    return shown


def _within(alarm: Alarm, low: float, high: float, until_ns: int) -> float:
    end = alarm.begin_ns + alarm.lasted_ns(until_ns)
    return max(min(end, high) - max(alarm.begin_ns, low), 0.0) / (high - low) if high > low else 0.0


def _row(alarm: Alarm) -> tuple[str, ...]:
    worst = sorted(alarm.fields, key=lambda name: -alarm.fields[name])
    more = f" and {len(worst) - _MOST_FIELDS} more" if len(worst) > _MOST_FIELDS else ""
    end = "still in drift" if alarm.end_ns is None else rfc3339(alarm.end_ns)
    fields = ", ".join(worst[:_MOST_FIELDS]) + more
    return rfc3339(alarm.begin_ns), end, f"{alarm.level:.2f}", fields, f"{_whose(alarm.identity)}{alarm.why}"


def _whose(identity: Identity) -> str:
    named = [f"version {identity.version}"] if identity.version else []
    named += [f"{name} {value}" for name, value in identity.segment]
    return f"{', '.join(named)}: " if named else ""


def _day(time_ns: int) -> str:
    return rfc3339(time_ns)[:10]


def _length(nanoseconds: int) -> str:
    """A length as days, hours or minutes.

    >>> _length(36 * 3600 * 10**9), _length(90 * 60 * 10**9)
    ('1.5 days', '1.5 hours')
    """
    for name, seconds in (("days", 86400), ("hours", 3600)):
        if nanoseconds >= seconds * 10**9:
            return f"{nanoseconds / seconds / 1e9:.1f} {name}"
    return f"{nanoseconds / 60e9:.1f} minutes"
