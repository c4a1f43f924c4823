"""Which predictions an outcome is the first for, which it corrects, and which it changes nothing for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from driftline.processors.outcomes.records import Held, Made, Predicted, Proved, Result

Key = tuple[str, str]
"""An outcome's id and the model it named; empty where it named none."""


@dataclass(slots=True)
class Batch:
    """What is held of the ids of a batch, and what the batch changes. Records are taken one after the other.

    Args:
        held: outcomes by (id, model).
        made: predictions by id.
        models: the model of each source.
    """

    held: dict[Key, Held]
    made: dict[str, list[Made]]
    models: Mapping[int, str]
    replaced: dict[Key, Held] = field(default_factory=dict)
    """Of the outcomes to keep, those that were held before, as they were."""
    changed: dict[Key, Held] = field(default_factory=dict)
    """Outcomes to keep."""
    added: list[tuple[int, Predicted]] = field(default_factory=list)
    """Predictions to keep, each with its source."""
    adopted: dict[Key, None] = field(default_factory=dict)
    """Outcomes that were orphans and are none now."""
    first: list[Made] = field(default_factory=list)
    """Predictions that have an outcome now and had none."""
    corrected: set[Made] = field(default_factory=set)
    """Predictions whose outcome is another one now."""

    def prove(self, record: Proved, now_ns: int) -> Result:
        """Take an outcome; one that is `JOINED` may be late. An earlier one than is held changes nothing; of two at
        one time the last to come counts.

        >>> batch = Batch({}, {"a": [Made(1, 10)]}, {1: "credit"})
        >>> said = [("yes", 20), ("no", 25), ("yes", 21)]
        >>> [str(batch.prove(Proved("a", value, time_ns), 30)) for value, time_ns in said]
        ['joined', 'corrected', 'duplicate']
        >>> batch.changed["a", ""].value, batch.first
        ('no', [Made(source=1, time_ns=10)])
        """
        key = record.id, record.model
        old = self.held.get(key)
        if old is not None and record.time_ns < old.time_ns:
            return Result.DUPLICATE
        waiting = self._waiting(record)
        self._keep(key, old, record, now_ns, orphan=not waiting)
        before = old if old is not None or not record.model else self.held.get((record.id, ""))
        if not waiting:
            return _again(old, record) if old is not None else Result.ORPHAN
        if before is None:
            self.first += waiting
            return Result.JOINED
        if before.value != record.value:
            self.corrected.update(waiting)
        return _again(before, record)

    def predict(self, source: int, record: Predicted) -> bool:
        """Take a prediction that is not held; whether its outcome came before it."""
        made = Made(source, record.time_ns)
        self.made.setdefault(record.id, []).append(made)
        self.added.append((source, record))
        keys = [key for key in ((record.id, self.models[source]), (record.id, "")) if key in self.held]
        for key in keys:
            if self.held[key].orphan:
                self.adopted[key] = None
                self.held[key] = self.held[key]._replace(orphan=False)
        if keys:
            self.first.append(made)
        return bool(keys)

    def is_held(self, source: int, record: Predicted) -> bool:
        """Whether the prediction came before."""
        return any(one.source == source for one in self.made.get(record.id, ()))

    def _waiting(self, record: Proved) -> list[Made]:
        """The predictions that the outcome is of: one that names no model yields to one that names the prediction's."""
        made = self.made.get(record.id, [])
        if record.model:
            return [one for one in made if self.models[one.source] == record.model]
        return [one for one in made if (record.id, self.models[one.source]) not in self.held]

    def _keep(self, key: Key, old: Held | None, record: Proved, now_ns: int, *, orphan: bool) -> None:
        if old is not None:
            self.replaced.setdefault(key, old)
            now_ns, orphan = old.received_ns, old.orphan and orphan
        self.held[key] = self.changed[key] = Held(record.value, record.numeric, record.time_ns, now_ns, orphan)


def _again(before: Held, record: Proved) -> Result:
    return Result.DUPLICATE if before.value == record.value else Result.CORRECTED
