"""What the instrumented calls of one model say together: one prediction.

A server asks `predict` for the class and `predict_proba` for the score of the same rows. That is one prediction with
two outputs, not two predictions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from driftline.instrumentation.rows import Rows


class Output(StrEnum):
    """What a call returned. A probability is preferred to a margin where a request asked for both."""

    PREDICTION = "prediction"
    SCORE = "score"
    MARGIN = "margin"


@dataclass(frozen=True, slots=True)
class Prediction:
    """One call of a model, or several about the same rows.

    `model` is the name the framework knows (the class), `source` the identity of the object that answered. `outputs`
    holds what was returned; it is empty for a call that failed, and `error_type` says with what. `classes` are a
    classifier's, in the order of the columns of its scores; None for everything else. `duration` is in seconds, summed
    over the calls. `prediction_id` is that of the request, None where its caller cannot know it; the rows of one model
    within a request are numbered on from `first_row`, so that each has an id of its own.
    """

    model: str
    source: int
    rows: Rows
    outputs: tuple[tuple[Output, Any], ...]
    classes: tuple[Any, ...] | None
    duration: float
    error_type: str | None = None
    prediction_id: str | None = None
    first_row: int = 0

    def output(self, kind: Output) -> Any:
        """What was returned of this kind; None if it was not asked for."""
        return dict(self.outputs).get(kind)

    def continues(self, earlier: Prediction) -> bool:
        """Whether this call asked the same model something else about the same rows, and both succeeded."""
        return (
            self.source == earlier.source
            and self.error_type is None
            and earlier.error_type is None
            and self.rows.mark is not None
            and self.rows.mark == earlier.rows.mark
            and not {kind for kind, _ in self.outputs} & {kind for kind, _ in earlier.outputs}
        )

    def with_call(self, later: Prediction) -> Prediction:
        """This prediction and a call that `continues` it."""
        return replace(self, outputs=self.outputs + later.outputs, duration=self.duration + later.duration)


def join(predictions: list[Prediction], call: Prediction) -> None:
    """Fold `call` into the latest of `predictions` that it continues, or append it as one of its own.

    Two equal rows that were each asked the same question stay two predictions.
    """
    for position in range(len(predictions) - 1, -1, -1):
        if call.continues(predictions[position]):
            predictions[position] = predictions[position].with_call(call)
            return
    predictions.append(call)
