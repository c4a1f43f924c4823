"""Predictions with an id, and outcomes, travel as events; sampled by a hash of the id."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue

from driftline.instrumentation.recorder import Limits, OutcomeRecorder
from driftline.instrumentation.recorder.errors import ShapeError
from driftline.semconv import attributes, events
from driftline.semconv.sampling import sampled


def value_of(value: AnyValue) -> Any:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [value_of(one) for one in value.array_value.values]
    if kind == "kvlist_value":
        return {one.key: value_of(one.value) for one in value.kvlist_value.values}
    return getattr(value, kind) if kind else None


def noted(receiver: Any, name: str = events.ML_PREDICTION) -> Iterator[dict[str, Any]]:
    for request in receiver.logs:
        for record in request.resource_logs[0].scope_logs[0].log_records:
            if record.event_name == name:
                yield {pair.key: value_of(pair.value) for pair in record.attributes}


def test_a_prediction_with_an_id_travels_with_its_value_score_and_segment(recorder: Any, receiver: Any) -> None:
    credit = recorder("credit", "7", endpoint=receiver.endpoint)
    credit.record({"age": 31}, prediction="approve", score=0.91, prediction_id="r-1", segments={"region": "eu"})
    credit.record({"age": 31}, prediction="approve", score=0.91)
    assert credit.flush()
    assert list(noted(receiver)) == [
        {
            attributes.ML_MODEL_NAME: "credit",
            attributes.ML_MODEL_VERSION: "7",
            "region": "eu",
            attributes.ML_PREDICTION_ID: "r-1",
            attributes.ML_PREDICTION_VALUE: "approve",
            attributes.ML_PREDICTION_SCORE: 0.91,
        }
    ]


def test_a_classifiers_classes_are_text_and_a_regressions_values_numbers(recorder: Any, receiver: Any) -> None:
    calls: dict[str, dict[str, Any]] = {
        "a": {"prediction": 1, "classes": [0, 1]},
        "b": {"prediction": np.float32(0.5)},
        "c": {"score": [[0.25, 0.25, 0.5]], "classes": "xyz"},
        "d": {"prediction": True},
        "e": {"prediction": float("nan"), "score": 0.5},
    }
    for name, call in calls.items():
        made = recorder(name, endpoint=receiver.endpoint)
        made.record(**call, prediction_id=name)
        assert made.flush()
    said = {one[attributes.ML_PREDICTION_ID]: one for one in noted(receiver)}
    assert said["a"][attributes.ML_PREDICTION_VALUE] == "1"
    assert said["b"][attributes.ML_PREDICTION_VALUE] == 0.5
    assert said["c"][attributes.ML_PREDICTION_SCORE] == {"x": 0.25, "y": 0.25, "z": 0.5}
    assert said["d"][attributes.ML_PREDICTION_VALUE] == "true"
    assert attributes.ML_PREDICTION_VALUE not in said["e"], "what is missing is left out"


def test_a_batch_is_one_event_a_segment_with_an_id_a_row(recorder: Any, receiver: Any) -> None:
    credit = recorder(endpoint=receiver.endpoint)
    credit.record(
        np.zeros((3, 2)), prediction=["a", "b", "a"], prediction_id="r", segments={"region": ["eu", "us", "eu"]}
    )
    assert credit.flush()
    said = {one["region"]: one for one in noted(receiver)}
    assert said["eu"][attributes.ML_PREDICTION_ID] == ["r", "r.2"]
    assert said["eu"][attributes.ML_PREDICTION_VALUE] == ["a", "a"]
    assert said["us"][attributes.ML_PREDICTION_ID] == "r.1"


def test_a_large_batch_is_several_events_and_loses_nothing(recorder: Any, receiver: Any) -> None:
    credit = recorder(endpoint=receiver.endpoint)
    credit.record(np.zeros((1203, 1)), score=np.linspace(0, 1, 1203), prediction_id=range_of(1203))
    assert credit.flush()
    said = list(noted(receiver))
    assert len(said) == 3
    assert [one for each in said for one in each[attributes.ML_PREDICTION_ID]] == range_of(1203)
    assert [one for each in said for one in each[attributes.ML_PREDICTION_SCORE]] == np.linspace(0, 1, 1203).tolist()


def test_of_many_classes_fewer_rows_go_together(recorder: Any, receiver: Any) -> None:
    many = recorder(endpoint=receiver.endpoint, classes=range(1000))
    many.record(score=np.full((12, 1000), 0.001), prediction_id=range_of(12))
    assert many.flush()
    said = [one[attributes.ML_PREDICTION_ID] for one in noted(receiver)]
    assert said == [range_of(12)[:5], range_of(12)[5:10], range_of(12)[10:]]


def range_of(rows: int) -> list[str]:
    return [f"order-{row}" for row in range(rows)]


def test_the_sample_is_that_of_the_hash_whatever_the_way_of_recording(recorder: Any, receiver: Any) -> None:
    ids = range_of(400)
    one_by_one = recorder("one", endpoint=receiver.endpoint, sample_rate=0.25)
    for each in ids:
        one_by_one.record(score=0.5, prediction_id=each)
    batch = recorder("batch", endpoint=receiver.endpoint, environ={"DRIFTLINE_PREDICTION_SAMPLE_RATE": "0.25"})
    batch.record(score=[0.5] * 400, prediction_id=ids)
    assert one_by_one.flush()
    assert batch.flush()
    expected = [each for each in ids if sampled(each, 0.25)]
    single = [one for one in noted(receiver) if one[attributes.ML_MODEL_NAME] == "one"]
    assert [one[attributes.ML_PREDICTION_ID] for one in single] == expected
    (many,) = (one for one in noted(receiver) if one[attributes.ML_MODEL_NAME] == "batch")
    assert many[attributes.ML_PREDICTION_ID] == expected
    assert many[attributes.ML_PREDICTION_SAMPLE_RATE] == 0.25


@pytest.mark.parametrize("said", ["2", "-1", "half"])
def test_a_rate_that_is_no_share_is_said_and_all_travel(
    recorder: Any, receiver: Any, said: Any, caplog: pytest.LogCaptureFixture
) -> None:
    made = recorder(endpoint=receiver.endpoint, environ={"DRIFTLINE_PREDICTION_SAMPLE_RATE": said})
    made.record(score=0.5, prediction_id="1")
    assert made.flush()
    assert len(list(noted(receiver))) == 1
    assert "no share from 0 to 1" in caplog.text


def test_a_rate_of_0_and_a_failed_prediction_send_nothing(recorder: Any, receiver: Any) -> None:
    off = recorder(endpoint=receiver.endpoint, sample_rate=0)
    off.record(score=0.5, prediction_id="1")
    on = recorder(endpoint=receiver.endpoint)
    on.record(score=0.5, prediction_id="1", error_type="Timeout")
    assert off.flush()
    assert on.flush()
    assert list(noted(receiver)) == []


def test_the_end_of_a_predict_block_notes_it_too(recorder: Any, receiver: Any) -> None:
    credit = recorder(endpoint=receiver.endpoint)
    with credit.predict({"age": 31}, segments={"region": "eu"}) as call:
        call.prediction_id = "late"
        call.score = 0.25
    assert credit.flush()
    (one,) = noted(receiver)
    assert (one[attributes.ML_PREDICTION_ID], one["region"]) == ("late", "eu")


def test_what_has_no_room_is_counted_as_dropped_and_nothing_waits(recorder: Any) -> None:
    credit = recorder(limits=Limits(events=10))
    for row in range(25):
        credit.record(score=0.5, prediction_id=row)
    assert credit.dropped == {"events": 15}


def test_events_that_did_not_arrive_are_sent_once_when_the_endpoint_answers(recorder: Any, receiver: Any) -> None:
    class Flaky:
        def __init__(self) -> None:
            self.down = True
            self.got: list[Any] = []

        def export(self, batch: Any) -> Any:
            if self.down:
                raise ConnectionError
            self.got += [one.log_record.attributes[attributes.ML_PREDICTION_ID] for one in batch]
            return type("Result", (), {"name": "SUCCESS"})

        def shutdown(self) -> None:
            """Nothing to give up."""

    logs = Flaky()
    credit = recorder(endpoint=receiver.endpoint, log_exporter=logs)
    for row in range(3):
        credit.record(score=0.5, prediction_id=row)
    assert not credit.flush()
    logs.down = False
    credit.record(score=0.5, prediction_id=3)
    assert credit.flush()
    assert logs.got == ["0", "1", "2", "3"]


def test_ids_and_outcomes_that_do_not_fit_are_an_error_of_shape(recorder: Any) -> None:
    credit = recorder()
    with pytest.raises(ShapeError, match="2 prediction ids for 3 rows"):
        credit.record(score=[0.1, 0.2, 0.3], prediction_id=["a", "b"])
    with pytest.raises(ShapeError, match="1 outcomes for 2 ids"):
        credit.record_outcome(["a", "b"], label=["x"])


def test_the_models_own_recorder_tells_outcomes_with_its_identity(recorder: Any, receiver: Any) -> None:
    credit = recorder("credit", "7", endpoint=receiver.endpoint)
    credit.record_outcome("r-1", label=True)
    credit.record_outcome(["r-2", "r-3"], value=np.array([1.5, 2.0]))
    assert credit.flush()
    one, two = noted(receiver, events.ML_OUTCOME)
    assert one == {
        attributes.ML_MODEL_NAME: "credit",
        attributes.ML_MODEL_VERSION: "7",
        attributes.ML_PREDICTION_ID: "r-1",
        attributes.ML_OUTCOME_LABEL: "true",
    }
    assert two[attributes.ML_OUTCOME_VALUE] == [1.5, 2.0]


def test_a_process_without_a_model_tells_outcomes_and_names_the_model_only_where_told(receiver: Any) -> None:
    for environ, model in (({}, None), ({}, "credit"), ({"DRIFTLINE_MODEL_NAME": "fraud"}, None)):
        billing = OutcomeRecorder(endpoint=receiver.endpoint, interval=3600, environ=environ)
        billing.record("r-1", label=1, model=model)
        assert billing.flush()
        billing.abandon()
    said = [one.get(attributes.ML_MODEL_NAME) for one in noted(receiver, events.ML_OUTCOME)]
    assert said == [None, "credit", "fraud"]


def test_closing_sends_what_waits(receiver: Any) -> None:
    billing = OutcomeRecorder(endpoint=receiver.endpoint, interval=3600, environ={})
    billing.record("r-1", value=2.5)
    billing.close()
    assert [one[attributes.ML_OUTCOME_VALUE] for one in noted(receiver, events.ML_OUTCOME)] == [2.5]
    assert billing.waiting == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_sends_its_own_outcomes_and_not_its_parents(receiver: Any) -> None:
    billing = OutcomeRecorder(endpoint=receiver.endpoint, interval=3600, environ={})
    billing.record("parent", label="x")
    child = os.fork()
    if child == 0:
        billing.record("child", label="x")
        os._exit(0 if billing.flush() else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert [one[attributes.ML_PREDICTION_ID] for one in noted(receiver, events.ML_OUTCOME)] == ["child"]
    assert billing.flush()
    billing.abandon()
    assert len(list(noted(receiver, events.ML_OUTCOME))) == 2


def test_telling_never_waits_for_an_endpoint_that_does_not_answer() -> None:
    """Each of the sends that 3,000 outcomes ask for would wait 10 seconds: telling takes less than one of them."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        billing = OutcomeRecorder(endpoint=endpoint, interval=0.01, environ={}, capacity=1000)
        began = time.perf_counter()
        for row in range(3000):
            billing.record(row, label="x")
        assert time.perf_counter() - began < 10
        assert billing.dropped >= 1000
        billing.abandon()
