"""What a monitor asks beside its fields, as `driftline validate` shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from driftline.processors.comparison.parts import Part


def show_parts(parts: Sequence[Part], console: Console) -> None:
    """Print, for each part, its budget, what a look takes, and what there is to know."""
    for part in parts:
        for name, text in _lines(part):
            console.print(f"  {name:<13}{text}", markup=False, highlight=False, soft_wrap=True)


def _lines(part: Part) -> Iterator[tuple[str, str]]:
    days = part.period_seconds / 86_400
    budget = f"{part.events:g} false alarms in {days:g} days, {part.looks:,.0f} looks, {part.alpha_look:.2g} a look"
    yield part.name, budget
    yield "", f"a look takes {_seconds(part.seconds)} and {part.bytes / 1e6:.2g} MB here: {part.size}"
    yield from (("", notice) for notice in part.notices)


def _seconds(seconds: float) -> str:
    return f"{seconds:.2g} s" if seconds >= 0.1 else f"{1e3 * seconds:.2g} ms"
