"""What a judge says of one field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "drift", "constant", "not_enough_samples"]


@dataclass(frozen=True, slots=True)
class Score:
    """One statistic of one field. `limit` is None unless it decides; `p_value` (unadjusted) where it has one."""

    name: str
    score: float
    limit: float | None = None
    p_value: float | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on one field.

    `level` is the largest score / limit, over 1 exactly in drift, and `decided_by` the statistic it belongs to; both
    are None without a limit. `scores` is empty where nothing could be computed.
    """

    status: Status
    level: float | None = None
    decided_by: str | None = None
    scores: tuple[Score, ...] = ()
