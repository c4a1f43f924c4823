"""How far a replay is, on stderr, where somebody looks: bytes read, then the time that its looks have reached."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from driftline.processors.cli.reading import console
from driftline.processors.replay import Reached
from driftline.processors.replay.lines import rfc3339

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Steps:
    """The two steps of a replay: a table that is read and binned, and looks at its panes."""

    def __init__(self, shown: Progress) -> None:
        self._shown = shown
        self._task: TaskID = shown.add_task("reading", total=None, told="")

    def read(self, done: int, size: int) -> None:
        """So many bytes are read, of so many."""
        self._shown.update(self._task, completed=done, total=size, told=f"{done / 1e6:,.0f} of {size / 1e6:,.0f} MB")

    def reached(self, at: Reached) -> None:
        """A look is done."""
        told = f"{at.seen:,} of {at.rows:,} rows, {rfc3339(at.time_ns)}"
        self._shown.update(self._task, description="looking", completed=at.seen, total=at.rows, told=told)


@contextmanager
def steps(*, quiet: bool) -> Iterator[Steps]:
    """A progress bar on stderr, gone when it is done; nothing where stderr is no terminal."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[told]}"), TimeRemainingColumn())
    hidden = quiet or not sys.stderr.isatty()
    with Progress(*columns, console=console(stderr=True), transient=True, disable=hidden) as shown:
        yield Steps(shown)
