"""What RED panels and SLO rules stand on: predictions and their durations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default

from driftline.processors.findings.basis import Identity


@dataclass(frozen=True, slots=True)
class Traffic:
    """Predictions and durations of one identity since `start_ns`, by `error.type` (None is success)."""

    identity: Identity
    start_ns: int
    time_ns: int
    predictions: Mapping[str | None, int]
    durations: Mapping[str | None, Durations]
    events: Mapping[str, tuple[int, int]] = default(default_factory=dict)
    """Objective on somebody else's histogram to its good events and all."""


@dataclass(frozen=True, slots=True)
class Durations:
    """A cumulative histogram of seconds: `counts` has one more entry than `bounds`; a bucket is (lower, upper]."""

    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    total_seconds: float
