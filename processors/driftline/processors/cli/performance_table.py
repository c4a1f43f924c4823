"""Performance as a table on a terminal: each metric with its interval, estimated beside realised."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from driftline.processors.findings import Figure, Performance


def show_performance(found: Sequence[Performance], console: Console) -> None:
    """Print the figures, then what each kind rests on; nothing where nothing is known."""
    if not any(each.figures for each in found):
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("performance", no_wrap=True)
    table.add_column("kind", no_wrap=True)
    for name in ("value", "95 % from", "to", "limit"):
        table.add_column(name, justify="right", no_wrap=True)
    for each in found:
        for figure in each.figures:
            table.add_row(*_row(each, figure))
    console.print(table)
    for each in found:
        rests = [f"the estimate is right if {assumption}" for assumption in each.assumptions]
        for line in filter(None, (each.why, *rests)):
            console.print(Text(line, style="dim"), soft_wrap=True)


def _row(performance: Performance, figure: Figure) -> tuple[Text | str, ...]:
    style = "bold red" if figure.violated else ""
    ends = ("" if end is None else f"{end:.4f}" for end in (figure.lower, figure.upper, figure.limit))
    return (figure.metric, performance.kind.value, Text(f"{figure.value:.4f}", style=style), *ends)
