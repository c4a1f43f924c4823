"""What came about when: a version, a variant, a deployment that had not been there before."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from driftline.processors.findings import Change
from driftline.semconv import attributes

WATCHED = (
    attributes.ML_MODEL_VERSION,
    attributes.ML_MODEL_VARIANT,
    attributes.SERVICE_VERSION,
    attributes.SERVICE_INSTANCE_ID,
)
"""Attributes whose new values are told, the telling ones first."""
MOST_VALUES = 100
"""Values of one attribute remembered for one model; beyond it the one heard of longest ago goes."""
MOST_CHANGES = 20
MOST_MODELS = 2000

Model = tuple[str, str | None]
"""Name and environment."""


@dataclass(slots=True)
class _Record:
    """What one model has been."""

    values: dict[str, OrderedDict[str, None]] = field(default_factory=dict)
    """Attribute to the values heard of, the latest last."""
    living: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    """Attribute, and monitor that looked, to the values that had data at its last look."""
    changes: deque[Change] = field(default_factory=lambda: deque(maxlen=MOST_CHANGES))


class Changes:
    """Remembers new values of the attributes that tell one deployment of a model from another.

    The first value ever heard is no change. Not safe for threads: the pipeline holds its lock.

    >>> changes = Changes()
    >>> changes.heard(("credit", None), {"ml.model.version": "6"}, 100)
    >>> changes.heard(("credit", None), {"ml.model.version": "7"}, 200)
    >>> changes.between(("credit", None), 150, 250)
    (Change(attribute='ml.model.version', before='6', after='7', at_ns=200),)
    """

    def __init__(self) -> None:
        self._records: OrderedDict[Model, _Record] = OrderedDict()

    def heard(self, model: Model, values: Mapping[str, str], at_ns: int) -> None:
        """A new stream of the model has these attributes, its resource's among them."""
        record = self._record(model)
        for attribute in WATCHED:
            if value := values.get(attribute):
                self._note(record, attribute, value, at_ns, again=False)

    def alive(self, model: Model, attribute: str, values: Mapping[str, int], *, by: str = "") -> None:
        """Values with data at a look, and when each last had some; one that comes back is a change, too.

        Args:
            model: whose they are.
            attribute: what they are values of.
            values: each with the time of its last data.
            by: the monitor that looked; another may look at others of the values.
        """
        record = self._record(model)
        before = record.living.get((attribute, by))
        for value, at_ns in sorted(values.items(), key=lambda each: each[1]):
            if before is None or value not in before:
                self._note(record, attribute, value, at_ns, again=before is not None)
        record.living[attribute, by] = set(values)

    def between(self, model: Model, start_ns: int, end_ns: int) -> tuple[Change, ...]:
        """What came about in [start_ns, end_ns]: of each attribute the latest, the telling attributes first."""
        record = self._records.get(model)
        latest = {
            each.attribute: each for each in (record.changes if record else ()) if start_ns <= each.at_ns <= end_ns
        }
        return tuple(latest[attribute] for attribute in WATCHED if attribute in latest)

    def snapshot(self) -> list[dict[str, Any]]:
        """Everything, as JSON can hold it."""
        return [
            {"model": list(model)}
            | {"values": {attribute: list(values) for attribute, values in record.values.items()}}
            | {"changes": [[each.attribute, each.before, each.after, each.at_ns] for each in record.changes]}
            for model, record in self._records.items()
        ]

    def restore(self, saved: Sequence[Mapping[str, Any]]) -> None:
        """Take up a snapshot. Raises KeyError, TypeError or ValueError when it is none."""
        for entry in saved:
            name, environment = entry["model"]
            record = self._record((str(name), environment))
            record.values = {key: OrderedDict.fromkeys(values) for key, values in entry["values"].items()}
            for attribute, before, after, at_ns in entry["changes"]:
                record.changes.append(Change(attribute, before, after, int(at_ns)))

    def _record(self, model: Model) -> _Record:
        record = self._records.get(model)
        if record is None:
            record = self._records[model] = _Record()
            if len(self._records) > MOST_MODELS:
                self._records.popitem(last=False)
        return record

    @staticmethod
    def _note(record: _Record, attribute: str, value: str, at_ns: int, *, again: bool) -> None:
        known = record.values.setdefault(attribute, OrderedDict())
        latest = next(reversed(known), None)
        if value not in known or (again and value != latest):
            if latest is not None and latest != value:
                record.changes.append(Change(attribute, latest, value, at_ns))
            known[value] = None
            known.move_to_end(value)
            if len(known) > MOST_VALUES:
                known.popitem(last=False)
