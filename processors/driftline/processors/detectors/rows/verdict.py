"""What a judge says of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple


class RowScore(NamedTuple):
    """One statistic of all rows: it is over its limit exactly when it takes part in a detection."""

    name: str
    score: float
    limit: float | None
    """None where no score could be over it, with as few draws or rows as there are."""
    p_value: float
    """Of this statistic alone; unadjusted."""


@dataclass(frozen=True, slots=True)
class RowVerdict:
    """The verdict on the rows of one window.

    `p_value` is of all statistics together. `drivers` are the fields that the change is in, the strongest first; two
    fields that changed only in how they go together are both named. Empty unless in drift.
    """

    status: Literal["ok", "drift", "not_enough_samples"]
    rows: int
    p_value: float | None = None
    scores: tuple[RowScore, ...] = ()
    decided_by: str | None = None
    drivers: tuple[str, ...] = ()
