"""What every framework's room has from its base: dependencies, spans, and a host that never suffers."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from opentelemetry.instrumentation.dependencies import DependencyConflictError
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind
from sklearn.linear_model import LogisticRegression

from driftline.instrumentation.instrumentor import FrameworkConfiguration, FrameworkInstrumentor, ModuleChange
from driftline.instrumentation.observing import quietly
from driftline.instrumentation.scopes import Intake
from driftline.instrumentation.sklearn import SklearnInstrumentor
from driftline.semconv import attributes


def room(requires: str, change: ModuleChange) -> FrameworkInstrumentor:
    class Room(FrameworkInstrumentor):
        libraries = (requires,)
        configuration = FrameworkConfiguration

        def changes(self, options: FrameworkConfiguration) -> Mapping[str, ModuleChange]:
            return {"driftline_test_framework": change}

        def revert(self) -> None:
            return

    return Room()


@pytest.mark.parametrize("requires", ["a-library-nobody-has >= 1", "numpy < 1"])
def test_the_loader_is_told_of_a_library_absent_or_out_of_range(requires: str) -> None:
    with pytest.raises(DependencyConflictError):
        room(requires, lambda _: None).instrument(skip_dep_check=True)


def test_a_module_is_changed_when_the_host_imports_it_and_not_after_uninstrumenting(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "driftline_test_framework.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    changed: list[str] = []

    def change(module: ModuleType) -> None:
        changed.append(module.__name__)
        raise LookupError("a framework of another shape")

    instrumentor = room("numpy", change)
    instrumentor.instrument(skip_dep_check=True)
    assert changed == []
    __import__("driftline_test_framework")
    assert changed == ["driftline_test_framework"]
    instrumentor.uninstrument()
    del sys.modules["driftline_test_framework"]
    __import__("driftline_test_framework")
    assert changed == ["driftline_test_framework"]


@pytest.fixture
def spans() -> Any:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    SklearnInstrumentor().instrument(intake=Intake(lambda _: None, always=False), tracer_provider=provider)
    yield exporter, provider.get_tracer("test")
    SklearnInstrumentor().uninstrument()


X = np.random.default_rng(5).normal(size=(20, 2))


def test_the_servers_span_carries_the_model(spans: Any) -> None:
    exporter, tracer = spans
    model = LogisticRegression().fit(X, X[:, 0] > 0)
    with tracer.start_as_current_span("POST /predict", kind=SpanKind.SERVER):
        model.predict(X)
    (span,) = exporter.get_finished_spans()
    assert dict(span.attributes) == {
        attributes.ML_MODEL_NAME: "LogisticRegression",
        attributes.ML_PREDICTION_ROWS: 20,
    }


def test_without_a_server_each_prediction_has_a_span_that_names_its_error(spans: Any) -> None:
    exporter, _ = spans
    with pytest.raises(Exception, match="not fitted"):
        LogisticRegression().predict(X)
    (span,) = exporter.get_finished_spans()
    assert (span.name, span.kind) == ("predict LogisticRegression", SpanKind.INTERNAL)
    assert span.attributes[attributes.ERROR_TYPE] == "NotFittedError"


def test_an_error_of_ours_is_said_once_and_kept_from_the_host(caplog: pytest.LogCaptureFixture) -> None:
    def fails() -> int:
        raise LookupError("ours")

    assert quietly(fails) is None
    assert quietly(fails) is None
    assert len(caplog.records) == 1
