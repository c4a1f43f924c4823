"""What a monitor asks of whole rows: the `rows` of its spec."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from driftline.processors.documents import Duration, Entry, parse_duration
from driftline.processors.monitor.quality import Severity

RowStatistic = Literal["fields", "largest_field", "pairs", "mmd", "reconstruction", "classifier"]


class Rows(Entry):
    """Rows sampled on spans, against rows of the reference: changes that no field shows by itself.

    Without this key nothing is compared. Rows come from recorders with `capture` on. They are compared with the rows
    beside the profile (`driftline profile --rows`), else with the model's first rows.
    """

    every: Duration = parse_duration("1h")
    """How often rows are judged: those that came since the last time, and before, where they were too few."""
    sample: int = Field(default=1000, ge=20, le=10_000)
    """The most rows that are kept between two such looks."""
    reference: int = Field(default=1000, ge=50, le=10_000)
    """How many rows are learned, where the profile has none beside it; and the most that are taken from there."""
    minimum_rows: int = Field(default=50, ge=10)
    """Below this many rows nothing is judged: they wait for others."""
    share: float = Field(default=0.2, gt=0, lt=1)
    """The part of `drift.falseAlarms` that rows may use; the fields keep the rest."""
    statistics: tuple[RowStatistic, ...] = Field(
        default=("fields", "largest_field", "pairs", "mmd", "reconstruction"), min_length=1
    )
    """What is computed; `classifier` needs the extra `rows`. Vectors have statistics of their own."""
    severity: Severity = "ticket"
