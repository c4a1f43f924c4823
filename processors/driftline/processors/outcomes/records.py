"""What is joined: a prediction somebody sampled, and what proved true for an id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from driftline.processors.findings import Identity

_DAY_NS = 86_400 * 10**9


@dataclass(frozen=True, slots=True)
class Predicted:
    """One prediction that waits for its outcome.

    Args:
        identity: whose it is; `segment` holds the attributes that the monitor's segments name, and no others.
        id: the key of the join.
        time_ns: when it was made, nanoseconds since the epoch; it decides which cohort it belongs to.
        value: the predicted class or number, as text; None without one.
        score: of one score the number, of several each by its class; None without one.
        rate: the share of the model's predictions that travel.
    """

    identity: Identity
    id: str
    time_ns: int
    value: str | None = None
    score: float | Mapping[str, float] | None = None
    rate: float = 1.0

    def usable(self, now_ns: int) -> bool:
        """Whether it has an id that is text, something to be compared, and a time not more than a day ahead."""
        known = self.value is not None or self.score is not None
        return bool(self.id) and known and 0 < self.time_ns <= now_ns + _DAY_NS and _is_text(self.id, self.value or "")


@dataclass(frozen=True, slots=True)
class Proved:
    """What proved true for one prediction.

    Args:
        id: the key of the join.
        value: the class or the number, as text.
        time_ns: when it was known; of two for one id the later one counts.
        model: whose prediction it was; empty: of every model that predicted under the id.
        numeric: whether it was told as a number (`value`), not as a class (`label`).
    """

    id: str
    value: str
    time_ns: int
    model: str = ""
    numeric: bool = False

    def usable(self, now_ns: int) -> bool:
        """Whether it has an id and a value that are text, and a time that is not more than a day ahead."""
        told = bool(self.id) and bool(self.value) and _is_text(self.id, self.value, self.model)
        return told and self.time_ns <= now_ns + _DAY_NS


def _is_text(*given: str) -> bool:
    """Whether it can be stored: JSON can spell half a character."""
    try:
        "".join(given).encode()
    except UnicodeEncodeError:
        return False
    return True


class Result(StrEnum):
    """What became of an outcome. Each is exactly one of these when it comes; an orphan may be joined later."""

    JOINED = "joined"
    """It is the first for its prediction, whose cohort is not final."""
    LATE = "late"
    """The first for its prediction, whose cohort was final already: its figures are restated."""
    CORRECTED = "corrected"
    """Another value than was known: the figures are restated."""
    DUPLICATE = "duplicate"
    """What is known already, or was superseded by a later one: nothing changes."""
    ORPHAN = "orphan"
    """No prediction of its id is held; it waits for one."""
    UNSAMPLED = "unsampled"
    """Its prediction was not in the sample: nothing waits for it."""
    EXPIRED = "expired"
    """An orphan that no prediction came for in time."""
    REFUSED = "refused"
    """It lacks an id or a value, holds half a character, or its time lies more than a day ahead."""


class Made(NamedTuple):
    """A prediction that is held: whose, and when it was made."""

    source: int
    time_ns: int
