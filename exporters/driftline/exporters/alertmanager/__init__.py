"""Alarms pushed to Alertmanager at the look that finds them, for those that cannot wait for a scrape."""

from __future__ import annotations

from driftline.exporters.alertmanager.alerts import Pushed, firing
from driftline.exporters.alertmanager.book import Book, Patience
from driftline.exporters.alertmanager.exporter import AlertmanagerExporter, alertmanager_exporter

__all__ = ["AlertmanagerExporter", "Book", "Patience", "Pushed", "alertmanager_exporter", "firing"]
