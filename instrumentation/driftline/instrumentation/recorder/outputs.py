"""The outputs of a call as fields: which name, which kind, one column or one a class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from driftline.instrumentation.recorder.columns import as_column, is_sequence
from driftline.instrumentation.recorder.errors import ShapeError
from driftline.instrumentation.recorder.fields import Column, FieldKey
from driftline.instrumentation.recorder.reference import Reference
from driftline.instrumentation.recorder.values import Kind, text
from driftline.semconv import FieldRole

PredictionKind = Literal["numeric", "categorical"]
Fields = list[tuple[FieldKey, Column]]

_PREDICTION: Final = FieldRole.PREDICTION.value
_SCORE: Final = FieldRole.SCORE.value


@dataclass(frozen=True, slots=True)
class Outputs:
    """How a recorder names what the model answers.

    Args:
        reference: the profile; its columns of role prediction and score give the names and the kind.
        prediction_kind: what a prediction is where neither the profile nor `classes` say.
        classes: a classifier's classes, in the order of the columns of its scores.
    """

    reference: Reference | None = None
    prediction_kind: PredictionKind | None = None
    classes: Sequence[Any] | None = None

    def prediction_key(self, classes: Sequence[Any] | None) -> FieldKey:
        known = self._only(FieldRole.PREDICTION)
        classifier = (classes if classes is not None else self.classes) is not None
        categorical = self.prediction_kind == "categorical" or (classifier and self.prediction_kind is None)
        if known is None:
            return FieldKey(_PREDICTION, FieldRole.PREDICTION, categorical)
        return FieldKey(known.name, FieldRole.PREDICTION, categorical or known.kind is Kind.CATEGORICAL)

    def score_key(self) -> FieldKey:
        known = self._only(FieldRole.SCORE)
        return FieldKey(known.name if known else _SCORE, FieldRole.SCORE)

    def prediction_fields(self, prediction: Any, rows: int, classes: Sequence[Any] | None) -> Fields:
        """The predictions of `rows` rows: one field, or `prediction.0`, `prediction.1`, ... for several outputs a row.

        Raises:
            ShapeError: not one prediction a row.
        """
        key = self.prediction_key(classes)
        columns = _a_row(prediction, rows, "prediction")
        if len(columns) == 1:
            return [(key, columns[0])]
        return [(FieldKey(f"{key.name}.{at}", key.role, key.categorical), column) for at, column in enumerate(columns)]

    def score_fields(self, score: Any, rows: int, classes: Sequence[Any] | None) -> Fields:
        """The scores of `rows` rows: one field for one or two classes (the second is the positive one), else one each.

        Raises:
            ShapeError: not one score a row and class.

        >>> keys = [key.name for key, _ in Outputs(classes=["a", "b", "c"]).score_fields([[.2, .3, .5]], 1, None)]
        >>> keys
        ['score.a', 'score.b', 'score.c']
        """
        if isinstance(score, Mapping):
            return [(_class_key(name), _a_row(values, rows, "score")[0]) for name, values in score.items()]
        columns = _a_row(score, rows, "score")
        if len(columns) <= 2:
            return [(self.score_key(), columns[-1])]
        labels = classes if classes is not None else self.classes
        names = labels if labels is not None and len(labels) == len(columns) else range(len(columns))
        return [(_class_key(name), column) for name, column in zip(names, columns, strict=True)]

    def _only(self, role: FieldRole) -> Any:
        known = self.reference.of_role(role) if self.reference is not None else ()
        return known[0] if len(known) == 1 else None


def _class_key(name: Any) -> FieldKey:
    return FieldKey(f"{_SCORE}.{text(name)}", FieldRole.SCORE)


def rows_of(output: Any) -> int | None:
    """How many rows an output speaks of where the features do not say; None without one.

    >>> rows_of(0.5), rows_of([1, 2]), rows_of(None), rows_of({"a": [1, 2]})
    (1, 2, None, 2)
    """
    if output is None:
        return None
    if isinstance(output, Mapping):
        return rows_of(next(iter(output.values()), None))
    return len(output) if is_sequence(output) else 1


def _a_row(output: Any, rows: int, what: str) -> list[Column]:
    """One column for each value a row has."""
    if not is_sequence(output):
        if rows != 1:
            raise ShapeError(f"one {what} for {rows} rows: pass one a row")
        return [[output]]
    if not len(output):
        raise ShapeError(f"no {what} for {rows} rows: leave it out, or pass one a row")
    wide = _wide(output)
    if wide is None:
        column = as_column(output)
        if len(column) == rows:
            return [column]
        if rows == 1:
            return [[value] for value in column]
        raise ShapeError(f"{len(column)} of {what} for {rows} rows: pass one a row")
    if len(wide) != rows or wide.shape[1] == 0:
        raise ShapeError(f"{what} of shape {wide.shape} for {rows} rows: pass one line a row")
    return [as_column(column) for column in wide.T]


def _wide(output: Any) -> np.ndarray[Any, Any] | None:
    if isinstance(output, list | tuple) and not is_sequence(output[0]):
        return None
    array = np.asarray(output)
    if array.ndim > 2:
        raise ShapeError(f"an output of shape {array.shape} is no field: pass shape (rows,) or (rows, outputs)")
    return array if array.ndim == 2 else None
