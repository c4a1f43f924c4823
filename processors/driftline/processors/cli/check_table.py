"""A check as a table on a terminal: each field's level, a bar against its limit, and what decided."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from driftline.processors.cli.performance_table import show_performance
from driftline.processors.comparison import Check
from driftline.processors.findings import Finding, State

_WIDTH = 16  # of a bar; its middle is the limit
_STYLES = {State.DRIFT: "bold red", State.NO_DATA: "bold red", State.OK: "green"}


def show(result: Check, console: Console) -> None:
    """Print one check, the fields with the highest level first."""
    table = Table(title=_title(result), title_justify="left", box=None, pad_edge=False, header_style="bold")
    for name in ("field", "status", "level", "0 · limit · 2x", "decided by", "score", "limit"):
        table.add_column(name, justify="right" if name in ("level", "score", "limit") else "left", no_wrap=True)
    table.add_column("n", justify="right", no_wrap=True)
    for finding in sorted(result.findings, key=_order):
        table.add_row(*_row(finding))
    console.print(table)
    show_performance(result.performance, console)
    if result.unknown:
        console.print(f"not in the profile, not judged: {', '.join(result.unknown)}", markup=False, highlight=False)
    for finding in result.violated:
        console.print(Text(f"quality, {finding.decided_by}: {finding.why}", style="bold red"), soft_wrap=True)
    for treatment in result.treatment:
        style = "bold red" if treatment.violated else "dim"
        console.print(Text(f"fairness, {treatment.why}", style=style), soft_wrap=True)
    for finding in result.whole_rows:
        style = "bold red" if finding.violated else "dim"
        console.print(Text(f"{finding.field or 'rows'}: {finding.why}", style=style), soft_wrap=True)
    console.print(_verdict(result))


def _title(result: Check) -> str:
    rows = f"{result.rows:,} rows"
    place = rows if result.start is None else f"rows {result.start:,} to {result.start + result.rows:,}"
    return f"{place} against {result.reference_rows:,} of the reference {result.reference_id[:12]}"


def _order(finding: Finding) -> tuple[bool, float]:
    return finding.status is not State.NO_DATA, -(finding.level or 0.0)


def _row(finding: Finding) -> tuple[Text | str, ...]:
    style = _STYLES.get(finding.status, "dim")
    deciding = next((each for each in finding.statistics if each.name == finding.decided_by), None)
    level = "" if finding.level is None else f"{finding.level:.2f}"
    score, limit = ("", "") if deciding is None else (f"{deciding.score:.4f}", f"{deciding.limit:.4f}")
    return (
        Text(str(finding.field)),
        Text(finding.status.value, style=style),
        level,
        Text("" if finding.level is None else bar(finding.level), style=style),
        finding.decided_by or "",
        score,
        limit,
        f"{finding.window.observations:,}",
    )


def bar(level: float) -> str:
    """A bar of `level` with the limit marked in the middle; it is full from twice the limit on.

    >>> bar(0.5), bar(3.0)
    ('████    │       ', '████████│███████')
    """
    filled = round(min(level, 2.0) / 2.0 * _WIDTH)
    cells = ["█" if cell < filled else " " for cell in range(_WIDTH)]
    cells[_WIDTH // 2] = "│"
    return "".join(cells)


def _verdict(result: Check) -> Text:
    parts = []
    if result.drifted:
        parts.append(f"drift in {', '.join(result.drifted)}")
    if result.absent:
        parts.append(f"no data in {', '.join(result.absent)}")
    if result.changed_rows:
        parts.append("rows differ from the reference")
    if result.too_bad:
        parts.append("performance beyond its limit")
    return Text("; ".join(parts), style="bold red") if parts else Text("no drift", style="bold green")
