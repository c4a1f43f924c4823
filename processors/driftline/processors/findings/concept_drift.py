"""Whether a classifier is wrong more often than it was, or at the same scores."""

from __future__ import annotations

from dataclasses import dataclass

from driftline.processors.findings.basis import Identity, State, Window


@dataclass(frozen=True, slots=True)
class Signal:
    """What one detector says after the newest final cohort."""

    detector: str
    """As the monitor names it: `cusum`, `hddm_a`, `calibration`."""
    detected: bool
    """It alarmed at a prediction of this cohort, or still does."""
    score: float | None = None
    limit: float | None = None
    """Where the detector has them; over the limit is drift."""
    at_ns: int | None = None
    """When the prediction was made at which it alarmed; None where it did not, or where the cohort decides."""


@dataclass(frozen=True, slots=True)
class ConceptDrift:
    """Whether the errors of one identity have changed, as of its newest final cohort."""

    identity: Identity
    window: Window
    """Of the cohort; `observations` are its outcomes."""
    time_ns: int
    """When this was computed, in nanoseconds since the epoch."""
    status: State
    """`drift` when a detector says so, `ok`, or `warming_up` while every detector still learns."""
    signals: tuple[Signal, ...] = ()
    """Of the detectors that can tell."""
    error_rate: float | None = None
    """Of the cohort; None without outcomes."""
    why: str = ""
    """One sentence a person can read."""
