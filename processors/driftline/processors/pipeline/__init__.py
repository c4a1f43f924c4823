"""The pipeline: observations in, findings out. No I/O: the clock is an argument, the wire and the files are others'."""

from __future__ import annotations

from driftline.processors.pipeline.core import Pipeline
from driftline.processors.pipeline.exporter import Exporter, ExportError

__all__ = ["ExportError", "Exporter", "Pipeline"]
