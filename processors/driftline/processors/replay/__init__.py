"""History through the pipeline: what would have alarmed, when, why, and how often."""

from __future__ import annotations

from driftline.processors.replay.alarms import Alarm
from driftline.processors.replay.errors import ReplayError
from driftline.processors.replay.history import Columns
from driftline.processors.replay.mutes import read_actions
from driftline.processors.replay.replaying import Look, Reached, Replay
from driftline.processors.replay.sweep import Candidate, Outcome, Sweep, recommend

__all__ = [
    "Alarm",
    "Candidate",
    "Columns",
    "Look",
    "Outcome",
    "Reached",
    "Replay",
    "ReplayError",
    "Sweep",
    "read_actions",
    "recommend",
]
