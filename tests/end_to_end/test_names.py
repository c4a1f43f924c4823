"""Drives everything once: no name and no attribute may leave that the registry lacks."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import numpy as np
import pytest
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

from driftline.instrumentation import ModelRecorder
from driftline.processors.profile import Profile
from driftline.semconv import events, registry
from driftline.semconv.registry import Instrument
from tests.semconv.emitted import lacking_in_exposition, lacking_in_logs, lacking_in_metrics, lacking_in_traces
from tests.servers.capture import Capture, capturing
from tests.servers.driftline import Processor, running_processor
from tests.servers.processes import eventually

pytestmark = pytest.mark.end_to_end

SEGMENTS = ["region"]
OTHER_PATHS = ("ml.performance", "ml.outcome", "ml.fairness", "ml.rows", "ml.concept_drift")
"""Begins of names that leave only where outcomes come, groups are compared, or rows travel."""
MONITOR = """
apiVersion: driftline.dev/v1
kind: ModelMonitor
metadata: {name: credit}
spec: {window: {length: 1m, every: 1s}, segments: [region]}
"""


def profile(folder: Path) -> Path:
    random = np.random.default_rng(1)
    age = random.normal(40, 9, 5000)
    table = {
        "age": age,
        "plan": random.choice(["a", "b"], 5000),
        "gone": random.normal(size=5000),
        "score": 1 / (1 + np.exp((40 - age) / 9)),
    }
    path = folder / "credit.profile.json"
    Profile.from_table(table, roles={"score": "score"}, model="credit", version="7").save(path)
    return path


def drive(capture: Capture, folder: Path) -> None:
    """Every kind of value, field, defect, segment, span, event and error a model server can emit."""
    spans = TracerProvider()
    spans.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter(f"{capture.url}/v1/traces")))
    random = np.random.default_rng(2)
    for reference in (profile(folder), None):
        with ModelRecorder(
            "credit",
            "7" if reference else "8",
            reference=reference,
            endpoint=capture.url,
            variant="champion",
            environment="test",
            capture=["age"],
            interval=0.2,
            tracer_provider=spans,
        ) as recorder:
            for _ in range(5):
                rows = {
                    "age": random.normal(60, 9, 200),
                    "plan": random.choice(["a", "b", "new"], 200),
                    "odd": [None] * 200,
                }
                recorder.record(rows, score=random.random(200), duration=0.02, segments={"region": "north"})
            recorder.record({"age": float("inf"), "plan": None}, prediction="yes", error_type="ValueError")
            with recorder.predict({"age": 41.0, "plan": "a"}, prediction_id="p-1") as call:
                call.prediction, call.score = "yes", 0.7
            recorder.record_outcome("p-1", label="yes")
            time.sleep(0.5)
    spans.shutdown()


def test_nothing_leaves_that_the_registry_lacks(tmp_path: Path) -> None:
    with capturing() as out:
        config = tmp_path / "driftline.yaml"
        config.write_text(f"exporters: {{otlp: {{endpoint: '{out.url}'}}}}\n")
        with (
            running_processor(tmp_path, "--config", config, monitor=MONITOR) as processor,
            capturing(f"http://{processor.addresses['otlp_http']}") as sent,
        ):
            drive(sent, tmp_path)
            processor.wait_for(
                "ml_drift_detected", 1, timeout=30, ml_field_name="age", ml_model_version="7", region="north"
            )
            eventually(lambda: out.metrics or None, timeout=10, what="findings by OTLP")
            page = httpx.get(f"http://{processor.addresses['prometheus']}/metrics").text

    assert [line for request in sent.metrics for line in lacking_in_metrics(request, SEGMENTS)] == []
    assert [line for request in sent.traces for line in lacking_in_traces(request, SEGMENTS)] == []
    assert [line for request in sent.logs for line in lacking_in_logs(request, SEGMENTS)] == []
    assert [line for request in out.metrics for line in lacking_in_metrics(request, SEGMENTS)] == []
    assert lacking_in_exposition(page, SEGMENTS) == []
    assert sent.traces, "spans were emitted"
    told = {
        record.event_name
        for request in sent.logs
        for resource in request.resource_logs
        for scope in resource.scope_logs
        for record in scope.log_records
    }
    assert told == {events.ML_REFERENCE, events.ML_PREDICTION, events.ML_OUTCOME}
    _everything_was_driven(sent, out, processor)


def _everything_was_driven(sent: Capture, out: Capture, processor: Processor) -> None:
    """A name of the drift path that never left would make the checks above say nothing about it."""
    seen = {
        metric.name
        for request in (*sent.metrics, *out.metrics)
        for resource in request.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
    }
    drift_path = {
        name
        for name, metric in registry.METRICS.items()
        if name.startswith("ml.") and not name.startswith(OTHER_PATHS)
        if metric.instrument in {Instrument.GAUGE, Instrument.COUNTER, Instrument.HISTOGRAM}
    }
    assert drift_path - seen == set()
