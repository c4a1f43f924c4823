"""Findings for Prometheus to scrape."""

from __future__ import annotations

from driftline.exporters.prometheus.exporter import PrometheusExporter
from driftline.exporters.prometheus.exposition import Exposition, expose

__all__ = ["Exposition", "PrometheusExporter", "expose"]
