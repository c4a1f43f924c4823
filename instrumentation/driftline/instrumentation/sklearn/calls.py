"""One call of an estimator: run it unchanged, and say what it was asked and what it answered."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from opentelemetry.instrumentation.utils import is_instrumentation_enabled

from driftline.instrumentation import spans
from driftline.instrumentation.calls import Prediction
from driftline.instrumentation.observing import process_intake, quietly
from driftline.instrumentation.rows import Rows, snapshot
from driftline.instrumentation.scopes import Intake, around_inner_calls, inside_a_call
from driftline.instrumentation.sklearn.config import OUTPUTS, SklearnConfiguration

Arguments = tuple[Any, ...]
_options = [SklearnConfiguration()]


def configure(options: SklearnConfiguration) -> None:
    """Take the options of `instrument()`."""
    _options[:] = [options]


def train(_: str, inner: Callable[..., Any], estimator: Any, args: Arguments, kwargs: Mapping[str, Any]) -> Any:
    """Run a training method; what it predicts on the way (early stopping, a search's folds) is no prediction."""
    if inside_a_call():
        return inner(estimator, *args, **kwargs)
    with around_inner_calls():
        return inner(estimator, *args, **kwargs)


def ask(method: str, inner: Callable[..., Any], estimator: Any, args: Arguments, kwargs: Mapping[str, Any]) -> Any:
    """Run an answering method and pass on what was asked and answered; only the outermost call is a prediction.

    Returns what `inner` returns and raises what it raises, untouched.
    """
    if inside_a_call() or not _intake().wants() or not is_instrumentation_enabled():
        return inner(estimator, *args, **kwargs)
    rows = quietly(_rows, estimator, args, kwargs)
    started = time.perf_counter()
    try:
        with around_inner_calls(), _span(estimator, rows):
            answer = inner(estimator, *args, **kwargs)
    except Exception as error:
        quietly(_report, estimator, rows, (), time.perf_counter() - started, error)
        raise
    quietly(_report, estimator, rows, ((OUTPUTS[method], answer),), time.perf_counter() - started, None)
    return answer


def _rows(estimator: Any, args: Arguments, kwargs: Mapping[str, Any]) -> Rows:
    names = getattr(estimator, "feature_names_in_", None)
    return snapshot(args[0] if args else kwargs["X"], None if names is None else tuple(map(str, names)))


def _report(
    estimator: Any, rows: Rows | None, outputs: tuple[Any, ...], duration: float, error: Exception | None
) -> None:
    if rows is None:
        return
    _intake().add(
        Prediction(
            model=_name(estimator),
            source=id(estimator),
            rows=rows,
            outputs=outputs,
            classes=_classes(estimator),
            duration=duration,
            error_type=None if error is None else type(error).__qualname__,
        )
    )


def _intake() -> Intake:
    return _options[0].intake or process_intake()


def _span(estimator: Any, rows: Rows | None) -> AbstractContextManager[None]:
    name = quietly(_intake().name, _name(estimator)) or _name(estimator)
    return spans.predict(name, None if rows is None else rows.count, _options[0].tracer_provider)


def _name(estimator: Any) -> str:
    return _options[0].model_name or type(estimator).__name__


def _classes(estimator: Any) -> tuple[Any, ...] | None:
    """A classifier's classes; None for a regressor, for several outputs at once, and for one never fitted."""
    classes = getattr(estimator, "classes_", None)
    if classes is None or isinstance(classes, list):
        return None
    return tuple(classes.tolist())
