"""What a detector of concept drift says after each error."""

from __future__ import annotations

from enum import StrEnum


class Zone(StrEnum):
    """How far the errors are from what they were; the same three in all of these detectors."""

    STABLE = "stable"
    WARNING = "warning"
    """Worth collecting examples for a new model; most warnings pass."""
    DRIFT = "drift"
    """The errors have become more; the next error begins anew."""
