"""What a dashboard says, as plain data: no Grafana, no SDK. `factory` gives it Grafana's form."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Look(StrEnum):
    """How a panel shows its queries."""

    STAT = "stat"
    CHART = "timeseries"
    TABLE = "table"
    TIMELINE = "state-timeline"


class Unit(StrEnum):
    """Grafana's names of the units we show."""

    NUMBER = "short"
    SHARE = "percentunit"
    SECONDS = "s"
    BYTES = "bytes"
    ROWS_PER_SECOND = "rowsps"
    REQUESTS_PER_SECOND = "reqps"
    PER_SECOND = "cps"


class Colour(StrEnum):
    """Grafana's names of the colours we use."""

    GOOD = "green"
    CAREFUL = "orange"
    BAD = "red"
    NEUTRAL = "blue"
    UNKNOWN = "text"


@dataclass(frozen=True, slots=True)
class Query:
    """One PromQL expression. `legend` names its series, or its column in a table, which shows it in `unit`.

    `colour` is that of its one series; None lets Grafana choose, for expressions that may return several.
    """

    expression: str
    legend: str
    unit: Unit = Unit.NUMBER
    colour: Colour | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """The text and colour that stand for one number."""

    value: int
    text: str
    colour: Colour


@dataclass(frozen=True, slots=True)
class Link:
    """A way to another dashboard. `labels` maps its variables to labels of the series or row that was clicked."""

    title: str
    uid: str
    labels: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Band:
    """The area between two series of a chart, by their legends; the two lines themselves are not drawn."""

    lower: str
    upper: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture.

    `steps` are (from this value on, colour); the colour below the first is `good`. `line` draws them in a chart.
    `names` are the labels a table shows as columns, each with its heading; its lines are sorted by `worst_first`, a
    heading, the largest on top. `words` put text for numbers. `each` is the variable whose chosen values get a panel
    each; empty is one panel for all.
    """

    look: Look
    title: str
    description: str
    queries: tuple[Query, ...]
    unit: Unit = Unit.NUMBER
    width: int = 12
    height: int = 8
    steps: tuple[tuple[float, Colour], ...] = ()
    good: Colour = Colour.GOOD
    line: bool = False
    words: tuple[Word, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    worst_first: str = ""
    bands: tuple[Band, ...] = ()
    each: str = ""
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A heading and the panels under it. Their widths fill lines of 24."""

    title: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True, slots=True)
class Variable:
    """A choice at the top: the values of a label. `many` lets several, or all, be chosen."""

    name: str
    heading: str
    series: str
    label: str
    many: bool = True

    @property
    def query(self) -> str:
        """What the data source is asked for."""
        return f"label_values({self.series}, {self.label})"

    @property
    def pattern(self) -> str:
        """Which of the answers are offered; empty is all."""
        return ""


@dataclass(frozen=True, slots=True)
class LabelNames:
    """A choice at the top: the names of labels of a metric, for labels that we do not name ourselves.

    `known` are patterns of the names that are never a choice.
    """

    name: str
    heading: str
    metric: str
    known: tuple[str, ...]
    many: bool = False

    @property
    def query(self) -> str:
        """What the data source is asked for."""
        return f"label_names({self.metric})"

    @property
    def pattern(self) -> str:
        """Which of the answers are offered."""
        return f"/^(?!(?:{'|'.join(self.known)})$).*/"


@dataclass(frozen=True, slots=True)
class Annotation:
    """Moments marked in every chart: wherever the expression has a value above 0."""

    name: str
    expression: str
    colour: Colour
    title: str


@dataclass(frozen=True, slots=True)
class Told:
    """Moments that somebody told Grafana itself, found by their tags. Shown when they are asked for."""

    name: str
    tags: tuple[str, ...]
    colour: Colour


@dataclass(frozen=True, slots=True)
class Page:
    """One dashboard. Its `uid` is part of addresses people keep: never change one."""

    uid: str
    title: str
    description: str
    variables: tuple[Variable | LabelNames, ...]
    rows: tuple[Row, ...]
    annotations: tuple[Annotation | Told, ...] = ()

    def number(self, title: str) -> int:
        """The id of a panel: its place in reading order, headings counted.

        Raises:
            KeyError: no panel has this title.
        """
        order = (each for row in self.rows for each in (row, *row.panels))
        return {each.title: place for place, each in enumerate(order, start=1) if isinstance(each, Panel)}[title]
