"""An explanation on a terminal: the sentence, what moves the output, who carries it, the bins that moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from driftline.processors.cli.check_table import bar

MOST_FIELDS = 3
"""Fields whose bins are drawn when none is named."""
MOST_BINS = 6
"""Bins drawn of each of those, the ones that moved most; of a field that is named, all."""
_WIDTH = 40
_PARTS = " ▏▎▍▌▋▊▉"

Json = Mapping[str, Any]


def show(found: Json, to: Console, *, field: str | None, at: str | None) -> None:
    """Print what the processor answered; of a field that was named, its bins whether in drift or not."""
    if not found["identities"]:
        to.print(f"{found['model']}: no alarm was going on at {at}", markup=False, highlight=False)
    for identity in found["identities"]:
        drift = identity["status"] == "drift"
        to.print(Text(identity["why"], style="bold red" if drift else "bold green"), soft_wrap=True)
        if alarm := identity.get("alarm"):
            to.print(Text(f"at its worst at {alarm['worst']}, ended {alarm.get('end', 'not yet')}", style="dim"))
        if identity.get("segment") and field is None:
            continue  # its sentence is enough beside the whole's tables
        explanation = identity.get("explanation", {})
        _ranking(explanation, to)
        _segments(explanation.get("segments", ()), to)
        for each in _wanted(identity["fields"], field):
            _bins(each, to, most=MOST_BINS if field is None else None)


def _wanted(fields: Sequence[Json], field: str | None) -> list[Json]:
    if field is not None:
        return list(fields)
    return [each for each in fields if each["status"] == "drift"][:MOST_FIELDS]


def _ranking(explanation: Json, to: Console) -> None:
    ranked, output = explanation.get("contributions", ()), explanation.get("output")
    if not ranked:
        return
    table = _table("field", "level", "0 · limit · 2x", *(("moves it by", "share") if output else ()))
    for each in ranked:
        level = each.get("level")
        cells = [each["field"], "" if level is None else f"{level:.2f}", "" if level is None else bar(level)]
        if output:
            cells += [f"{each['shift']:+.3g} ± {2 * each['error']:.1g}" if "shift" in each else "", _share(each)]
        table.add_row(*(Text(cell) for cell in cells))
    _print(table, to)
    if output:
        explained = explanation.get("explained")
        rest = "" if explained is None else f"; the fields, each by itself, add up to {explained:.0%} of it"
        said = f"{output['name']} moved from {output['reference']:.4g} to {output['current']:.4g}{rest}"
        to.print(Padding(Text(said, style="dim"), (0, 2)))


def _segments(segments: Sequence[Json], to: Console) -> None:
    if not segments:
        return
    table = _table("segment", "of the traffic", "of the drift", "")
    for each in segments:
        name = ", ".join(f"{key}={value}" for key, value in each["segment"].items())
        told = "carries it" if each["carries"] else ""
        table.add_row(Text(name), f"{each['traffic']:.1%}", _share(each), Text(told, style="bold red"))
    _print(table, to)


def _bins(field: Json, to: Console, *, most: int | None) -> None:
    """Each bin's share of the reference above that of the window; in their order, those that moved most."""
    every = field.get("explanation", {}).get("moved", ())
    least = sorted((abs(each["current"] - each["reference"]) for each in every), reverse=True)[: most or len(every)]
    moved = [each for each in every if abs(each["current"] - each["reference"]) >= least[-1]]
    widest = max((max(each["reference"], each["current"]) for each in moved), default=0.0) or 1.0
    table = _table(field["field"], "", "", "")
    for each in moved:
        was, now = each["reference"], each["current"]
        table.add_row(
            Text(each["label"]), Text(blocks(was / widest), style="dim"), f"{was:.1%}", Text("reference", style="dim")
        )
        table.add_row("", Text(blocks(now / widest), style="cyan"), f"{now:.1%}", Text(f"window {now - was:+.1%}"))
    if moved:
        _print(table, to)


def blocks(share: float) -> str:
    """A bar of `share` of the width, to an eighth of a letter.

    >>> blocks(0.25), blocks(0.0125), blocks(0.0)
    ('██████████', '▌', '')
    """
    eighths = round(share * _WIDTH * 8)
    return ("█" * (eighths // 8) + _PARTS[eighths % 8]).rstrip()


def _table(*names: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for at, name in enumerate(names):
        table.add_column(Text(name), no_wrap=True, overflow="ellipsis", justify="left" if at == 0 else "default")
    return table


def _print(table: Table, to: Console) -> None:
    to.print(Padding(table, (1, 2, 0, 2)))


def _share(each: Json) -> str:
    return "" if each.get("share") is None else f"{round(each['share'], 2) + 0.0:.0%}"
