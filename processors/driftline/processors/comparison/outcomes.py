"""Rows of a table that hold an outcome, kept as what the metrics of performance are taken from."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from driftline.processors.profile import CategoricalField, NumericField, Profile
from driftline.processors.statistics.performance import (
    BINARY,
    METRICS,
    MULTICLASS,
    OF_PROBABILITIES,
    REGRESSION,
    Figure,
    measure,
)
from driftline.processors.tables.columns import category_rows, numbers

Floats = NDArray[np.float64]
_POSITIVE = ("true", "1")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns performance is taken from, and how they are coded.

    Args:
        task: `binary`, `multiclass` or `regression`.
        outcome: the column of the truth.
        prediction: the column of what the model said; None without one.
        scores: of a binary model one column; of classes one for each, in their order; empty without.
        classes: names of the codes from 0; of a binary model the positive class is the last. Empty for numbers.
    """

    task: str
    outcome: str
    prediction: str | None
    scores: tuple[str, ...]
    classes: tuple[str, ...] = ()

    @classmethod
    def of(cls, profile: Profile) -> Columns | None:
        """As the profile's roles say; None where it has no outcome, or neither a prediction nor a score of its kind."""
        outcome = next(iter(profile.with_role("outcome")), None)
        if isinstance(outcome, CategoricalField):
            return _of_classes(profile, outcome)
        prediction = next((each for each in profile.with_role("prediction") if isinstance(each, NumericField)), None)
        if outcome is None or prediction is None:
            return None
        return cls(REGRESSION, outcome.name, prediction.name, ())

    @property
    def names(self) -> tuple[str, ...]:
        """All columns that are needed."""
        return (self.outcome, *((self.prediction,) if self.prediction else ()), *self.scores)


@dataclass(slots=True)
class Outcomes:
    """The rows so far. Rows that lack one of the columns, or hold what is no number or no class, are left out."""

    columns: Columns
    kept: list[Floats] = field(default_factory=list)
    """Batches of (rows, columns), in the order of `columns.names`."""

    @property
    def rows(self) -> int:
        return sum(map(len, self.kept))

    def update(self, batch: pa.RecordBatch) -> None:
        """Take the rows of a batch; a table without one of the columns gives none."""
        if not set(self.columns.names) <= set(batch.schema.names):
            return
        table = np.stack([self._values(name, batch.column(name)) for name in self.columns.names], axis=1)
        self.kept.append(table[np.isfinite(table).all(axis=1)])

    def figures(self) -> tuple[Figure, ...]:
        """Every metric that the rows can tell; none without a row."""
        table = np.concatenate([*self.kept, np.zeros((0, len(self.columns.names)))])
        if not len(table):
            return ()
        said, scores = _split(table, self.columns)
        return measure(self.columns.task, table[:, 0], said, scores, metrics=_told(self.columns.task, scores))

    def _values(self, name: str, column: pa.Array) -> Floats:
        """Numbers, or codes of classes; NaN for what is neither."""
        if not self.columns.classes or name in self.columns.scores:
            return numbers(column)
        rows, texts = category_rows(column)
        codes = {text: float(code) for code, text in enumerate(self.columns.classes)}
        return np.array([np.nan if text is None else codes.get(text, np.nan) for text in texts])[rows]


def _split(table: Floats, columns: Columns) -> tuple[Floats | None, Floats | None]:
    """Predictions and scores; None without."""
    said = table[:, 1] if columns.prediction else None
    scores = table[:, len(columns.names) - len(columns.scores) :]
    if not columns.scores:
        return said, None
    return said, scores[:, 0] if columns.task == BINARY else scores


def _told(task: str, scores: Floats | None) -> frozenset[str] | None:
    """The metrics to take; None for all. Losses need scores that are probabilities."""
    if scores is None or (scores.min() >= 0 and scores.max() <= 1 and _sums_to_one(scores)):
        return None
    return frozenset(metric.name for metric in METRICS if task in metric.tasks) - OF_PROBABILITIES


def _sums_to_one(scores: Floats) -> bool:
    return scores.ndim == 1 or bool(np.allclose(scores.sum(axis=1), 1, atol=1e-3))


def _of_classes(profile: Profile, outcome: CategoricalField) -> Columns | None:
    prediction = next((each for each in profile.with_role("prediction") if isinstance(each, CategoricalField)), None)
    scores = [each for each in profile.with_role("score") if isinstance(each, NumericField)]
    said = prediction.name if prediction else None
    if len(outcome.categories) > 2:
        classes = tuple(sorted(outcome.categories))
        by_class = {each.name.removeprefix("score."): each.name for each in scores}
        named = tuple(by_class[name] for name in classes) if set(classes) <= by_class.keys() else ()
        return Columns(MULTICLASS, outcome.name, said, named, classes) if said or named else None
    positive = next((each.positive for each in scores if each.positive), None) or _positive(outcome)
    negative = next((name for name in outcome.categories if name != positive), "")
    named = tuple(each.name for each in scores) if len(scores) == 1 else ()
    return Columns(BINARY, outcome.name, said, named, (negative, positive)) if said or named else None


def _positive(outcome: CategoricalField) -> str:
    """`true` or `1`, else the last class in order, as in scikit-learn's `classes_`."""
    return next((name for name in _POSITIVE if name in outcome.categories), max(outcome.categories, default=""))
