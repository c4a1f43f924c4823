"""Monitors: what a person says about a model in a `ModelMonitor` file, read, merged with the defaults and looked up."""

from __future__ import annotations

from driftline.processors.monitor.claims import Claim, claims
from driftline.processors.monitor.indicators import Indicator
from driftline.processors.monitor.kinds import ModelMonitor, ModelMonitorDefaults
from driftline.processors.monitor.loading import load_monitors
from driftline.processors.monitor.monitors import Monitor, MonitorSet
from driftline.processors.monitor.objectives import Objective
from driftline.processors.monitor.rules import FieldRule
from driftline.processors.monitor.spec import Drift, FieldEntry, Model, Reference, Spec, Window

__all__ = [
    "Claim",
    "Drift",
    "FieldEntry",
    "FieldRule",
    "Indicator",
    "Model",
    "ModelMonitor",
    "ModelMonitorDefaults",
    "Monitor",
    "MonitorSet",
    "Objective",
    "Reference",
    "Spec",
    "Window",
    "claims",
    "load_monitors",
]
