"""The processor's own small web: probes, and the page a scraper or a person asks for."""

from __future__ import annotations

from driftline.processors.control.apps import control_app, metrics_app
from driftline.processors.control.beside import Present
from driftline.processors.control.models import model_routes
from driftline.processors.control.mute import mute_routes
from driftline.processors.control.outcomes import outcome_routes
from driftline.processors.control.page import page_routes
from driftline.processors.control.probe import Probe
from driftline.processors.control.reference import reference_routes

__all__ = [
    "Present",
    "Probe",
    "control_app",
    "metrics_app",
    "model_routes",
    "mute_routes",
    "outcome_routes",
    "page_routes",
    "reference_routes",
]
