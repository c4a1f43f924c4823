"""The processor's own small web: probes, and the page a scraper or a person asks for."""

from __future__ import annotations

from driftline.processors.control.apps import control_app, metrics_app
from driftline.processors.control.probe import Probe

__all__ = ["Probe", "control_app", "metrics_app"]
