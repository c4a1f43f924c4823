"""`driftline demo`: a real model drifts, is caught, and heals."""

from __future__ import annotations

import json as json_
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from driftline.processors.cli.reading import CouldNot, console

if TYPE_CHECKING:
    from driftline.processors.demo.play import Audience

MISSING = "the demo needs a model server: pip install 'driftline[demo]'"


def demo(
    *,
    duration: Annotated[float, typer.Option(metavar="SECONDS", help="How long the story takes, 20 or more.")] = 120.0,
    json: Annotated[bool, typer.Option("--json", help="Progress on stderr; the last line on stdout is JSON.")] = False,
) -> None:
    """Watch a real model drift, through real OpenTelemetry.

    A FastAPI server predicts which flights leave late. It was trained on January to March 2015 and is watched by
    `driftline run`; neither knows the other. Its traffic comes to 1 July, when one airline vanished into another, and
    later returns to spring. Needs no network but the loopback, and leaves nothing behind.
    Exit codes: 0 the drift was found, named and healed; 1 it was not; 2 could not run.
    """
    try:
        from driftline.processors.demo.children import ChildError
        from driftline.processors.demo.play import play
        from driftline.processors.demo.story import SHORTEST, story
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("driftline"):
            raise
        raise CouldNot(MISSING) from error
    if duration < SHORTEST:
        raise typer.BadParameter(f"give the story {SHORTEST:.0f} seconds or more", param_hint="--duration")
    try:
        with _ended_in_order(), _audience(live=not json) as audience:
            outcome = play(story(duration), audience)
    except ChildError as error:
        raise CouldNot(str(error)) from error
    except KeyboardInterrupt as error:
        raise typer.Exit(128 + signal.SIGINT) from error
    if json:
        typer.echo(json_.dumps(outcome.to_dict()))
    elif not outcome.as_told:
        console(stderr=True).print(f"not as told: {outcome.to_dict()}", style="red", markup=False)
    raise typer.Exit(0 if outcome.as_told else 1)


def register(parent: typer.Typer) -> None:
    """Hang the command below `parent`."""
    parent.command("demo")(demo)


@contextmanager
def _audience(*, live: bool) -> Iterator[Audience]:
    from rich.live import Live

    from driftline.processors.demo.play import Audience

    screen = console(stderr=not live)
    if not (live and screen.is_terminal):
        yield Audience(say=lambda line: screen.print(line, markup=False, highlight=False), show=lambda *_: None)
        return
    with Live(console=screen, refresh_per_second=4) as view:
        yield Audience(
            say=lambda line: screen.print(line, markup=False, highlight=False),
            show=lambda picture, _: view.update(picture),
        )


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """SIGTERM, and a terminal that is closed, unwind the stack like Ctrl-C: servers and files go whatever ends it."""

    def end(number: int, _: FrameType | None) -> None:
        sys.exit(128 + number)

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
