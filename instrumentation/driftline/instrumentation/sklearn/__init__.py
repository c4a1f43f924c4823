"""scikit-learn without a line of user code: every estimator's answers, as one prediction each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from driftline.instrumentation.instrumentor import FrameworkInstrumentor, ModuleChange
from driftline.instrumentation.sklearn import estimators, workers
from driftline.instrumentation.sklearn.config import LIBRARIES, SklearnConfiguration


class SklearnInstrumentor(FrameworkInstrumentor):
    """Instruments `predict`, `predict_proba` and `decision_function` of every estimator, also of classes to come."""

    libraries = LIBRARIES
    configuration = SklearnConfiguration

    def changes(self, options: SklearnConfiguration) -> Mapping[str, ModuleChange]:
        return {
            "sklearn.base": partial(estimators.change, options),
            "sklearn.utils.parallel": workers.change,
        }

    def revert(self) -> None:
        estimators.revert()
        workers.revert()


__all__ = ["SklearnConfiguration", "SklearnInstrumentor"]
