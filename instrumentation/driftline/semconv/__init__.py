"""The telemetry contract: every attribute, metric, event and span name, each with its sentence and unit."""

from __future__ import annotations

from typing import Final

from driftline.semconv import attributes, events, metrics, spans
from driftline.semconv.values import (
    OTHER_CATEGORY,
    Defect,
    DriftStatistic,
    FieldRole,
    MonitorState,
    PerformanceKind,
    QualityCheck,
    ReferenceKind,
    SloResult,
    Variant,
)

SCHEMA_URL: Final = "https://driftline.dev/schemas/1.0.0"
"""The version of this contract, carried by everything Driftline emits."""

__all__ = [
    "OTHER_CATEGORY",
    "SCHEMA_URL",
    "Defect",
    "DriftStatistic",
    "FieldRole",
    "MonitorState",
    "PerformanceKind",
    "QualityCheck",
    "ReferenceKind",
    "SloResult",
    "Variant",
    "attributes",
    "events",
    "metrics",
    "spans",
]
