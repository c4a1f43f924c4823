"""A replay as people read it: a strip of the whole span, then its alarms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from driftline.processors.findings import Identity
from driftline.processors.replay import Alarm, Outcome, Replay
from driftline.processors.replay.lines import rfc3339
from driftline.semconv import PerformanceKind

if TYPE_CHECKING:
    from rich.console import Console

_WIDTH = 60
_SHADES = " ░▒▓█"
_MOST_FIELDS = 4
_PLAIN: Final[dict[str, Any]] = {"highlight": False, "markup": False, "soft_wrap": True}


def show(replay: Replay, console: Console) -> None:
    """Print what a replay found."""
    start, end = replay.span_ns
    summary = replay.summary()
    alarms = replay.alarms.all
    if alarms:
        console.print(f"{_day(start)} |{strip(alarms, start, end)}| {_day(end)}", **_PLAIN)
    for alarm in alarms:
        worst = sorted(alarm.fields, key=lambda name: -alarm.fields[name])
        until = "still in drift at the end" if alarm.end_ns is None else f"to {rfc3339(alarm.end_ns)}"
        fields = ", ".join(f"{name} {alarm.fields[name]:.2f}" for name in worst[:_MOST_FIELDS])
        more = f" and {len(worst) - _MOST_FIELDS} more" if len(worst) > _MOST_FIELDS else ""
        console.print(f"{rfc3339(alarm.begin_ns)} {until}: {fields}{more}", style="bold", **_PLAIN)
        console.print(f"    {_whose(alarm.identity)}{alarm.why}", style="dim", **_PLAIN)
    _show_merits(summary["performance"], console)
    budget = summary["budget"]
    console.print(
        f"{len(alarms)} alarms in {_length(end - start)}, {_length(round(summary['in_drift'] * 1e9))} in drift; "
        f"the budget, {budget['false_alarms']}, allows {budget['expected']:.1f}",
        **_PLAIN,
    )


def _show_merits(merits: Mapping[str, Any], console: Console) -> None:
    """Print how good the model was, a line for each kind of figures."""
    for kind, told in merits.items():
        if "metrics" not in told:
            console.print(f"{kind}: {told['windows']} cohorts did not become final", **_PLAIN)
            continue
        windows = "cohorts" if kind == PerformanceKind.REALIZED else "looks"
        ranges = "; ".join(
            f"{name} {each['lowest']:.4g} to {each['highest']:.4g}, {each['last']:.4g} in the last"
            for name, each in told["metrics"].items()
        )
        console.print(
            f"{kind}: {told['windows']} {windows}, {told['violated']} surely beyond a limit. {ranges}", **_PLAIN
        )


def show_sweep(outcomes: Sequence[Outcome], best: Outcome, why: str, console: Console) -> None:
    """Print what candidates would have done, the best first."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("budget", "window", "detectors", "alarms", "outside", "allowed", "in drift", "delays"):
        table.add_column(title, justify="left" if title in {"budget", "window", "detectors"} else "right")
    for outcome in sorted(outcomes, key=lambda each: each.rank):
        told = outcome.candidate.to_dict()
        table.add_row(
            told["false_alarms"],
            told["window"],
            ", ".join(told["detectors"]),
            str(outcome.alarms),
            str(outcome.outside),
            f"{outcome.allowed:.1f}",
            _length(outcome.in_drift_ns),
            ", ".join("missed" if delay is None else _length(delay) for delay in outcome.delays_ns) or "-",
            style="bold" if outcome is best else None,
        )
    console.print(table)
    told = best.candidate.to_dict()
    console.print(
        f"recommended: window {told['window']}, falseAlarms {told['false_alarms']}, "
        f"detectors [{', '.join(told['detectors'])}]: {why}",
        **_PLAIN,
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
