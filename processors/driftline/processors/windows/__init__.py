"""Windows over streams: panes of mergeable counts, stream positions, and what a look finds."""

from __future__ import annotations

from driftline.processors.windows.cells import Cells
from driftline.processors.windows.columns import Columns
from driftline.processors.windows.deltas import Deltas
from driftline.processors.windows.exponential import ExponentialCounts, ScaleError
from driftline.processors.windows.field import Field
from driftline.processors.windows.kinds import Binned, FieldWindow, Part, Target, WindowSpec
from driftline.processors.windows.panes import Panes
from driftline.processors.windows.positions import Points, Positions, Step
from driftline.processors.windows.spread import Spread

__all__ = [
    "Binned",
    "Cells",
    "Columns",
    "Deltas",
    "ExponentialCounts",
    "Field",
    "FieldWindow",
    "Panes",
    "Part",
    "Points",
    "Positions",
    "ScaleError",
    "Spread",
    "Step",
    "Target",
    "WindowSpec",
]
