"""The picture of the README, from a real run: `python -m driftline.processors.demo.picture [SECONDS] [FILE]`."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Final

from rich.console import Console, RenderableType

from driftline.processors.demo.play import Audience, play
from driftline.processors.demo.reading import Reading
from driftline.processors.demo.story import story

SECONDS: Final = 60.0
FILE: Final = Path("docs/demo.svg")
WIDTH: Final = 108


def take(seconds: float, file: Path) -> None:
    """Play the demo and write the look at which the drift was largest, as SVG.

    Raises:
        ValueError: nothing drifted, so there is no picture worth having.
        ChildError: the demo did not start.
    """
    best: list[tuple[float, RenderableType]] = []

    def show(picture: RenderableType, reading: Reading) -> None:
        level = max((field.level or 0.0 for field in reading.fields), default=0.0)
        if reading.drifted and (not best or level > best[0][0]):
            best[:] = [(level, picture)]

    play(story(seconds), Audience(say=lambda line: print(line, file=sys.stderr), show=show))  # noqa: T201 - a command
    if not best:
        raise ValueError("nothing drifted: give the demo more seconds")
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(best[0][1])
    file.parent.mkdir(parents=True, exist_ok=True)
    console.save_svg(str(file), title="driftline demo")


if __name__ == "__main__":
    take(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS, Path(sys.argv[2]) if len(sys.argv) > 2 else FILE)
