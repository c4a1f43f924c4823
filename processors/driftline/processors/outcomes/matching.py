"""Which predictions an outcome is the first for, which it corrects, and which it changes nothing for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from driftline.processors.outcomes.records import Made, Predicted, Proved, Result

Key = tuple[str, str]
"""An outcome's id and the model it named; empty where it named none."""


@dataclass(slots=True)
class Batch:
    """What is held of the ids of a batch, and what the batch changes. Records are taken one after the other.

    Args:
        prints: of every id of the batch.
        held: outcomes by (id, model).
        numbers: of the rows of outcomes that the store holds.
        made: predictions by id.
        models: the model of each source.
    """

    prints: Mapping[str, bytes]
    held: dict[Key, Proved]
    numbers: Mapping[Key, int]
    made: dict[str, list[Made]]
    models: Mapping[int, str]
    changed: dict[Key, Proved] = field(default_factory=dict)
    """Outcomes to keep."""
    added: list[tuple[int, Predicted]] = field(default_factory=list)
    """Predictions to keep, each with its source."""
    first: list[Made] = field(default_factory=list)
    """Predictions that have an outcome now and had none."""
    corrected: set[Made] = field(default_factory=set)
    """Predictions whose outcome is another one now."""

    def prove(self, record: Proved) -> Result:
        """Take an outcome; one that is `JOINED` may be late. An earlier one than is held changes nothing; of two at
        one time the last to come counts.

        >>> batch = Batch({}, {}, {}, {"a": [Made(1, 10)]}, {1: "credit"})
        >>> said = [("yes", 20), ("no", 25), ("yes", 21)]
        >>> [str(batch.prove(Proved("a", value, time_ns))) for value, time_ns in said]
        ['joined', 'corrected', 'duplicate']
        >>> batch.changed["a", ""].value, batch.first
        ('no', [Made(source=1, time_ns=10)])
        """
        key = record.id, record.model
        old = self.held.get(key)
        if old is not None and record.time_ns < old.time_ns:
            return Result.DUPLICATE
        waiting = self._waiting(record)
        before = old if old is not None or not record.model else self.held.get((record.id, ""))
        self.held[key] = self.changed[key] = record
        if not waiting:
            return self._without(old, record)
        if before is None:
            self.first += waiting
            return Result.JOINED
        if before.value != record.value:
            self.corrected.update(waiting)
        return _again(before, record)

    def predict(self, source: int, record: Predicted) -> None:
        """Take a prediction that is not held."""
        made = Made(source, record.time_ns)
        self.made.setdefault(record.id, []).append(made)
        self.added.append((source, record))
        if (record.id, self.models[source]) in self.held or (record.id, "") in self.held:
            self.first.append(made)

    def parted(self) -> tuple[list[Proved], list[tuple[Proved, int]]]:
        """Outcomes to keep: new ones, and those that take the place of the row with a number."""
        new = [one for key, one in self.changed.items() if key not in self.numbers]
        return new, [(one, self.numbers[key]) for key, one in self.changed.items() if key in self.numbers]

    def is_held(self, source: int, record: Predicted) -> bool:
        """Whether the prediction came before."""
        return any(one.source == source for one in self.made.get(record.id, ()))

    def _waiting(self, record: Proved) -> list[Made]:
        """The predictions that the outcome is of: one that names no model yields to one that names the prediction's."""
        made, models = self.made.get(record.id), self.models
        if made is None:
            return []
        if record.model:
            return [one for one in made if models[one.source] == record.model]
        return [one for one in made if (record.id, models[one.source]) not in self.held]

    def _without(self, old: Proved | None, record: Proved) -> Result:
        """What became of an outcome that no prediction waits for: it is no orphan where it yields to another."""
        if old is not None:
            return _again(old, record)
        return Result.ORPHAN if record.model or record.id not in self.made else Result.DUPLICATE


def _again(before: Proved, record: Proved) -> Result:
    return Result.DUPLICATE if before.value == record.value else Result.CORRECTED
