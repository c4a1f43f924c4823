"""History through the pipeline: what would have alarmed, when, why, and how often."""

from __future__ import annotations

from driftline.processors.replay.alarms import Alarm
from driftline.processors.replay.errors import ReplayError
from driftline.processors.replay.history import Columns
from driftline.processors.replay.replaying import Look, Replay

__all__ = ["Alarm", "Columns", "Look", "Replay", "ReplayError"]
