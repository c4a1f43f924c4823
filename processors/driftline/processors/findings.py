"""What the processor found: the only things an exporter sees.

A `Finding` is a verdict on one field (or on a whole model) at one look. A `Traffic` is what RED panels and SLO rules
stand on: predictions and their durations, summed over the instances of one identity, monotonic.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default
from enum import StrEnum

from driftline.semconv import MonitorState

State = MonitorState
"""The state of a field or of a model. "No data" is a state of its own: never good, never 0, never NaN."""


class Kind(StrEnum):
    """What a finding is about."""

    FIELD = "field"
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose finding it is: the model, its version and variant, where it runs, and the segment of its traffic.

    `version`, `variant` and `environment` are None where the telemetry did not say. `segment` holds the (attribute,
    value) pairs of a monitor's `segments`; empty is the whole traffic.
    """

    model: str
    version: str | None = None
    variant: str | None = None
    environment: str | None = None
    segment: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Statistic:
    """One distance between window and reference. `limit` is None unless the statistic decides."""

    name: str
    score: float
    limit: float | None = None
    p_value: float | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """The stretch of time looked at, in nanoseconds since the epoch, and how many observations it holds."""

    start_ns: int
    end_ns: int
    observations: int


@dataclass(frozen=True, slots=True)
class Reference:
    """What the window was compared with. `age_seconds` counts from when it was made, or first seen here."""

    id: str
    kind: str
    observations: int
    age_seconds: float


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


@dataclass(frozen=True, slots=True)
class Traffic:
    """Predictions and durations of one identity since `start_ns`, by `error.type` (None is success)."""

    identity: Identity
    start_ns: int
    time_ns: int
    predictions: Mapping[str | None, int]
    durations: Mapping[str | None, Durations]


@dataclass(frozen=True, slots=True)
class Durations:
    """A cumulative histogram of seconds: `counts` has one more entry than `bounds`; a bucket is (lower, upper]."""

    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    total_seconds: float
