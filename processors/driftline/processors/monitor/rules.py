"""What a monitor says about one field, after every entry that matches its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from driftline.processors.monitor.spec import FieldEntry, Spec


@dataclass(frozen=True, slots=True)
class FieldRule:
    """How one field is treated."""

    ignore: bool
    enabled: bool
    minimum_effect: Mapping[str, float]
    minimum_observations: int


def field_rule(spec: Spec, name: str) -> FieldRule:
    """The rule for a field: entries apply from first to last, so the later adjusts the earlier.

    >>> from driftline.processors.monitor.spec import Spec
    >>> spec = Spec.model_validate({"fields": [{"name": "tmp_*", "ignore": True}]})
    >>> field_rule(spec, "tmp_a").ignore, field_rule(spec, "age").ignore
    (True, False)
    """
    matching = [entry for entry in spec.fields if matches(entry, name)]
    effects = dict(spec.drift.minimum_effect)
    observations, enabled = spec.drift.minimum_observations, True
    for entry in matching:
        effects |= entry.drift.minimum_effect
        observations = entry.drift.minimum_observations or observations
        enabled = enabled if entry.drift.enabled is None else entry.drift.enabled
    ignore = next((entry.ignore for entry in reversed(matching) if "ignore" in entry.model_fields_set), False)
    return FieldRule(ignore, enabled, effects, observations)


def matches(entry: FieldEntry, name: str) -> bool:
    """Whether an entry speaks of a field: `*` matches any text, everything else itself."""
    return fnmatchcase(name, entry.name.replace("[", "[[]").replace("?", "[?]"))
