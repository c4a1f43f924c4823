"""The telemetry contract as data: what each attribute, metric, event and span is, for exporters, files and checks.

The names are the constants of the neighbouring modules; here they get their kind, unit, sentence and attributes. The
YAML registry beside this module says the same to OpenTelemetry Weaver.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from driftline.semconv.definitions import Attribute, Entity, Event, Instrument, Metric, Span
from driftline.semconv.tables import (
    ATTRIBUTE_TABLE,
    ENTITY_TABLE,
    EVENT_TABLE,
    HEALTH_TABLE,
    METRIC_TABLE,
    SPAN_TABLE,
)

ATTRIBUTES: Final = MappingProxyType({attribute.name: attribute for attribute in ATTRIBUTE_TABLE})
"""Every attribute by its name; a captured feature is found under the prefix `ml.feature.`."""

METRICS: Final = MappingProxyType({metric.name: metric for metric in (*METRIC_TABLE, *HEALTH_TABLE)})
"""Every metric by its name, the processor's own health included."""

EVENTS: Final = MappingProxyType({event.name: event for event in EVENT_TABLE})
"""Every event by its name."""

SPANS: Final = MappingProxyType({span.type: span for span in SPAN_TABLE})
"""Every span by its type."""

ENTITIES: Final = MappingProxyType({entity.type: entity for entity in ENTITY_TABLE})
"""Every entity by its type."""

__all__ = [
    "ATTRIBUTES",
    "ENTITIES",
    "EVENTS",
    "METRICS",
    "SPANS",
    "Attribute",
    "Entity",
    "Event",
    "Instrument",
    "Metric",
    "Span",
]
