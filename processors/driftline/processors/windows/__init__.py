"""Windows over streams: panes of mergeable counts, stream positions, and what a look finds."""

from __future__ import annotations

from driftline.processors.windows.exponential import ExponentialCounts, ScaleError
from driftline.processors.windows.kinds import Binned, FieldWindow, Part, Target, WindowSpec

__all__ = ["Binned", "ExponentialCounts", "FieldWindow", "Part", "ScaleError", "Target", "WindowSpec"]
