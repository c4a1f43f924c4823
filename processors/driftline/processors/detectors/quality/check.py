"""What a check of the data's quality says: how far it is, and how far it may be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """A score beside its limit, both in the check's own unit.

    >>> Check(score=0.04, limit=0.02).level, Check(score=0.04, limit=0.02).violated
    (2.0, True)
    """

    score: float
    limit: float

    @property
    def level(self) -> float:
        """Score / limit; a limit is above 0."""
        return self.score / self.limit

    @property
    def violated(self) -> bool:
        return self.score > self.limit
