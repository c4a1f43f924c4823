"""The telemetry contract as data: what each attribute, metric, event and span is, for exporters, files and checks.

The names are the constants of `driftline.semconv`; here they get their kind, unit, sentence and attributes. The YAML
files in this folder say the same to OpenTelemetry Weaver: the folder is a registry that others can import.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from driftline.semconv.registry.attributes import ATTRIBUTE_TABLE
from driftline.semconv.registry.definitions import Attribute, Entity, Event, Instrument, Metric, Span
from driftline.semconv.registry.entities import ENTITY_TABLE
from driftline.semconv.registry.events import EVENT_TABLE
from driftline.semconv.registry.health import HEALTH_TABLE
from driftline.semconv.registry.metrics import METRIC_TABLE
from driftline.semconv.registry.performance import PERFORMANCE_TABLE
from driftline.semconv.registry.spans import SPAN_TABLE

ATTRIBUTES: Final = MappingProxyType({attribute.name: attribute for attribute in ATTRIBUTE_TABLE})
"""Every attribute by its name; a captured feature is found under the prefix `ml.feature.`."""

METRICS: Final = MappingProxyType(
    {metric.name: metric for metric in (*METRIC_TABLE, *PERFORMANCE_TABLE, *HEALTH_TABLE)}
)
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
