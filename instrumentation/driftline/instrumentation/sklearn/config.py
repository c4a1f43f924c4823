"""What the scikit-learn room instruments, and what a user may set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from driftline.instrumentation.calls import Output
from driftline.instrumentation.instrumentor import FrameworkConfiguration

LIBRARIES: Final = ("scikit-learn >= 1.3",)

OUTPUTS: Final = {
    "predict": Output.PREDICTION,
    "predict_proba": Output.SCORE,
    "decision_function": Output.MARGIN,
}
"""Methods that answer a caller, and what they answer."""

TRAINING: Final = ("fit", "partial_fit", "fit_predict", "fit_transform")
"""Methods whose inner calls are training, never predictions."""


@dataclass(frozen=True, slots=True)
class SklearnConfiguration(FrameworkConfiguration):
    """Options of `SklearnInstrumentor().instrument(...)`.

    `model_name` names the model where one process serves one; the default is the chain of the telemetry contract
    (`DRIFTLINE_MODEL_NAME`, the resource, `service.name`, the estimator's class).
    """

    model_name: str | None = None
