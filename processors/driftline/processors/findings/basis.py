"""Whose finding it is, over which stretch of time, and beside what: common to all kinds of them."""

from __future__ import annotations

from dataclasses import dataclass

from driftline.semconv import MonitorState

State = MonitorState
"""The state of a field or of a model. "No data" is a state of its own: never good, never 0, never NaN."""


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
    accepted_by: str | None = None
    """Who made a window the reference; None when nobody did."""
    accepted_ns: int | None = None
    """When, in nanoseconds since the epoch."""
    reason: str = ""
    """Why."""
