"""Checks of the data's quality: counts in, a score beside its limit out. None of them knows a name or a clock."""

from __future__ import annotations

from driftline.processors.detectors.quality.categories import of_another_kind, text_kind
from driftline.processors.detectors.quality.check import Check
from driftline.processors.detectors.quality.constant import constant
from driftline.processors.detectors.quality.gaps import KEPT, freshness
from driftline.processors.detectors.quality.shares import share_limits
from driftline.processors.detectors.quality.steps import Steps
from driftline.processors.detectors.quality.unit_change import distance_limit, unit_change
from driftline.processors.detectors.quality.units import Unit
from driftline.processors.detectors.quality.volume import SMALLEST_CHANGE, Volume, volume

__all__ = [
    "KEPT",
    "SMALLEST_CHANGE",
    "Check",
    "Steps",
    "Unit",
    "Volume",
    "constant",
    "distance_limit",
    "freshness",
    "of_another_kind",
    "share_limits",
    "text_kind",
    "unit_change",
    "volume",
]
