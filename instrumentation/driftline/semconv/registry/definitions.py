"""What can be said of an attribute, a metric, an event, a span or an entity. Plain data.

Source: OpenTelemetry Weaver, "Semantic Convention Definition Language v2".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Instrument(StrEnum):
    """The kind of instrument behind a metric."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute. `values` lists the well-known values, empty where any will do.

    `type` is one of Weaver's: `string`, `int`, `double`, `any`, or `template[any]` for a prefix.
    """

    name: str
    sentence: str
    type: str = "string"
    values: tuple[str, ...] = ()
    examples: tuple[str | int | float, ...] = ()

    @property
    def ours(self) -> bool:
        """Whether this contract defines it; the others are OpenTelemetry's and only referred to."""
        return self.name.startswith(("ml.", "slo.")) or "." not in self.name


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. `unit` is UCUM, empty for a pure number; `attributes` come on top of the identity's.

    >>> Metric("ml.drift.level", Instrument.GAUGE, "", "the one number to look at").docstring
    'Gauge: the one number to look at.'
    """

    name: str
    instrument: Instrument
    unit: str
    sentence: str
    attributes: tuple[str, ...] = ()
    identified: bool = True
    """Whether its points carry the identity of a model; the processor's own health does not."""

    @property
    def docstring(self) -> str:
        """The sentence beside the constant: kind, unit and what it counts."""
        unit = f", `{self.unit}`" if self.unit else ""
        return f"{self.instrument.capitalize()}{unit}: {self.sentence}."


@dataclass(frozen=True, slots=True)
class Event:
    """One event, a log record with an `event_name`; `required` attributes are always there."""

    name: str
    sentence: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """One span; `name` says how its name is made."""

    type: str
    name: str
    kind: str
    sentence: str
    attributes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity: the attributes that identify it and those that describe it."""

    type: str
    sentence: str
    identity: tuple[str, ...]
    description: tuple[str, ...] = ()
