"""Findings for Grafana itself: alarms as marks in its charts, and figures at the moment they are found.

Neither is needed to see anything: dashboards read Prometheus. Marks carry the sentence that says why; the live stream
is there before the next scrape, and kept by nobody.
"""

from __future__ import annotations

from driftline.exporters.grafana.annotations import AnnotationExporter
from driftline.exporters.grafana.client import Client
from driftline.exporters.grafana.diary import Diary, Happening, Mark
from driftline.exporters.grafana.live import LIVE_METRICS, LiveExporter

__all__ = ["LIVE_METRICS", "AnnotationExporter", "Client", "Diary", "Happening", "LiveExporter", "Mark"]
