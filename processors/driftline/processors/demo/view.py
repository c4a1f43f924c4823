"""The demo on a terminal: who is watched, how far each field is from its limit, and where to look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from driftline.processors.demo.reading import FieldReading, FigureReading, Reading
from driftline.processors.demo.story import Story
from driftline.processors.demo.train import MODEL, VERSION

CELLS: Final = 32
LIMIT_CELL: Final = 10
"""Where on the bar a level of 1, the limit, is drawn. What is over `CELLS` / `LIMIT_CELL` times the limit is cut."""

LOWEST: Final = 0.5
"""The ROC AUC of a model that knows nothing, where its line begins."""
HIGHEST: Final = 0.7
"""Where it ends: what is known of a flight here says little about whether it leaves late."""
INTERVAL: Final = "═"
POINT: Final = "●"
ESTIMATE: Final = "◇"
"""What was estimated of the very flights whose outcomes show the value."""
AHEAD: Final = ("estimated", "provisional", "realized")
"""How a performance is known, the soonest first."""

STYLES: Final = {"ok": "green", "drift": "bold red", "no_data": "yellow"}


@dataclass(frozen=True, slots=True)
class Counted:
    """Predictions answered, and how many of them proved true or false since."""

    predictions: int
    outcomes: int = 0


def frame(
    reading: Reading, story: Story, elapsed: float, counted: Counted, places: Mapping[str, str]
) -> RenderableType:
    """One picture of the demo. `places` are titles and addresses, listed at its foot."""
    parts = (_traffic(story, elapsed, counted), _fields(reading), _performance(reading), _footer(places))
    spaced = [line for part in parts for line in (part, Text())][:-1]
    return Panel(
        Group(*spaced),
        title=Text.assemble("model ", (f"{MODEL} {VERSION}", "bold"), "  ", _state(reading.status)),
        title_align="left",
        padding=(1, 2),
    )


def _traffic(story: Story, elapsed: float, counted: Counted) -> Table:
    phase = story.phase(elapsed)
    line = Table.grid(padding=(0, 2), expand=True)
    line.add_column(ratio=1)
    line.add_column(justify="right")
    line.add_row(
        Text.assemble("traffic  ", (phase.title, "bold yellow" if phase.changed else "bold")),
        f"{counted.predictions:,} predictions, {counted.outcomes:,} outcomes, "
        f"{min(elapsed, story.duration):.0f} of {story.duration:.0f} s",
    )
    line.add_row(ProgressBar(total=story.duration, completed=min(elapsed, story.duration)), "")
    return line


def _fields(reading: Reading) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title in ("field", "role", "drift level, limit at ┃", "level", "status", "window"):
        table.add_column(title, justify="right" if title in {"level", "window"} else "left", no_wrap=True)
    for field in reading.fields:
        table.add_row(
            field.name,
            Text(field.role, style="dim"),
            bar(field.level),
            "" if field.level is None else f"{field.level:.2f}",
            _state(field.status),
            Text(f"{field.observations:,} rows", style="dim"),
        )
    if not reading.fields:
        table.add_row(Text("waiting for the first window", style="dim"))
    return table


def _performance(reading: Reading) -> Table:
    """Estimated runs ahead, provisional follows, realised settles it, and says how wrong the estimate was of it."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    drawn = f"{LOWEST} to {HIGHEST}, {POINT} value, {ESTIMATE} estimate"
    for title in ("ROC AUC", drawn, "value", "estimate off by", "from"):
        table.add_column(title, justify="right" if title in {"value", "estimate off by"} else "left", no_wrap=True)
    for one in sorted(reading.performance, key=lambda one: AHEAD.index(one.kind)):
        rows = Text(f"{one.observations:,} rows", style="dim")
        off = "" if one.error is None else f"{one.error:+.3f}"
        table.add_row(one.kind, interval(one), f"{one.value:.3f}", off, rows)
    if not reading.performance:
        table.add_row(Text("waiting for the first outcomes", style="dim"))
    return table


def interval(figure: FigureReading) -> Text:
    """A figure on a line from `LOWEST` to `HIGHEST`, with its interval and what was estimated of the same rows.

    >>> interval(FigureReading("realized", 0.6, 0.58, 0.62, 400, error=0.03)).plain
    '────────────════●═══◇───────────'
    """
    ends = figure.lower or figure.value, figure.value, figure.upper or figure.value
    first, at, last = (_cell(end) for end in ends)
    guess = None if figure.error is None else _cell(figure.value + figure.error)
    text = Text()
    for cell in range(CELLS):
        within = first <= cell <= last
        shown = POINT if cell == at else ESTIMATE if cell == guess else INTERVAL if within else "─"
        text.append(shown, style="cyan" if within or cell == guess else "bright_black")
    return text


def _cell(value: float) -> int:
    return min(max(int((value - LOWEST) / (HIGHEST - LOWEST) * CELLS), 0), CELLS - 1)


def figure(one: FigureReading) -> str:
    """A figure of merit, in words.

    >>> figure(FigureReading("realized", 0.7512, 0.7, 0.8, 4000, error=-0.004))
    'ROC AUC 0.751 (0.700 to 0.800) over 4,000 flights, its estimate off by -0.004'
    """
    ends = "" if one.lower is None or one.upper is None else f" ({one.lower:.3f} to {one.upper:.3f})"
    off = "" if one.error is None else f", its estimate off by {one.error:+.3f}"
    return f"ROC AUC {one.value:.3f}{ends} over {one.observations:,} flights{off}"


def bar(level: float | None) -> Text:
    """A level as a bar that crosses its limit: green below, red beyond.

    >>> bar(0.5).plain[:12], bar(2.0).plain[8:22]
    ('━━━━━─────┃─', '━━┃━━━━━━━━━━─')
    """
    filled = 0 if level is None else min(round(level * LIMIT_CELL), CELLS)
    text = Text()
    for cell in range(CELLS):
        if cell == LIMIT_CELL:
            text.append("┃", style="bold")
        text.append(*(("━", "red" if cell >= LIMIT_CELL else "green") if cell < filled else ("─", "bright_black")))
    return text


def _state(status: str) -> Text:
    return Text(status.replace("_", " "), style=STYLES.get(status, "dim"))


def _footer(places: Mapping[str, str]) -> Table:
    grid = Table.grid(padding=(0, 2))
    for title, where in places.items():
        grid.add_row(Text(title, style="dim"), Text(where, style="cyan"))
    return grid


def verdict(field: FieldReading) -> str:
    """A field in drift, in words.

    >>> verdict(FieldReading("airline", "feature", "drift", 3.14, 4000, True))
    'airline is in drift: 3.1 times its limit, over 4,000 rows'
    """
    return f"{field.name} is in drift: {field.level or 0:.1f} times its limit, over {field.observations:,} rows"
