"""The processor's own small web: probes, and the page a scraper or a person asks for."""

from __future__ import annotations

from driftline.processors.control.apps import control_app, metrics_app
from driftline.processors.control.mute import mute_routes
from driftline.processors.control.probe import Probe
from driftline.processors.control.reference import reference_routes

__all__ = ["Probe", "control_app", "metrics_app", "mute_routes", "reference_routes"]
