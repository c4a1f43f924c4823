"""How often Driftline alarms for nothing, and how soon and how often for something: measured beside what is promised.

    python -m tests.calibration [PART...] [--quick]

A figure whose whole interval lies outside what is promised is marked, and the exit code is 1. Everything is seeded.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from tests.calibration.budget import PART as BUDGET
from tests.calibration.conditional import PART as CONDITIONAL
from tests.calibration.looks import PART as LOOKS
from tests.calibration.power import PART as POWER
from tests.calibration.rows import SURE, Part, Row
from tests.calibration.runs import PART as RUNS

PARTS = {part.name: part for part in (LOOKS, POWER, BUDGET, CONDITIONAL, RUNS)}


def main(arguments: Sequence[str]) -> int:
    """Print the tables; 1 when anything is outside, else 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.calibration", description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "part", nargs="*", choices=[*PARTS, []], metavar="PART", help=f"any of {', '.join(PARTS)}; none: all"
    )
    parser.add_argument("--quick", action="store_true", help="few cases and runs")
    asked = parser.parse_args(arguments)
    console = Console(width=None if sys.stdout.isatty() else 140)
    started = time.process_time()
    outside = [row for name in asked.part or PARTS for row in show(console, PARTS[name], quick=asked.quick)]
    console.print(f"\n{len(outside)} rows outside what is promised; {time.process_time() - started:.0f} CPU seconds")
    for row in outside:
        console.print(f"  [red]outside[/red] {', '.join(row.case)}: {row.found.value:.2f}")
    return bool(outside)


def show(console: Console, part: Part, *, quick: bool) -> list[Row]:
    """Print one table, row by row while it is made; those that are outside."""
    table = Table(title=f"{part.name}: {part.says}; intervals of {SURE:.1%}", title_justify="left")
    for column in (*part.columns, "measured", "interval", "promised", "verdict"):
        table.add_column(column, justify="left" if column in part.columns or column == "verdict" else "right")
    outside = []
    with console.status(f"{part.name} ...") as status:
        for row in part.rows(quick):
            status.update(f"{part.name}: {', '.join(row.case)}")
            table.add_row(*_cells(row))
            outside += [row] if row.outside else []
    console.print(table)
    return outside


def _cells(row: Row) -> list[str]:
    verdict = "[red]OUTSIDE[/red]" if row.outside else "ok"
    promised = f"<= {row.most:g}" if row.least <= 0 else f"{row.least:g} to {row.most:g}"
    interval = f"{row.found.low:.2f} to {row.found.high:.2f}"
    return [*row.case, f"{row.found.value:.2f}", interval, promised, f"{verdict} {row.note}".strip()]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
