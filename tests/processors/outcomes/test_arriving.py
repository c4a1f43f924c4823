"""Predictions and outcomes arrive by every way there is: recorder, OTLP, HTTP, files; and their figures are scraped."""

from __future__ import annotations

import csv
import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from driftline.instrumentation import ModelRecorder
from driftline.instrumentation.recorder import OutcomeRecorder
from driftline.processors.cli.app import application
from driftline.processors.cli.listeners import HttpThread, Site, address_of, bind
from driftline.processors.control import Probe, control_app, outcome_routes
from driftline.processors.health import Health
from driftline.processors.otlp.errors import OverloadedError
from driftline.processors.otlp.logs import Event
from driftline.processors.otlp.service import OtlpService
from driftline.processors.outcomes import OutcomesError
from driftline.processors.pipeline import Pipeline
from driftline.semconv import attributes as names
from driftline.semconv import events
from tests.processors.outcomes.world import CREDIT, HOUR, T0, World, figures, known, made
from tests.servers.driftline import DRIFTLINE, Processor, running_processor

MONITOR = """
apiVersion: driftline.dev/v1
kind: ModelMonitor
metadata: {name: credit}
spec:
  window: {length: 2s, every: 1s}
  segments: [region]
  performance: {cohort: 1h, minimumObservations: 1}
"""


@pytest.fixture
def processor(tmp_path: Path) -> Iterator[Processor]:
    with running_processor(tmp_path, "--state", tmp_path / "state", monitor=MONITOR) as running:
        yield running


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def client(world: World) -> Iterator[httpx.Client]:
    """The control port, really served."""
    port = bind("127.0.0.1:0", "--control")
    routes = outcome_routes(world.outcomes, lambda model: world.outcomes.history(model, T0), lambda: T0)
    served = HttpThread([Site(control_app(Probe(lambda: 0.0), *routes), port)])
    with httpx.Client(base_url=f"http://{address_of(port)}", trust_env=False) as client:
        yield client
    served.stop(5)


def test_whichever_way_outcomes_come_they_meet_their_predictions(processor: Processor, tmp_path: Path) -> None:
    endpoint = f"http://{processor.addresses['otlp_http']}"
    with ModelRecorder("credit", "7", endpoint=endpoint, interval=0.2, environ={}) as credit:
        for row in range(4):
            credit.record(
                {"age": 31}, prediction="yes", score=0.75, prediction_id=f"r-{row}", segments={"region": "eu"}
            )
        assert credit.flush()
        credit.record_outcome("r-0", label="yes")
        assert credit.flush()
    billing = OutcomeRecorder(endpoint=endpoint, environ={})
    billing.record("r-1", label="yes", model="credit")
    billing.close()
    control = f"http://{processor.addresses['control']}/v1/outcomes"
    answer = httpx.post(control, json={"id": "r-2", "label": "no"}, trust_env=False)
    assert answer.json()["results"] == {"joined": 1}
    with (tmp_path / "late.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("order", "paid"), ("r-3", "yes"), ("r-3", "yes"), ("unknown", "no")])
    command = [str(DRIFTLINE), "outcomes", "load", str(tmp_path / "late.csv"), "--id", "order", "--label", "paid"]
    environ = os.environ | {"DRIFTLINE_CONTROL": processor.addresses["control"]}
    loaded = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environ)
    assert loaded.stdout == "3 outcomes: 1 joined, 1 duplicate, 1 orphan\n", loaded.stderr
    processor.wait_for(
        "ml_performance_score", 0.75, ml_performance_metric="accuracy", ml_performance_kind="provisional", region="eu"
    )
    assert processor.value("ml_performance_observations", region="eu") == 4
    assert processor.value("ml_outcome_coverage", region="eu") == 1
    assert processor.value("driftline_outcomes_total", outcome="joined") == 4


def test_an_objective_counts_outcomes_once_their_cohort_is_final(tmp_path: Path) -> None:
    promised = "  slos: [{name: right, objective: 90, sli: {performance: {metric: accuracy, minimum: 0.5}}}]\n"
    monitor = MONITOR.replace("cohort: 1h", "cohort: 1s, maturity: 1h, keep: 2h") + promised
    with running_processor(tmp_path, monitor=monitor) as running:
        endpoint = f"http://{running.addresses['otlp_http']}"
        with ModelRecorder("credit", "7", endpoint=endpoint, interval=0.2, environ={}) as credit:
            credit.record({"age": [31] * 40}, prediction=["yes"] * 40, prediction_id=[f"r-{row}" for row in range(40)])
            for row in range(40):
                credit.record_outcome(f"r-{row}", label="yes")
        running.wait_for("slo_events_total", 40, slo_name="right", slo_result="good")


def test_a_file_whose_columns_are_not_there_or_a_processor_that_is_not_is_said(tmp_path: Path) -> None:
    (tmp_path / "late.jsonl").write_text('{"order": 1, "paid": true}\n')
    for options, complaint in (
        (["--id", "id", "--label", "paid"], "no column id: name one of order, paid"),
        (["--id", "order", "--label", "paid", "--control", "127.0.0.1:9"], "start it with `driftline run`"),
        (["--id", "order"], "name one of --label COLUMN and --value COLUMN"),
    ):
        ended = CliRunner().invoke(
            application("outcomes"), ["outcomes", "load", str(tmp_path / "late.jsonl"), *options]
        )
        assert ended.exit_code == 2
        assert complaint in " ".join(ended.output.replace("│", "").split()), ended.output


