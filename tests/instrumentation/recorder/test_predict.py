"""`with recorder.predict(...)`: spans, timing, errors, capture."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from driftline.instrumentation import ModelRecorder
from driftline.semconv import attributes, metrics
from tests.instrumentation.recorder.conftest import Counts, Make


class Traces:
    def __init__(self) -> None:
        self._memory = InMemorySpanExporter()
        self.provider = TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self._memory))

    @property
    def spans(self) -> tuple[ReadableSpan, ...]:
        return self._memory.get_finished_spans()


@pytest.fixture
def traces() -> Traces:
    return Traces()


def test_a_prediction_has_an_internal_span_of_its_own_and_no_values_on_it(recorder: Make, traces: Traces) -> None:
    one = recorder("credit", "7", tracer_provider=traces.provider)
    with one.predict({"age": [31, 44]}, prediction_id="r-1") as call:
        call.prediction, call.score = ["yes", "no"], [0.9, 0.2]
    (span,) = traces.spans
    assert (span.name, span.kind) == ("predict credit", SpanKind.INTERNAL)
    assert dict(span.attributes or {}) == {
        attributes.ML_MODEL_NAME: "credit",
        attributes.ML_MODEL_VERSION: "7",
        attributes.ML_PREDICTION_ROWS: 2,
        attributes.ML_PREDICTION_ID: "r-1",
    }
    counts = Counts(one)
    assert counts.total(metrics.ML_PREDICTIONS) == 2
    assert counts.count("score") == 2
    assert [point.count for name, _, point in counts.points if name == metrics.ML_PREDICTION_DURATION] == [1]


def test_the_servers_span_takes_the_attributes_where_there_is_one(recorder: Make, traces: Traces) -> None:
    one = recorder(tracer_provider=traces.provider)
    with (
        traces.provider.get_tracer("t").start_as_current_span("POST /predict", kind=SpanKind.SERVER),
        one.predict({"age": 31}) as call,
    ):
        call.prediction = 1.0
    (span,) = traces.spans
    assert span.name == "POST /predict"
    assert (span.attributes or {})[attributes.ML_MODEL_NAME] == "credit"
    assert (span.attributes or {})[attributes.ML_PREDICTION_ROWS] == 1


def test_an_exception_passes_unchanged_and_counts_as_an_error(recorder: Make, traces: Traces) -> None:
    one = recorder(tracer_provider=traces.provider)
    raised = ValueError("no such row")

    def fail() -> None:
        with one.predict({"age": 31}) as call:
            call.prediction = 1.0
            raise raised

    with pytest.raises(ValueError, match="no such row") as caught:
        fail()
    assert caught.value is raised
    (span,) = traces.spans
    assert (span.attributes or {})[attributes.ERROR_TYPE] == "ValueError"
    assert span.status.status_code is StatusCode.ERROR
    counts = Counts(one)
    assert counts.fields() == {"age"}
    errors = [labels for name, labels, _ in counts.points if name == metrics.ML_PREDICTIONS]
    assert [labels[attributes.ERROR_TYPE] for labels in errors] == ["ValueError"]


def test_capture_puts_allowed_values_on_the_span_and_no_others(recorder: Make, traces: Traces) -> None:
    one = recorder(tracer_provider=traces.provider, capture=("age", "tags"))
    with one.predict({"age": 31, "income": 5000.0}) as call:
        call.prediction, call.score = "yes", np.float64(0.9)
    with one.predict({"age": np.arange(1500), "tags": ["a", None] * 750}) as call:
        call.prediction = np.ones(1500)
    single, batch = (dict(span.attributes or {}) for span in traces.spans)
    assert single[attributes.ML_FEATURE_PREFIX + "age"] == 31
    assert (single[attributes.ML_PREDICTION_VALUE], single[attributes.ML_PREDICTION_SCORE]) == ("yes", 0.9)
    assert not any("income" in name for name in single)
    ages: Any = batch[attributes.ML_FEATURE_PREFIX + "age"]
    assert (len(ages), ages[:2]) == (1000, (0, 1))
    tags: Any = batch[attributes.ML_FEATURE_PREFIX + "tags"]
    assert tags[:2] == ("a", "None")


def test_record_puts_its_id_on_the_present_span(recorder: Make, traces: Traces) -> None:
    one = recorder()
    with traces.provider.get_tracer("t").start_as_current_span("request"):
        one.record({"x": 1.0}, prediction_id=7)
    assert (traces.spans[0].attributes or {})[attributes.ML_PREDICTION_ID] == "7"


class BrokenTracing(TracerProvider):
    def get_tracer(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError("no tracer")


def test_a_broken_tracer_or_a_wrong_answer_never_reaches_the_host() -> None:
    seen: list[Exception] = []
    one = ModelRecorder(
        "m", environ={}, endpoint="http://127.0.0.1:9", interval=3600, on_error=seen.append,
        tracer_provider=BrokenTracing(),
    )  # fmt: skip
    with one.predict({"x": [1.0, 2.0]}) as call:
        call.prediction = [1.0]
    assert [type(error).__name__ for error in seen] == ["RuntimeError", "ShapeError"]
    assert sum(one.dropped.values()) == 2
    one.abandon()


def test_by_default_an_error_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    one = ModelRecorder("m", environ={}, endpoint="http://127.0.0.1:9", interval=3600)
    for _ in range(5):
        one.record({"a": [1], "b": [1, 2]})
    assert len([record for record in caplog.records if "could not record" in record.getMessage()]) == 1
    one.abandon()
