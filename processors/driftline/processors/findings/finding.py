"""A verdict on one field, on a whole model, or on a check of the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default
from enum import StrEnum
from typing import NamedTuple

from driftline.processors.findings.basis import Identity, Reference, State, Window
from driftline.processors.findings.explanation import Explanation
from driftline.processors.statistics.differences import Difference


class Kind(StrEnum):
    """What a finding is about."""

    FIELD = "field"
    MODEL = "model"
    QUALITY = "quality"
    """One check of the data's quality, of a field or of a model; the drift verdict does not know of it."""
    ROWS = "rows"
    """Whole rows of a model, or the vectors of one field, beside those of the reference. A verdict of its own."""


class Statistic(NamedTuple):
    """One distance between window and reference. `limit` is None unless the statistic decides.

    `error` bounds how far the score may be from that of the unbinned values, where such a bound is known.
    """

    name: str
    score: float
    limit: float | None = None
    p_value: float | None = None
    error: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on one field, or on a model (`field` is None), at one look."""

    id: str
    kind: Kind
    identity: Identity
    field: str | None
    role: str | None
    status: State
    window: Window
    level: float | None = None
    """Largest deciding score / limit; None without a verdict. On a model's finding: the largest of its fields."""
    decided_by: str | None = None
    """Name of the statistic with the largest score / limit; None without a verdict."""
    statistics: tuple[Statistic, ...] = ()
    defects: Mapping[str, float] = default(default_factory=dict)
    """Defect to share of (observations + missing + invalid); empty when nothing arrived."""
    reference: Reference | None = None
    drifting: tuple[str, ...] = ()
    """On a model's finding: names of the fields in drift. Empty on a field's."""
    since_ns: int = 0
    """When the present status began, in nanoseconds since the epoch."""
    why: str = ""
    """One sentence a person can read."""
    violated: bool = False
    """On a finding of quality: the check is over its limit. Its status is `ok` either way."""
    explanation: Explanation | None = None
    """Fields ranked, bins that moved, what changed at the time; None unless in drift."""
    changes: tuple[Difference, ...] = ()
    """On a field's finding: what changed, figure by figure, each with an interval. `run` fills it in drift alone."""

    @property
    def model(self) -> str:
        return self.identity.model

    @property
    def version(self) -> str | None:
        return self.identity.version

    @property
    def variant(self) -> str | None:
        return self.identity.variant

    @property
    def environment(self) -> str | None:
        return self.identity.environment

    @property
    def segment(self) -> tuple[tuple[str, str], ...]:
        return self.identity.segment
