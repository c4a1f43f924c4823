"""Every expression of every dashboard, asked of a real Prometheus that scrapes a running processor."""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np
import pytest

from driftline.exporters.prometheus import PrometheusExporter, expose
from driftline.instrumentation import ModelRecorder
from driftline.processors.findings import Comparison, Fairness, Figure, Group, Identity, Performance, State, Window
from driftline.processors.health import Health
from driftline.processors.profile import Profile
from driftline.semconv import PerformanceKind, metrics
from tests.end_to_end.conftest import StartPrometheus
from tests.processors.rendering.grafana.reading import Question, dashboards, panels, questions
from tests.servers.driftline import running_processor
from tests.servers.grafana import TOKEN, Grafana
from tests.servers.grafana import running as grafana_server
from tests.servers.prometheus import Prometheus

pytestmark = pytest.mark.end_to_end

CHOSEN = {
    "datasource": "prometheus",
    "model": "credit",
    "version": ".*",
    "environment": "test|staging",
    "field": "age",
    "slo": ".*",
    "metric": "roc_auc",
    "segment": "region",
    "attribute": "sex",
    "fairness": "disparate_impact_ratio",
    "instance": ".*",
    "__rate_interval": "6s",
}
MONITOR = """
apiVersion: driftline.dev/v1
kind: ModelMonitor
metadata: {name: credit}
spec:
  window: {length: 1m, every: 1s}
  segments: [region]
  slos:
    - {name: up, objective: 90, sli: {availability: {}}}
    - {name: fast, objective: 99, sli: {latency: {threshold: 250ms}}}
    - {name: steady, objective: 90, sli: {drift: {}}}
    - {name: clean, objective: 99, sli: {quality: {}}}
"""


def profile(folder: Path) -> Path:
    random = np.random.default_rng(1)
    age = random.normal(40, 9, 5000)
    table = {"age": age, "plan": random.choice(["a", "b"], 5000), "score": 1 / (1 + np.exp((40 - age) / 9))}
    path = folder / "credit.profile.json"
    Profile.from_table(table, roles={"score": "score"}, model="credit", version="7").save(path)
    return path


def send(endpoint: str, reference: Path, enough: Event) -> None:
    """Drifted traffic of one model in one segment, a failure in each ten, until it is enough."""
    random = np.random.default_rng(2)
    with ModelRecorder(
        "credit", "7", reference=reference, endpoint=endpoint, environment="test", variant="champion", interval=0.3
    ) as recorder:
        while not enough.wait(0.1):
            rows = {"age": random.normal(60, 9, 50), "plan": random.choice(["a", "b", "new"], 50)}
            recorder.record(rows, score=random.random(50), duration=0.02, segments={"region": "north"})
            recorder.record({"age": None, "plan": "a"}, duration=0.03, error_type="ValueError")


