"""Who is recorded and where it is sent: the precedences of the contract."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.resources import Resource

from driftline.instrumentation import recorder_for
from driftline.instrumentation.recorder.endpoint import resolve_endpoint
from driftline.instrumentation.recorder.identity import Hints, choose_name, choose_version, process_resource
from driftline.instrumentation.recorder.registry import Recorders
from driftline.semconv import attributes
from tests.instrumentation.recorder.conftest import Make

NAMES = [
    ("argument", "the argument"),
    ("variable", "DRIFTLINE_MODEL_NAME"),
    ("resource", "the resource"),
    ("registry", "the framework"),
    ("service", "service.name"),
    ("class", "the class"),
]


@pytest.mark.parametrize("first", range(len(NAMES)))
def test_the_name_comes_from_the_first_that_says_one(first: int) -> None:
    said = [name if at >= first else None for at, (name, _) in enumerate(NAMES)]
    environ = {"DRIFTLINE_MODEL_NAME": said[1]} if said[1] else {}
    resource = {"ml.model.name": said[2], "service.name": said[4] or "unknown_service:python"}
    choice = choose_name(said[0], environ, resource, Hints(said[5], said[3]))
    assert (choice.value, choice.said_by) == NAMES[first]


def test_without_any_name_a_model_is_called_model_and_the_line_says_how_to_name_it() -> None:
    choice = choose_name(None, {}, {}, Hints())
    assert choice.value == "model"
    assert "DRIFTLINE_MODEL_NAME" in choice.said_by


def test_the_service_names_a_model_only_where_it_is_alone() -> None:
    assert choose_name(None, {}, {"service.name": "api"}, Hints("Forest", alone=False)).value == "Forest"


def test_the_version_falls_back_to_the_profiles() -> None:
    assert choose_version("1", {"DRIFTLINE_MODEL_VERSION": "2"}, {}, Hints(version="3"), "4").value == "1"
    assert choose_version(None, {"DRIFTLINE_MODEL_VERSION": "2"}, {}, Hints(version="3"), "4").value == "2"
    assert choose_version(None, {}, {"ml.model.version": "5"}, Hints(version="3"), "4").value == "5"
    assert choose_version(None, {}, {}, Hints(version="3"), "4").value == "3"
    assert choose_version(None, {}, {}, Hints(), "4").value == "4"
    assert choose_version(None, {}, {}, Hints(), None).value is None


def test_the_choice_is_logged_once(recorder: Make, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "driftline.instrumentation"):
        one = recorder(None, environ={"DRIFTLINE_MODEL_NAME": "fraud"})
        one.record({"x": 1.0})
    (said,) = [record.getMessage() for record in caplog.records]
    assert said.startswith("Driftline records model fraud (named by DRIFTLINE_MODEL_NAME), version None (by nobody)")
    assert said.endswith("to http://127.0.0.1:9/v1/metrics (by the argument)")


ENDPOINTS = [
    ("http://a:1", {"DRIFTLINE_OTLP_ENDPOINT": "http://b"}, ("http://a:1/v1/metrics", "http://a:1/v1/logs")),
    (None, {"DRIFTLINE_OTLP_ENDPOINT": "b:4318/"}, ("http://b:4318/v1/metrics", "http://b:4318/v1/logs")),
    (
        None,
        {"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://c/v1/metrics", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://d"},
        ("http://c/v1/metrics", None),
    ),
    (None, {"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://c/v1/metrics"}, ("http://c/v1/metrics", "http://c/v1/logs")),
    (None, {"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://c/own"}, ("http://c/own", "http://c/own")),
    (None, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://d/p"}, ("http://d/p/v1/metrics", "http://d/p/v1/logs")),
    ("http://a:1/v1/metrics", {}, ("http://a:1/v1/metrics", "http://a:1/v1/logs")),
    (None, {}, (None, None)),
    ("a:4317", {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, ("http://a:4317", "http://a:4317")),
    (
        "http://a",
        {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc", "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL": "http/protobuf"},
        ("http://a/v1/metrics", "http://a/v1/logs"),
    ),
]


@pytest.mark.parametrize(("argument", "environ", "expected"), ENDPOINTS)
def test_the_endpoint_comes_from_the_first_that_says_one(
    argument: str | None, environ: dict[str, str], expected: tuple[str | None, str | None]
) -> None:
    chosen = resolve_endpoint(argument, environ)
    assert (chosen.metrics, chosen.logs) == expected


def test_a_configured_instance_id_is_kept_and_made_unique() -> None:
    configured = process_resource(Resource({"service.instance.id": "pod-1", "a": "b"})).attributes
    assert str(configured[attributes.SERVICE_INSTANCE_ID]).startswith("pod-1/")
    assert configured["a"] == "b"
    random = process_resource(Resource({"service.instance.id": str(uuid.uuid4())})).attributes
    assert uuid.UUID(str(random[attributes.SERVICE_INSTANCE_ID]))


@pytest.fixture
def recorders() -> Iterator[Recorders]:
    made = Recorders({"DRIFTLINE_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_SDK_DISABLED": "true"})
    yield made
    for one in made._by_name.values():
        one.abandon()


def test_a_model_has_one_recorder_and_two_models_have_two(recorders: Recorders) -> None:
    one = recorders.recorder_for("Forest", "3")
    assert recorders.recorder_for("Forest") is one
    assert (one.name, one.version) == ("Forest", "3")
    assert recorders.recorder_for("Tree").name == "Tree"
    assert recorders.recorder_for("Tree", registered="models:/credit").name == "models:/credit"


def test_a_closed_recorder_is_replaced(recorders: Recorders) -> None:
    one = recorders.recorder_for("Forest")
    one.close()
    assert recorders.recorder_for("Forest") is not one


def test_endless_models_share_one_recorder(recorders: Recorders) -> None:
    names = {recorders.recorder_for(f"Model{at}").name for at in range(300)}
    assert len(names) == 101
    assert "model" in names


def test_the_environment_names_the_model_of_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRIFTLINE_MODEL_NAME", "credit-from-environment")
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    one = recorder_for("LogisticRegression")
    assert one.name == "credit-from-environment"
    one.close()
