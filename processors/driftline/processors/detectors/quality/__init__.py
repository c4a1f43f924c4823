"""Checks of the data's quality: counts in, a score beside its limit out. None of them knows a name or a clock."""

from __future__ import annotations

from driftline.processors.detectors.quality.categories import of_another_kind, text_kind
from driftline.processors.detectors.quality.check import Check
from driftline.processors.detectors.quality.constant import constant
from driftline.processors.detectors.quality.gaps import freshness, keep_longest
from driftline.processors.detectors.quality.shares import share_limits
from driftline.processors.detectors.quality.steps import Steps
from driftline.processors.detectors.quality.unit_change import UnitChange, unit_change
from driftline.processors.detectors.quality.volume import Volume, volume

__all__ = [
    "Check",
    "Steps",
    "UnitChange",
    "Volume",
    "constant",
    "freshness",
    "keep_longest",
    "of_another_kind",
    "share_limits",
    "text_kind",
    "unit_change",
    "volume",
]
