"""What the commands that read tables share: a progress bar, COLUMN=VALUE options, and how they fail."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import ProgressColumn


class CouldNot(typer.Exit):
    """The command could not do it: the reason on stderr, exit code 2."""

    def __init__(self, reason: str) -> None:
        console(stderr=True).print(f"error: {reason}", style="red", markup=False, highlight=False, soft_wrap=True)
        super().__init__(2)


def console(*, stderr: bool = False) -> Console:
    """A console on the stream as it is now."""
    from rich.console import Console

    return Console(file=sys.stderr if stderr else sys.stdout)


def pairs(option: str, given: Sequence[str] | None) -> dict[str, str]:
    """`NAME=VALUE` options as a mapping; a name may hold `=`.

    Raises:
        typer.BadParameter: one has no `=`.

    >>> pairs("--role", ["paid=outcome"])
    {'paid': 'outcome'}
    """
    for text in given or ():
        if "=" not in text:
            raise typer.BadParameter(f"{text!r} has no `=`: write NAME=VALUE", param_hint=option)
    return {text.rpartition("=")[0]: text.rpartition("=")[2] for text in given or ()}


def bar(what: str, *, quiet: bool) -> AbstractContextManager[Callable[[int, int], None]]:
    """A progress bar in bytes on stderr, gone when it is done; nothing where stderr is no terminal."""
    from rich.progress import DownloadColumn

    return _bar(what, DownloadColumn(), quiet=quiet)


def counted(what: str, *, quiet: bool) -> AbstractContextManager[Callable[[int, int], None]]:
    """A progress bar in steps, else as `bar`."""
    from rich.progress import MofNCompleteColumn

    return _bar(what, MofNCompleteColumn(), quiet=quiet)


@contextmanager
def _bar(what: str, done: ProgressColumn, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), done, TimeRemainingColumn())
    with Progress(
        *columns, console=console(stderr=True), transient=True, disable=quiet or not sys.stderr.isatty()
    ) as p:
        task = p.add_task(what, total=None)
        yield lambda done, total: p.update(task, completed=done, total=total)
