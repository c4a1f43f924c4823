"""Every expression of every dashboard, asked of a real Prometheus that scrapes a running processor."""

from __future__ import annotations

import json
import math
import re
import time
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np
import pytest

from driftline.instrumentation import ModelRecorder
from driftline.processors.profile import Profile
from driftline.semconv import PerformanceKind
from tests.end_to_end.conftest import StartPrometheus
from tests.processors.rendering.grafana.reading import Question, dashboards, panels, questions
from tests.servers.driftline import running_processor
from tests.servers.grafana import TOKEN, Grafana
from tests.servers.grafana import running as grafana_server
from tests.servers.processes import eventually
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
  window: {length: 1m, every: 2s}
  segments: [region]
  rows: {every: 2s, reference: 100, minimumRows: 60, share: 0.5, statistics: [fields]}
  performance: {task: binary, cohort: 4s, maturity: 2s, keep: 1h, minimum: {roc_auc: 0.99}}
  conceptDrift: {detectors: [cusum], learn: 400}
  fairness: {attributes: [sex], favourable: {above: 0.5}, minimumObservations: 20}
  slos:
    - {name: up, objective: 90, sli: {availability: {}}}
    - {name: fast, objective: 99, sli: {latency: {threshold: 250ms}}}
    - {name: steady, objective: 90, sli: {drift: {}}}
    - {name: clean, objective: 99, sli: {quality: {}}}
"""


def profile(folder: Path) -> Path:
    random = np.random.default_rng(1)
    age = random.normal(40, 9, 5000)
    score = 1 / (1 + np.exp((40 - age) / 9))
    table = {"age": age, "plan": random.choice(["a", "b"], 5000), "score": score, "paid": random.random(5000) < score}
    path = folder / "credit.profile.json"
    Profile.from_table(table, roles={"score": "score", "paid": "outcome"}, model="credit", version="7").save(path)
    return path


def send(endpoint: str, reference: Path, enough: Event) -> None:
    """Drifted traffic of one model, a failure in each ten, with most of its outcomes at once, until it is enough."""
    random = np.random.default_rng(2)
    with ModelRecorder(
        "credit",
        "7",
        reference=reference,
        endpoint=endpoint,
        environment="test",
        variant="champion",
        interval=0.3,
        capture=["age", "plan"],
    ) as recorder:
        number = 0
        while not enough.wait(0.25):
            rows = {"age": random.normal(60, 9, 50), "plan": random.choice(["a", "b", "new"], 50)}
            score, ids = random.random(50), [f"{number}-{row}" for row in range(50)]
            people = {"region": "north", "sex": random.choice(["female", "male"], 50)}
            recorder.record(
                rows, prediction=score > 0.5, score=score, prediction_id=ids, duration=0.02, segments=people
            )
            recorder.record({"age": None, "plan": "a"}, duration=0.03, error_type="ValueError")
            recorder.record_outcome(ids[:45], label=random.random(45) < score[:45])
            number += 1


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


def steady(server: Prometheus) -> float:
    """A moment from now on after three seconds in which both jobs were scraped: the rates of both stand on the same
    traffic. It is two seconds ago: every scrape that began before it has been answered, or given up.
    """
    earliest = time.time() + 2  # a range of steps of a second ends up to one earlier

    def moment() -> float:
        then = time.time() - 2
        return then if then > earliest and server.query("min(min_over_time(up[3s])) == 1", at=then) else 0.0

    return eventually(moment, timeout=60, what="three seconds of scrapes")


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


@pytest.mark.timeout(200)
@pytest.mark.parametrize("prometheus", ["2.42"], indirect=True)
def test_every_expression_returns_figures_from_a_real_prometheus(prometheus: StartPrometheus, tmp_path: Path) -> None:
    enough = Event()
    with (
        grafana_server() as grafana,
        running_processor(tmp_path, *telling(grafana, tmp_path), monitor=MONITOR) as processor,
    ):
        page = processor.addresses["prometheus"]
        server = prometheus({"driftline": page, "twin": page.replace("127.0.0.1", "localhost")})
        start = time.time()
        sending = Thread(target=send, args=(f"http://{processor.addresses['otlp_http']}", profile(tmp_path), enough))
        sending.start()
        try:
            server.wait_for('ml_drift_contribution{job="twin"}')
            server.wait_for('rate(ml_predictions_total{job="twin",error_type!=""}[6s]) > 0')
            for kind in PerformanceKind:
                server.wait_for(f'ml_performance_score{{job="twin",ml_performance_kind="{kind}",region="north"}}')
            server.wait_for('ml_performance_error{job="twin",ml_performance_metric="roc_auc",region="",sex=""}')
            server.wait_for('ml_fairness_detected{job="twin"}')
            server.wait_for(by_title("driftline-performance", "Evidence of concept drift"), timeout=60)
            server.wait_for('ml_rows_p_value{job="twin"}')
            end = steady(server)
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
    whole = server.query('sum by (job) (rate(ml_predictions_total{region="",sex=""}[6s]))', at=at)
    assert len(whole) == 2, "both are scraped"
    assert server.query('ml_predictions_total{region="north"}', at=at), "the segment has figures of its own"
    shown = value(server, "driftline-fleet", "Predictions", at)
    assert min(one.value for one in whole) <= shown <= 1.2 * max(one.value for one in whole)


def _the_whole_and_its_segments_are_told_apart(server: Prometheus, at: float) -> None:
    (drawn,) = [one for one in panels(dashboards()["driftline-performance"]) if one.get("repeat") == "version"]
    figures = {each["legendFormat"]: filled(each["expr"]) for each in drawn["targets"]}
    asked = 'max(ml_performance_score{ml_performance_kind="realized",ml_performance_metric="roc_auc",%s})'
    ((whole,), (north,)) = (server.query(asked % part, at=at) for part in ('region="",sex=""', 'region="north"'))
    assert [one.value for one in server.query(figures["final"], at=at)] == [whole.value], "no segment's"
    by_segment = by_title("driftline-segments", "$metric by segment")
    final = [one for one in server.query(by_segment, at=at) if one.labels["ml_performance_kind"] == "realized"]
    assert [(one.labels["region"], one.value) for one in final] == [("north", north.value)]
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
