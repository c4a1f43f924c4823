"""Rows that leave: only those fields that were listed, a fair and bounded sample, and never in a request's way."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from opentelemetry.sdk.trace import ReadableSpan

from driftline.instrumentation.recorder import Limits, ModelRecorder
from driftline.semconv import attributes


class Kept:
    """Keeps the spans that a recorder sends."""

    def __init__(self) -> None:
        self.spans: list[ReadableSpan] = []

    def export(self, spans: Sequence[ReadableSpan]) -> None:
        self.spans += spans

    def shutdown(self) -> None:
        """Nothing is under way."""


class Arrives:
    """Takes points, and says that they arrived."""

    name = "SUCCESS"

    def export(self, metrics_data: Any) -> Arrives:
        return self

    def shutdown(self) -> None:
        """Nothing is under way."""


def _recorder(kept: Kept | None, **options: Any) -> ModelRecorder:
    return ModelRecorder(
        "credit",
        exporter=Arrives(),
        span_exporter=kept,
        interval=3600,
        jitter=random.Random(7),
        environ=options.pop("environ", {}),
        **options,
    )


def _sent(kept: Kept) -> dict[str, Any]:
    return dict(kept.spans[-1].attributes or {})


def test_nothing_leaves_unless_somebody_lists_it() -> None:
    kept = Kept()
    with _recorder(kept) as recorder:
        recorder.record({"age": 31}, prediction="approve")
        recorder.flush()
    assert kept.spans == []


def test_only_listed_features_leave_with_prediction_and_score() -> None:
    kept = Kept()
    with _recorder(kept, capture=["age"]) as recorder:
        recorder.record({"age": [31, 44], "income": [1.0, 2.0]}, prediction=["yes", "no"], score=[0.9, 0.2])
        recorder.flush()
    sent = _sent(kept)
    assert sorted(sent["ml.feature.age"]) == [31, 44]
    assert sorted(zip(sent["ml.prediction.value"], sent["ml.prediction.score"], strict=True)) == [
        ("no", 0.2),
        ("yes", 0.9),
    ]
    assert "ml.feature.income" not in sent
    assert sent[attributes.ML_MODEL_NAME] == "credit"
    assert kept.spans[-1].name == "sample credit"


def test_the_environment_can_list_them_and_a_star_is_every_feature() -> None:
    kept = Kept()
    with _recorder(kept, environ={"DRIFTLINE_CAPTURE": "*"}) as recorder:
        recorder.record(np.arange(6.0).reshape(3, 2))
        recorder.flush()
    assert {name for name in _sent(kept) if name.startswith("ml.feature.")} == {"ml.feature.x0", "ml.feature.x1"}


def test_cells_of_one_row_stay_together() -> None:
    kept = Kept()
    with _recorder(kept, capture=["*"], limits=Limits(captured_rows=50)) as recorder:
        for value in range(40):
            recorder.record({"a": float(value), "b": -float(value)})
        many = np.arange(1000.0)
        recorder.record({"a": many, "b": -many})
        recorder.flush()
    sent = _sent(kept)
    assert sent["ml.feature.a"] == [-value for value in sent["ml.feature.b"]]
    assert sent[attributes.ML_PREDICTION_ROWS] == 1040
    assert sent[attributes.ML_PREDICTION_SAMPLED] == len(sent["ml.feature.a"]) == 50


@pytest.mark.statistical
def test_every_row_has_the_same_chance_whichever_call_it_came_with() -> None:
    """2,000 flushes of 20 rows keep 5: single rows and those of batches a quarter each, within 4.5 errors."""
    kept = Kept()
    with _recorder(kept, capture=["a"], limits=Limits(captured_rows=5)) as recorder:
        for _ in range(2000):
            recorder.record({"a": 0.0})
            recorder.record({"a": np.arange(1.0, 8.0)})
            recorder.record({"a": 8.0})
            recorder.record({"a": np.arange(9.0, 20.0)})
            recorder.flush()
    drawn = np.concatenate([np.array((span.attributes or {})["ml.feature.a"]) for span in kept.spans])
    counts = np.bincount(drawn.astype(int), minlength=20)
    assert len(drawn) == 10_000
    assert np.abs(counts - 500).max() < 4.5 * math.sqrt(2000 * 0.25 * 0.75)


def test_what_is_missing_or_unusable_keeps_its_place() -> None:
    kept = Kept()
    with _recorder(kept, capture=["*"]) as recorder:
        recorder.record({"age": [31, None], "region": [None, "eu"]})
        recorder.flush()
    sent = _sent(kept)
    pairs = list(zip(sent["ml.feature.age"], sent["ml.feature.region"], strict=True))
    assert sorted(str(pair) for pair in pairs) == ["(31.0, '')", "(nan, 'eu')"]


def test_vectors_travel_row_after_row() -> None:
    kept = Kept()
    with _recorder(kept, capture=["vector"]) as recorder:
        recorder.record({"vector": np.array([[1.0, 2.0], [3.0, 4.0]])}, prediction=["a", "b"])
        recorder.flush()
    assert sorted(np.reshape(_sent(kept)["ml.feature.vector"], (2, 2)).tolist()) == [[1.0, 2.0], [3.0, 4.0]]


def test_vectors_that_leave_are_no_defects_of_a_field_of_numbers() -> None:
    with _recorder(Kept(), capture=["vector"]) as recorder:
        recorder.record({"vector": [None, [1.0, 2.0]], "age": [1, 2]}, prediction=["a", "b"])
        recorder.record({"vector": [1.0, 2.0], "age": 3}, prediction="a")
        counted = recorder.collect().resource_metrics[0].scope_metrics[0].metrics
    fields = {(point.attributes or {}).get("ml.field.name") for metric in counted for point in metric.data.data_points}
    assert "age" in fields
    assert "vector" not in fields


def test_rows_of_one_call_say_so_and_single_rows_are_calls_of_their_own() -> None:
    kept = Kept()
    with _recorder(kept, capture=["*"]) as recorder:
        recorder.record({"a": 0.0})
        recorder.record({"a": 1.0})
        recorder.record({"a": np.arange(2.0, 5.0)})
        recorder.record({"a": np.arange(5.0, 8.0)})
        recorder.flush()
    sent = _sent(kept)
    calls = dict(zip(sent["ml.feature.a"], sent[attributes.ML_PREDICTION_CALL], strict=True))
    assert len({calls[0.0], calls[1.0], calls[2.0], calls[5.0]}) == 4
    assert calls[2.0] == calls[3.0] == calls[4.0]
    assert calls[5.0] == calls[6.0] == calls[7.0]


def test_vectors_of_other_lengths_stay() -> None:
    kept = Kept()
    with _recorder(kept, capture=["*"]) as recorder:
        recorder.record({"vector": [[1.0], [3.0, 4.0]], "age": [1, 2]}, prediction=["a", "b"])
        recorder.flush()
    assert "ml.feature.vector" not in _sent(kept)


def test_bytes_are_bounded_and_rows_stay_whole() -> None:
    kept = Kept()
    with _recorder(kept, capture=["*"], limits=Limits(captured_bytes=2000)) as recorder:
        recorder.record({"text": ["x" * 90] * 100, "n": np.arange(100.0)})
        recorder.flush()
    sent = _sent(kept)
    assert sent[attributes.ML_PREDICTION_SAMPLED] == len(sent["ml.feature.text"]) == len(sent["ml.feature.n"]) == 18


def test_failed_predictions_have_no_row() -> None:
    kept = Kept()
    with _recorder(kept, capture=["*"]) as recorder:
        recorder.record({"age": 31}, error_type="ValueError")
        recorder.flush()
    assert kept.spans == []


def test_a_flush_brings_only_what_came_since_the_last() -> None:
    kept = Kept()
    with _recorder(kept, capture=["*"]) as recorder:
        recorder.record({"age": 31})
        recorder.flush()
        recorder.flush()
        recorder.record({"age": 44})
        recorder.flush()
    assert [(span.attributes or {})["ml.feature.age"] for span in kept.spans] == [[31.0], [44.0]]


def test_points_to_an_exporter_of_the_host_s_own_take_no_rows_elsewhere() -> None:
    with _recorder(None, capture=["*"]) as recorder:
        recorder.record({"age": 31})
        assert recorder.flush()
    assert recorder.dropped == {}
