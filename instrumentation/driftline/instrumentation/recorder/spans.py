"""A prediction's span: the server's own where there is one, else one named `predict {model}`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, TracerProvider

from driftline.instrumentation.recorder.calls import Call
from driftline.instrumentation.recorder.capture import EVERY
from driftline.instrumentation.recorder.columns import is_sequence, read_columns
from driftline.instrumentation.recorder.values import plain
from driftline.semconv import SCHEMA_URL, attributes, spans

_MAX_VALUES: Final = 1000  # of a batch: a span is no place for a table


class CallSpans:
    """Opens spans for one model.

    Args:
        model: the model's name, which is part of the span's.
        identity: attributes of every span.
        capture: names of features whose values go onto spans, with prediction and score; empty is off.
        provider: None takes the global one at each call.
    """

    def __init__(
        self, model: str, identity: Mapping[str, str], capture: frozenset[str], provider: TracerProvider | None
    ) -> None:
        self._name = spans.PREDICT_PREFIX + model
        self._identity = dict(identity)
        self._capture = capture
        self._provider = provider

    @contextmanager
    def open(self) -> Iterator[Span]:
        """The span around a prediction. An exception passes unchanged and is told by the span's `error.type`."""
        current = trace.get_current_span()
        if current.is_recording() and getattr(current, "kind", None) is SpanKind.SERVER:
            current.set_attributes(self._identity)
            yield current
            return
        tracer = trace.get_tracer("driftline.instrumentation", tracer_provider=self._provider, schema_url=SCHEMA_URL)
        with tracer.start_as_current_span(self._name, kind=SpanKind.INTERNAL, attributes=self._identity) as span:
            yield span

    def identify(self, prediction_id: Any) -> None:
        """Put a prediction's id onto the present span."""
        trace.get_current_span().set_attribute(attributes.ML_PREDICTION_ID, _shown(prediction_id, as_text=True))

    def describe(self, span: Span, call: Call, rows: int, prediction_id: Any) -> None:
        """Put what is known of a finished call onto its span."""
        if not span.is_recording():
            return
        span.set_attribute(attributes.ML_PREDICTION_ROWS, rows)
        if prediction_id is not None:
            span.set_attribute(attributes.ML_PREDICTION_ID, _shown(prediction_id, as_text=True))
        if call.error_type is not None:
            span.set_attribute(attributes.ERROR_TYPE, call.error_type)
        if self._capture:
            self._captured(span, call)

    def _captured(self, span: Span, call: Call) -> None:
        for name, value in (
            (attributes.ML_PREDICTION_VALUE, call.prediction),
            (attributes.ML_PREDICTION_SCORE, call.score),
        ):
            if value is not None and not isinstance(value, Mapping):
                _set(span, name, value)
        table = read_columns(call.features, call.names, single=not is_sequence(call.prediction))
        for name, column in zip(table.names, table.columns, strict=True):
            if name in self._capture or EVERY in self._capture:
                _set(span, attributes.ML_FEATURE_PREFIX + name, column[0] if table.rows == 1 else column)


def _set(span: Span, name: str, value: Any) -> None:
    shown = _shown(value)
    if shown is not None:
        span.set_attribute(name, shown)


def _shown(value: Any, *, as_text: bool = False) -> Any:
    """A value as an attribute: arrays are cut at 1000, a mixture of types becomes text."""
    if not is_sequence(value):
        simple = plain(value)
        return simple if isinstance(simple, bool | int | float | str) and not as_text else str(simple)
    listed = [_shown(one, as_text=as_text) for one in list(value)[:_MAX_VALUES]]
    return listed if len(set(map(type, listed))) <= 1 else [str(one) for one in listed]
