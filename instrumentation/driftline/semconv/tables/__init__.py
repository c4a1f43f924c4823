"""The rows of the contract, one file a signal."""

from __future__ import annotations

from driftline.semconv.tables.attributes import ATTRIBUTE_TABLE
from driftline.semconv.tables.events import ENTITY_TABLE, EVENT_TABLE, SPAN_TABLE
from driftline.semconv.tables.health import HEALTH_TABLE
from driftline.semconv.tables.metrics import METRIC_TABLE

__all__ = ["ATTRIBUTE_TABLE", "ENTITY_TABLE", "EVENT_TABLE", "HEALTH_TABLE", "METRIC_TABLE", "SPAN_TABLE"]