@contextmanager
def judged_page() -> Iterator[str]:
    """`HOST:PORT` where the exporter shows how good the model is, of each kind, with a segment of it, and how fair."""
    health = Health()
    health.gauge(metrics.DRIFTLINE_INFO, 1, version="test")
    exporter = PrometheusExporter(health=health)
    whole = Identity("credit", "7", "champion", "test")
    north = replace(whole, segment=(("region", "north"),))
    performances = [performance(identity, kind) for identity in (whole, north) for kind in PerformanceKind]
    exporter.export([*performances, fairness(whole)], 0.0)

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shown = expose(exporter)
            self.send_response(200)
            for name, text in shown.headers.items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(shown.body)

        def log_message(self, *ignored: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        serving = Thread(target=server.serve_forever)
        serving.start()
        try:
            yield f"127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            serving.join()


def performance(identity: Identity, kind: PerformanceKind) -> Performance:
    """A segment is worse than the whole."""
    value = 0.7 if identity.segment else 0.8
    return Performance(
        identity,
        Window(0, time.time_ns(), 1000),
        time.time_ns(),
        "binary",
        kind,
        (Figure("roc_auc", value, value - 0.02, value + 0.02, limit=0.75, violated=value < 0.75),),
        outcomes=None if kind is PerformanceKind.ESTIMATED else 960,
        coverage=None if kind is PerformanceKind.ESTIMATED else 0.96,
        outcome_age_seconds=None if kind is PerformanceKind.ESTIMATED else 60.0,
    )


def fairness(identity: Identity) -> Fairness:
    """One group is treated worse."""
    return Fairness(
        identity,
        ("sex",),
        Window(0, time.time_ns(), 1000),
        time.time_ns(),
        State.OK,
        (Group("female", 400, 0.35), Group("male", 600, 0.5)),
        (Comparison("disparate_impact_ratio", 0.7, 0.66, 0.74, "female", limit=0.8, violated=True),),
    )


def filled(expression: str) -> str:
    """The expression as Grafana sends it."""
    return re.sub(r"\$(\w+)", lambda found: CHOSEN[found[1]], expression)


def complaint(server: Prometheus, question: Question, start: float, end: float) -> str | None:
    """What is wrong with the answer: nothing came, or a NaN, or an infinity."""
    asked = filled(question.expression)
    if question.now:
        values = [sample.value for sample in server.query(asked, at=end)]
    else:
        answer = server.query_range(asked, start=start, end=end, step=1)
        values = [value for series in answer for _, value in series.points]
    if not values:
        return "no data"
    return None if all(math.isfinite(value) for value in values) else "NaN or infinite"


def complaints_about(server: Prometheus, dashboard: dict[str, Any], start: float, end: float) -> list[str]:
    return [
        f"{dashboard['uid']}, {question.where}: {wrong}"
        for question in questions(dashboard)
        if (wrong := complaint(server, question, start, end)) is not None
    ]


def value(server: Prometheus, uid: str, title: str, at: float) -> float:
    """The one figure of a panel."""
    (sample,) = server.query(by_title(uid, title), at=at)
    return sample.value


def by_title(uid: str, title: str) -> str:
    """The first expression of a panel."""
    (panel,) = [one for one in panels(dashboards()[uid]) if one["title"] == title]
    return filled(panel["targets"][0]["expr"])


@pytest.mark.timeout(120)
@pytest.mark.parametrize("prometheus", ["2.42"], indirect=True)
def test_every_expression_returns_figures_from_a_real_prometheus(prometheus: StartPrometheus, tmp_path: Path) -> None:
    enough = Event()
    with (
        grafana_server() as grafana,
        judged_page() as judged,
        running_processor(tmp_path, *telling(grafana, tmp_path), monitor=MONITOR) as processor,
    ):
        page = processor.addresses["prometheus"]
        server = prometheus({"driftline": page, "twin": page.replace("127.0.0.1", "localhost"), "judged": judged})
        start = time.time()
        sending = Thread(target=send, args=(f"http://{processor.addresses['otlp_http']}", profile(tmp_path), enough))
        sending.start()
        try:
            server.wait_for('ml_drift_contribution{job="twin"}')
            server.wait_for('rate(ml_predictions_total{job="twin",error_type!=""}[6s]) > 0')
            time.sleep(2)  # two scrapes more, so that the rates of both jobs stand on the same traffic
            end = time.time()
            assert complaint(server, Question("none", 'ml_drift_level{ml_model_name="other"}', now=True), start, end)
            assert complaint(server, Question("none", "0 * driftline_info{} / 0", now=False), start, end)
            assert [line for one in dashboards().values() for line in complaints_about(server, one, start, end)] == []
            _nothing_counts_twice(server, end)
            _the_whole_and_its_segments_are_told_apart(server, end)
            _every_choice_is_found(server)
            _grafana_was_told(grafana)
        finally:
            enough.set()
            sending.join()


def telling(grafana: Grafana, folder: Path) -> tuple[str | Path, ...]:
    """The processor's arguments that let it mark alarms there and push figures."""
    (folder / "token").write_text(TOKEN, encoding="utf-8")
    config = {"exporters": {"grafana": {"endpoint": grafana.url, "tokenFile": "token", "live": {}}}}
    (folder / "driftline.yaml").write_text(json.dumps(config), encoding="utf-8")
    return "--config", folder / "driftline.yaml"


def _grafana_was_told(grafana: Grafana) -> None:
    (alarm,) = grafana.annotations.values()
    assert {"driftline", "alarm", "model:credit", "version:7"} <= set(alarm["tags"])
    assert "age" in alarm["text"], "why"
    assert {"stream/driftline/ml_drift_level", "stream/driftline/slo_burn_rate"} <= set(grafana.channels)


def _nothing_counts_twice(server: Prometheus, at: float) -> None:
    """The processor is scraped twice and the model has a segment, yet it is one model with one traffic."""
    assert value(server, "driftline-fleet", "Models watched", at) == 1
    assert value(server, "driftline-fleet", "In drift", at) == 1
    whole = server.query('sum by (job) (rate(ml_predictions_total{region=""}[6s]))', at=at)
    assert len(whole) == 2, "both are scraped"
    assert server.query('ml_predictions_total{region="north"}', at=at), "the segment has figures of its own"
    shown = value(server, "driftline-fleet", "Predictions", at)
    assert min(one.value for one in whole) <= shown <= 1.2 * max(one.value for one in whole)


def _the_whole_and_its_segments_are_told_apart(server: Prometheus, at: float) -> None:
    (drawn,) = [one for one in panels(dashboards()["driftline-performance"]) if one.get("repeat") == "version"]
    figures = {each["legendFormat"]: filled(each["expr"]) for each in drawn["targets"]}
    assert [one.value for one in server.query(figures["final"], at=at)] == [0.8], "not the segment's"
    by_segment = by_title("driftline-segments", "$metric by segment")
    assert {(one.labels["region"], one.value) for one in server.query(by_segment, at=at)} == {("north", 0.7)}
    unsplit = by_segment.replace("region", "")
    assert server.query(unsplit, at=at) == [], "a model without segments shows nothing, and no error"


def _every_choice_is_found(server: Prometheus) -> None:
    for dashboard in dashboards().values():
        for variable in dashboard["templating"]["list"][1:]:
            assert choices(server, variable), (dashboard["uid"], variable["name"])


def choices(server: Prometheus, variable: dict[str, Any]) -> set[str]:
    """What Grafana would offer."""
    asked = variable["query"]["query"]
    if names := re.fullmatch(r"label_names\((.*)\)", asked):
        found = {label for sample in server.query(f"{names[1]}{{}}") for label in sample.labels}
    else:
        values = re.fullmatch(r"label_values\((.*), (\w+)\)", asked)
        assert values is not None, asked
        found = {sample.labels.get(values[2], "") for sample in server.query(filled(values[1]))}
    offered = re.compile(variable.get("regex", "").strip("/") or ".+")
    return {one for one in found if offered.fullmatch(one)}
