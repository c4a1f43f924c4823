"""Findings as OTLP metrics, for a collector, a cloud or an APM tool."""

from __future__ import annotations

from driftline.exporters.otlp.exporter import OtlpExporter, otlp_exporter

__all__ = ["OtlpExporter", "otlp_exporter"]
