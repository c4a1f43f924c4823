"""Who is told of a monitor's alerts, as `driftline validate` shows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from driftline.processors.monitor.notifications import Notifications


def show_notifications(said: Notifications, console: Console) -> None:
    """Print who is told of each severity, and when not."""
    for name, text in _lines(said):
        console.print(f"  {name:<10}{text}", markup=False, highlight=False, soft_wrap=True)


def _lines(said: Notifications) -> Iterator[tuple[str, str]]:
    yield "told", "; ".join(f"{severity}: {', '.join(whom) or 'nobody'}" for severity, whom in said.told.items())
    for hours in said.quiet_hours:
        yield "", f"{hours.name}: {', '.join(hours.severities)}"
