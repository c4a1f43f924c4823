"""The check of emitted names finds what the registry lacks, and nothing else."""

from __future__ import annotations

import pytest
from google.protobuf.json_format import ParseDict
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from driftline.semconv import SCHEMA_URL
from tests.semconv.emitted import lacking_in_exposition, lacking_in_logs, lacking_in_metrics, lacking_in_traces

Json = dict[str, object]


def test_metrics_of_the_contract_pass() -> None:
    point = {"attributes": _pairs("ml.field.name", "ml.field.role", "ml.model.version", "region"), "count": "0"}
    for kind in ("histogram", "exponentialHistogram"):
        request = _metrics({"name": "ml.field.distribution", kind: {"dataPoints": [point]}})
        assert lacking_in_metrics(request, segments=["region"]) == []


@pytest.mark.parametrize(
    ("metric", "complaint"),
    [
        ({"name": "ml.drift.guess", "gauge": {}}, "metric ml.drift.guess is not in the registry"),
        ({"name": "ml.predictions", "unit": "{prediction}", "gauge": {}}, "came as gauge, the registry says counter"),
        ({"name": "ml.predictions", "sum": {}}, "has the unit '', the registry says '{prediction}'"),
        (
            {"name": "ml.drift.level", "gauge": {"dataPoints": [{"attributes": [{"key": "region", "value": {}}]}]}},
            "metric ml.drift.level: attribute region is not in the registry",
        ),
        (
            {"name": "driftline.panes", "gauge": {"dataPoints": [{"attributes": [{"key": "ml.model.name"}]}]}},
            "metric driftline.panes: attribute ml.model.name is not in the registry",
        ),
    ],
)
def test_a_metric_beside_the_contract_is_named(metric: Json, complaint: str) -> None:
    (said,) = lacking_in_metrics(_metrics(metric))
    assert said.endswith(complaint)


def test_metrics_of_others_are_their_own_business_but_not_under_our_names() -> None:
    assert lacking_in_metrics(_metrics({"name": "http.server.request.duration", "histogram": {}}, scope="http")) == []
    (said,) = lacking_in_metrics(_metrics({"name": "ml.mine", "gauge": {}}, scope="http"))
    assert "ml.mine" in said


def test_a_resource_may_say_who_emits_and_whose_model_it_is() -> None:
    request = _metrics(resource=("service.name", "telemetry.sdk.name", "ml.model.name", "colour"))
    assert lacking_in_metrics(request) == ["resource attribute colour is not in the registry"]


def test_spans_of_ours_are_checked_whole_and_others_only_under_our_names() -> None:
    ours = _spans("driftline.instrumentation", "ml.model.name", "ml.prediction.rows", "ml.feature.age", "colour")
    assert lacking_in_traces(ours) == ["span attribute colour is not in the registry"]
    assert lacking_in_traces(_spans("fastapi", "http.route", "ml.prediction.id")) == []
    assert lacking_in_traces(_spans("fastapi", "ml.prediction.colour")) == [
        "span attribute ml.prediction.colour is not in the registry"
    ]
    assert lacking_in_traces(_spans("driftline.instrumentation")) == ["span 'predict credit' names no model"]


def test_events_are_known_by_name_and_whole() -> None:
    assert lacking_in_logs(_events("ml.outcome", "ml.prediction.id", "ml.outcome.label", "ml.model.name")) == []
    assert lacking_in_logs(_events("ml.outcome", "colour")) == [
        "event ml.outcome lacks ml.prediction.id",
        "event ml.outcome: attribute colour is not in the registry",
    ]
    assert lacking_in_logs(_events("ml.guess")) == ["event 'ml.guess' is not in the registry"]


def test_an_exposition_is_read_as_prometheus_reads_it() -> None:
    good = (
        "# TYPE ml_predictions_total counter\n"
        'ml_predictions_total{ml_model_name="credit"} 4\n'
        "# TYPE ml_prediction_duration_seconds histogram\n"
        'ml_prediction_duration_seconds_bucket{le="+Inf",ml_model_name="credit"} 4\n'
        "# TYPE ml_reference_age_seconds gauge\n"
        'ml_reference_age_seconds{ml_model_name="credit",ml_reference_id="1",ml_reference_kind="declared"} 4\n'
        "# TYPE target_info gauge\ntarget_info 1\n"
    )
    assert lacking_in_exposition(good, foreign=["target_info"]) == []
    bad = '# TYPE ml_drift_level summary\nml_drift_level{region="eu"} 1\n# TYPE colour gauge\ncolour 1\n'
    assert lacking_in_exposition(bad) == [
        "family colour: no metric of the registry is exposed under this name",
        "family ml_drift_level is a summary, the registry says gauge",
        "family ml_drift_level: label region is not in the registry",
    ]


def _pairs(*names: str) -> list[Json]:
    return [{"key": name, "value": {"stringValue": "x"}} for name in names]


def _metrics(
    *metrics: Json, scope: str = "driftline.instrumentation", resource: tuple[str, ...] = ()
) -> ExportMetricsServiceRequest:
    scoped = {"scope": {"name": scope}, "metrics": list(metrics)}
    body = {"resourceMetrics": [{"resource": {"attributes": _pairs(*resource)}, "scopeMetrics": [scoped]}]}
    return ParseDict(body, ExportMetricsServiceRequest())


def _spans(scope: str, *names: str) -> ExportTraceServiceRequest:
    scoped = {"scope": {"name": scope}, "spans": [{"name": "predict credit", "attributes": _pairs(*names)}]}
    return ParseDict({"resourceSpans": [{"scopeSpans": [scoped]}]}, ExportTraceServiceRequest())


def _events(name: str, *names: str) -> ExportLogsServiceRequest:
    scoped = {"schemaUrl": SCHEMA_URL, "logRecords": [{"eventName": name, "attributes": _pairs(*names)}]}
    return ParseDict({"resourceLogs": [{"scopeLogs": [scoped]}]}, ExportLogsServiceRequest())
