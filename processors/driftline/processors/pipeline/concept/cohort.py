"""The outcomes of one cohort in the order of their predictions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from driftline.processors.outcomes import Joined


@dataclass(frozen=True, slots=True)
class Cohort:
    """What detectors take.

    Args:
        times_ns: when each prediction was made, ascending, (N,).
        errors: whether it was wrong, (N,).
        scores: the score of each, NaN where it has none, (N,).
        favourable: whether the class came that the score speaks for, (N,).
    """

    times_ns: NDArray[np.int64]
    errors: NDArray[np.bool_]
    scores: NDArray[np.float64]
    favourable: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.errors)

    @classmethod
    def of(cls, rows: Joined, positive: str | None) -> Cohort:
        """Of joined rows of a classifier; those without a predicted class are left out.

        Args:
            rows: as the join gives them, several sources one after the other.
            positive: the class that a single score speaks for; None: scores are not used.
        """
        kept = [at for at, value in enumerate(rows.values) if value is not None]
        order = sorted(kept, key=lambda at: rows.times_ns[at])
        scores = [rows.scores[at] if positive is not None else None for at in order]
        return cls(
            np.array([rows.times_ns[at] for at in order], dtype=np.int64),
            np.array([rows.values[at] != rows.outcomes[at] for at in order], dtype=np.bool_),
            np.array([np.nan if score is None else score for score in scores], dtype=np.float64),
            np.array([rows.outcomes[at] == positive for at in order], dtype=np.bool_),
        )

    @classmethod
    def nothing(cls) -> Cohort:
        """No outcome."""
        return cls(np.zeros(0, np.int64), np.zeros(0, np.bool_), np.zeros(0), np.zeros(0, np.bool_))

    def to_dict(self) -> dict[str, Any]:
        """As JSON can hold it; a score that is not there is null."""
        scores = [None if np.isnan(score) else score for score in self.scores.tolist()]
        columns = {"times_ns": self.times_ns, "errors": self.errors, "favourable": self.favourable}
        return {**{name: column.tolist() for name, column in columns.items()}, "scores": scores}

    @classmethod
    def from_dict(cls, saved: dict[str, Any]) -> Cohort:
        """What `to_dict` gave. Raises KeyError, TypeError or ValueError on anything else."""
        return cls(
            np.array(saved["times_ns"], dtype=np.int64),
            np.array(saved["errors"], dtype=np.bool_),
            np.array([np.nan if score is None else score for score in saved["scores"]], dtype=np.float64),
            np.array(saved["favourable"], dtype=np.bool_),
        )

    @classmethod
    def join(cls, parts: list[Cohort]) -> Cohort:
        """Several cohorts, the oldest first, as one."""
        return cls(
            np.concatenate([part.times_ns for part in parts]),
            np.concatenate([part.errors for part in parts]),
            np.concatenate([part.scores for part in parts]),
            np.concatenate([part.favourable for part in parts]),
        )