def service_of(world: World) -> OtlpService:
    health = world.health
    return OtlpService(Pipeline(started_ns=T0), health, outcomes=world.outcomes, clock=lambda: world.now_ns)


def event(name: str, **plain: object) -> Event:
    spelled = {key.replace("_", "."): value for key, value in plain.items()}
    return Event(name, {names.ML_MODEL_NAME: "credit"}, {}, "", spelled, T0)


def test_one_event_speaks_of_many_rows() -> None:
    world = World(now_ns=T0 + HOUR - 1)
    service = service_of(world)
    told = [
        event(events.ML_PREDICTION, ml_prediction_id=["a", "b"], ml_prediction_value=[1, 0.0]),
        event(events.ML_OUTCOME, ml_prediction_id=["a", "b"], ml_outcome_label=["1", "1"]),
        event(events.ML_OUTCOME, ml_prediction_id="c", ml_outcome_value=1.5),
    ]
    assert service._join(told) == []
    assert world.counted() == {"joined": 2, "orphan": 1}
    (found,) = world.outcomes.measure(world.now_ns)
    assert figures(found)["accuracy"] == 0.5


def test_an_event_that_cannot_be_read_is_named_and_the_others_count() -> None:
    world = World()
    nameless = Event(events.ML_PREDICTION, {}, {}, "", {names.ML_PREDICTION_ID: "a"}, T0)
    uneven = event(events.ML_PREDICTION, ml_prediction_id=["a", "b"], ml_prediction_value=["x"])
    good = event(events.ML_PREDICTION, ml_prediction_id="a", ml_prediction_value="x")
    complaints = service_of(world)._join([nameless, uneven, good])
    assert complaints == [
        "ml.prediction names no model: set `ml.model.name`",
        "ml.prediction has 2 ids and another number of `ml.prediction.value`: send one for each",
    ]
    assert world.counted("driftline.outcomes.predictions") == {"accepted": 1}


def test_a_store_that_fails_asks_the_sender_to_come_again() -> None:
    class Failing:
        def segment(self, *_: object) -> tuple[tuple[str, str], ...]:
            return ()

        def predict(self, *_: object) -> None:
            raise OutcomesError("disk full; send it again later")

        prove = predict

    service = OtlpService(Pipeline(started_ns=T0), Health(), outcomes=Failing())
    with pytest.raises(OverloadedError, match="send it again later"):
        service._join([event(events.ML_PREDICTION, ml_prediction_id="a", ml_prediction_value="x")])


@pytest.mark.parametrize(
    ("body", "kind", "status", "said"),
    [
        ('{"id": "a", "label": "x"}', "application/json", 200, {"orphan": 1}),
        ('[{"id": 1, "value": 2.5}, {"id": 1, "value": 2.5}]', "application/json", 200, {"orphan": 1, "duplicate": 1}),
        ('{"id": "a", "label": true}\n\n{"id": "b", "label": 1}\n', "application/x-ndjson", 200, {"orphan": 2}),
        ('[{"id": "a"}, {"id": "b", "label": "x"}]', "application/json", 200, {"orphan": 1}),
        ('{"id": "a", "label": "x", "value": 1}', "application/json", 400, {}),
        ('{"id": "a", "label": "x", "tmie": "now"}', "application/json", 400, {}),
        ('{"id": "a", "label": "x", "time": "soon"}', "application/json", 400, {}),
        ("nonsense", "application/json", 400, None),
        ('{"id": "a", "label": "x"}', "text/plain", 415, None),
    ],
)
def test_the_control_port_takes_objects_lists_and_lines(
    client: httpx.Client, body: str, kind: str, status: int, said: Any
) -> None:
    answer = client.post("/v1/outcomes", content=body, headers={"Content-Type": kind})
    assert answer.status_code == status, answer.text
    assert answer.json().get("results") == said
    if said is None:
        assert answer.json()["error"]


def test_a_line_that_is_wrong_is_named_by_its_number(client: httpx.Client) -> None:
    told = [{"id": "a", "label": "x"}, {"id": "b"}, {"label": "x"}]
    said = client.post("/v1/outcomes", json=told).json()
    assert (said["received"], said["errors"]) == (3, 2)
    assert [one["outcome"] for one in said["named"]] == [2, 3]
    assert "either `label`" in said["named"][0]["error"]


def test_a_line_that_is_no_json_is_named_and_the_others_count(client: httpx.Client) -> None:
    lines = '{"id": "a", "label": "x"}\nnonsense\n{"id": 1, "value": 2}\n'
    said = client.post("/v1/outcomes", content=lines, headers={"Content-Type": "application/x-ndjson"}).json()
    assert (said["results"], said["errors"], said["named"][0]["outcome"]) == ({"orphan": 2}, 1, 2)
    assert "Invalid JSON" in said["named"][0]["error"]


def test_every_cohort_of_a_model_is_shown_the_oldest_first(client: httpx.Client, world: World) -> None:
    identity = replace(CREDIT, model="shop/credit")
    world.predict(made("a", at=T0 - HOUR, identity=identity), made("b", "0", at=T0, identity=identity))
    world.prove(known("a"))
    shown = client.get("/v1/models/shop/credit/performance").json()
    assert shown["model"] == "shop/credit"
    first, second = shown["cohorts"]
    assert (first["kind"], first["coverage"], first["version"]) == ("realized", 1.0, "7")
    assert first["figures"][0]["metric"] == "accuracy"
    assert first["figures"][0]["value"] == 1.0
    assert (second["kind"], second["coverage"], second["figures"]) == ("provisional", 0.0, [])
    assert client.get("/v1/models/unknown/performance").json()["cohorts"] == []
