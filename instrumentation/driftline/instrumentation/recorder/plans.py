"""What a call looks like, apart from its values: calls of one plan are counted together, column by column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from driftline.instrumentation.recorder.fields import Column, FieldKey, Segment


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The fields of a call in the order of its columns, its segment, and how it ended. Compared by identity."""

    fields: tuple[FieldKey, ...]
    segment: Segment = ()
    error_type: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Several rows of one plan, as columns: arrays of numbers, or sequences of anything, each of length `rows`."""

    plan: Plan
    columns: Sequence[Column]
    rows: int
    durations: tuple[float, ...] = ()
    owned: int = 0
    """How many of the first columns are the recorder's own memory already."""

    @property
    def cells(self) -> int:
        return self.rows * max(len(self.columns), 1)


Row = tuple[Plan, tuple[Any, ...], float | None]
"""One row: its plan, its values in the order of the plan's fields, the seconds it took. A bare tuple: it is cheap."""
