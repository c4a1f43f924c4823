"""`with recorder.predict(...) as call`: times a prediction, opens its span, records it at the end."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Literal, Self

from opentelemetry.trace import Span

from driftline.instrumentation.recorder.calls import Call


class PredictCall:
    """One prediction under way. Set what the model answered; the rest happens when the block ends.

    Attributes:
        prediction: the class or value, one or one a row.
        score: the probability or margin, as for `ModelRecorder.record`.
        prediction_id: the key that later joins the outcome.
        segments: attributes of this part of the traffic.
    """

    def __init__(
        self,
        given: Call,
        prediction_id: Any,
        *,
        open_span: Callable[[], AbstractContextManager[Span]],
        finish: Callable[[Call, Any, Span | None], None],
        guard: Callable[[Exception], None],
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.prediction = given.prediction
        self.score = given.score
        self.segments = given.segments
        self.prediction_id = prediction_id
        self._given = given
        self._open_span = open_span
        self._finish = finish
        self._guard = guard
        self._clock = clock
        self._began = 0.0
        self._context: AbstractContextManager[Span] | None = None
        self._span: Span | None = None

    def __enter__(self) -> Self:
        try:
            context = self._open_span()
            self._span = context.__enter__()
            self._context = context
        except Exception as error:  # noqa: BLE001 - a tracer of the host may raise anything
            self._guard(error)
        self._began = self._clock()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Literal[False]:
        took = self._clock() - self._began
        try:
            self._finish(self._call(took, kind), self.prediction_id, self._span)
        except Exception as ours:  # noqa: BLE001 - the host's own exception, if any, must be the one that passes
            self._guard(ours)
        self._close_span(kind, error, trace)
        return False

    def _call(self, took: float, kind: type[BaseException] | None) -> Call:
        given = self._given
        failed = kind is not None
        return Call(
            given.features,
            given.names,
            None if failed else self.prediction,
            None if failed else self.score,
            took,
            self.segments,
            kind.__qualname__ if kind is not None else given.error_type,
            given.classes,
        )

    def _close_span(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._context is None:
            return
        try:
            self._context.__exit__(kind, error, trace)
        except BaseException as raised:  # noqa: BLE001 - the span passes the host's exception on; it leaves below
            if raised is not error and isinstance(raised, Exception):
                self._guard(raised)
