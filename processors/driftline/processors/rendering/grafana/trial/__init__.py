"""The dashboards on a Grafana that somebody has: loaded by its HTTP API, every question asked through it."""

from __future__ import annotations

from driftline.processors.rendering.grafana.trial.trial import Tried, try_all

__all__ = ["Tried", "try_all"]
