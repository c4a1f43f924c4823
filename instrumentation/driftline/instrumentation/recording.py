"""From predictions to the recorder: which recorder, and which number is the score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from driftline.instrumentation.calls import Output, Prediction
from driftline.instrumentation.identifying import numbered

if TYPE_CHECKING:
    from driftline.instrumentation.recorder import ModelRecorder


FLUSH_SECONDS: Final = 5.0


class Recording:
    """Records predictions, each with the recorder of its model."""

    def __init__(self) -> None:
        self._recorders: dict[str, ModelRecorder] = {}

    def deliver(self, predictions: Sequence[Prediction]) -> None:
        """Record each prediction; a batch of 1,000 rows counts 1,000."""
        for prediction in predictions:
            self._record(prediction)

    def prepare(self, prediction: Prediction) -> None:
        """Make the recorder of the prediction's model, without recording."""
        self._recorder(prediction.model)

    def name(self, model: str) -> str:
        """The name the model is recorded under: the telemetry contract's chain, the class at its end."""
        return self._recorder(model).name

    def flush(self) -> None:
        """Send what was recorded, for a process that is about to end; waits at most `FLUSH_SECONDS` a model."""
        for recorder in self._recorders.values():
            recorder.flush(FLUSH_SECONDS)

    def _record(self, prediction: Prediction) -> None:
        self._recorder(prediction.model).record(
            prediction.rows.features,
            names=prediction.rows.names,
            prediction=_one_a_row(prediction.output(Output.PREDICTION)),
            score=score_of(prediction),
            classes=prediction.classes,
            duration=prediction.duration,
            error_type=prediction.error_type,
            prediction_id=_ids(prediction),
        )

    def _recorder(self, model: str) -> ModelRecorder:
        from driftline.instrumentation.recorder import recorder_for  # exporters load only where a model answers

        recorder = self._recorders.get(model)
        if recorder is None or recorder.closed:
            recorder = self._recorders[model] = recorder_for(model)
        return recorder


def _ids(prediction: Prediction) -> list[str] | str | None:
    """The ids of the rows; None where the caller does not know the request's, or never saw the answer."""
    given, first = prediction.prediction_id, prediction.first_row
    if given is None or prediction.error_type is not None:
        return None
    return given if first == 0 else numbered(given, range(first, first + prediction.rows.count))


def score_of(prediction: Prediction) -> Any:
    """The score to keep: P(positive) or the margin of shape (n,); (n, classes) for more than two; None without.

    The positive class of two is the second of `classes`, as everywhere in scikit-learn.
    """
    score = prediction.output(Output.SCORE)
    if score is None:
        score = prediction.output(Output.MARGIN)
    if score is None or isinstance(score, list):  # a list holds one array for each of several outputs
        return None
    score = np.asarray(score)
    return score[:, 1] if score.ndim == 2 and score.shape[1] == 2 else score


def _one_a_row(answer: Any) -> Any:
    """The answers where there is one a row; None for several outputs a row, which have no field of their own."""
    return None if answer is None or np.ndim(answer) != 1 else answer
