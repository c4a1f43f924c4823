"""The objectives of a monitor, as `driftline validate` shows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from driftline.processors.comparison.promises import Promise


def show_promises(promises: Sequence[Promise], console: Console) -> None:
    """Print, for each objective, the burn rates that alarm and what became of each."""
    for promise in promises:
        for line in _lines(promise):
            console.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)


def _lines(promise: Promise) -> Iterator[str]:
    yield f"{'slo':<10}{promise.name}: {promise.objective:g} % over {promise.period}"
    if promise.notice:
        yield f"{'':<10}{promise.notice}"
    for pair in promise.pairs:
        reason = f": {pair.reason}" if pair.reason else ""
        windows = f"{pair.long}/{pair.short}"
        yield f"{'':<10}{pair.severity:<7}{windows:<8}{pair.factor!s:<9}{pair.fate}{reason}"
