"""Objectives: how fast an error budget burns, when that is news, and which alarms can fire at all. Pure figures."""

from __future__ import annotations

from driftline.processors.slo.alarm import Reading, fires
from driftline.processors.slo.budget import Counts, burn_at_least, burn_rate, remaining, seconds_left
from driftline.processors.slo.burn import Fate, Pair, highest_burn, plan
from driftline.processors.slo.latency import bound_at_or_below
from driftline.processors.slo.ring import Ring
from driftline.processors.slo.table import BURN_TABLE, WEEK_TABLE, BurnRow
from driftline.processors.slo.window import Calendar, calendar_start

__all__ = [
    "BURN_TABLE",
    "WEEK_TABLE",
    "BurnRow",
    "Calendar",
    "Counts",
    "Fate",
    "Pair",
    "Reading",
    "Ring",
    "bound_at_or_below",
    "burn_at_least",
    "burn_rate",
    "calendar_start",
    "fires",
    "highest_burn",
    "plan",
    "remaining",
    "seconds_left",
]
