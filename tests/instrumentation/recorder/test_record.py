"""What `record` counts, for every shape of input."""

from __future__ import annotations

import bisect
import json
import math
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opentelemetry.instrumentation.utils import suppress_instrumentation

from driftline.instrumentation import ModelRecorder
from driftline.instrumentation.recorder import Limits
from driftline.instrumentation.recorder.identity import Hints
from driftline.semconv import OTHER_CATEGORY, Defect, attributes, metrics
from tests.instrumentation.recorder.conftest import Counts, Make

PROFILE: dict[str, Any] = {
    "driftline": "profile/v1",
    "id": "abc",
    "model": {"name": "credit", "version": "7"},
    "rows": 4,
    "fields": [
        {
            "name": "age",
            "role": "feature",
            "kind": "numeric",
            "min": 18,
            "max": 90,
            "bounds": [20, 30],
            "counts": [1, 2, 1],
        },
        {"name": "code", "role": "feature", "kind": "categorical", "categories": {"1": 3, "2": 1}, "other": 0},
        {"name": "wide", "role": "feature", "kind": "categorical", "categories": {"a": 3}, "other": 5},
        {"name": "label", "role": "prediction", "kind": "categorical", "categories": {"0": 2, "1": 2}},
        {"name": "proba", "role": "score", "kind": "numeric", "min": 0, "max": 1, "bounds": [0.5], "counts": [2, 2]},
    ],
}

FRAME = pd.DataFrame({"age": [31.0, 44.0], "region": ["eu", "us"], "ok": [True, False]})
BATCHES = [
    {"age": [31.0, 44.0], "region": ["eu", "us"], "ok": [True, False]},
    {"age": np.array([31.0, 44.0]), "region": np.array(["eu", "us"]), "ok": np.array([True, False])},
    {"age": pd.Series([31, 44]), "region": pa.array(["eu", "us"]), "ok": (True, False)},
    [{"age": 31, "region": "eu", "ok": True}, {"age": 44, "region": "us", "ok": False}],
    FRAME,
    pa.Table.from_pandas(FRAME),
    pa.RecordBatch.from_pandas(FRAME),
    np.array([(31.0, "eu", True), (44.0, "us", False)], dtype=[("age", "f8"), ("region", "U2"), ("ok", "?")]),
]


@pytest.mark.parametrize("features", BATCHES, ids=lambda batch: type(batch).__name__)
def test_every_shape_of_a_batch_counts_the_same(recorder: Make, features: Any) -> None:
    one = recorder()
    one.record(features, prediction=[1.5, 2.5], score=np.array([0.2, 0.8]))
    counts = Counts(one)
    assert (counts.count("age"), counts.count("prediction"), counts.count("score")) == (2, 2, 2)
    assert counts.categories("region") == {"eu": 1, "us": 1}
    assert counts.categories("ok") == {"true": 1, "false": 1}
    assert counts.total(metrics.ML_PREDICTIONS) == 2


def test_a_gap_of_pandas_is_missing_and_a_nan_of_numpy_is_invalid(recorder: Make) -> None:
    frame, array = recorder(), recorder()
    frame.record(pd.DataFrame({"age": [31.0, None]}))
    array.record(np.array([[31.0], [np.nan]]), names=["age"])
    assert Counts(frame).defects("age") == {Defect.MISSING: 1}
    assert Counts(array).defects("age") == {Defect.INVALID: 1}


ROWS = [
    ({"age": 31.0, "x": 2}, None),
    (np.array([31.0, 2]), ["age", "x"]),
    ([31.0, 2], ["age", "x"]),
    (np.array([[31.0, 2]]), ["age", "x"]),
    (pd.Series({"age": 31.0, "x": 2}), None),
    ([[31.0, 2]], ["age", "x"]),
]


@pytest.mark.parametrize(("features", "names"), ROWS, ids=lambda row: type(row).__name__)
def test_every_shape_of_one_row_counts_the_same(recorder: Make, features: Any, names: Any) -> None:
    one = recorder()
    one.record(features, names=names, prediction=1.0)
    assert Counts(one).fields() == {"age", "x", "prediction"}
    assert Counts(one).count("age") == 1


def test_arrays_without_names_are_numbered_and_names_can_be_the_recorders(recorder: Make) -> None:
    one, other = recorder(), recorder(names=["a", "b"])
    for each in (one, other):
        each.record(np.zeros((3, 2)))
    assert (Counts(one).fields(), Counts(other).fields()) == ({"x0", "x1"}, {"a", "b"})


def test_a_single_value_beside_columns_holds_for_each_row(recorder: Make) -> None:
    one = recorder()
    one.record({"age": [1, 2, 3], "region": "eu"})
    assert Counts(one).categories("region") == {"eu": 3}


def test_a_list_in_a_cell_of_one_row_is_invalid(recorder: Make) -> None:
    one = recorder()
    one.record({"age": 31, "vector": [0.1, 0.2, 0.3]}, prediction=1)
    counts = Counts(one)
    assert counts.total(metrics.ML_PREDICTIONS) == 1
    assert counts.defects("vector") == {"invalid": 1}


def test_images_and_sparse_rows_count_as_predictions_without_fields(recorder: Make) -> None:
    one = recorder()
    one.record(np.zeros((5, 3, 8, 8)), prediction=[1.0] * 5)
    assert Counts(one).fields() == {"prediction"}
    assert Counts(one).total(metrics.ML_PREDICTIONS) == 5


def test_missing_and_invalid_values_are_no_observations(recorder: Make) -> None:
    one = recorder()
    one.record({"age": [1.0, None, math.nan, math.inf, 2.0], "color": ["red", None, math.nan, b"", "red"]})
    counts = Counts(one)
    assert counts.count("age") == 2
    assert counts.defects("age") == {"missing": 1, "invalid": 2}
    assert counts.categories("color") == {"red": 2}
    assert counts.defects("color") == {"missing": 2, "invalid": 1}


def test_nulls_of_arrow_are_missing(recorder: Make) -> None:
    one = recorder()
    one.record(pa.table({"age": pa.array([1, None, 3])}))
    assert Counts(one).defects("age") == {"missing": 1}


def test_a_field_keeps_the_kind_of_its_first_value(recorder: Make) -> None:
    one = recorder()
    for number in (1, "12", "red", True):
        one.record({"x": number})
    for category in ("red", 1.0, True):
        one.record({"y": category})
    counts = Counts(one)
    assert (counts.count("x"), counts.defects("x")) == (3, {"invalid": 1})
    assert counts.categories("y") == {"red": 1, "1": 1, "true": 1}


def test_a_reference_gives_bounds_ranges_categories_and_output_names(recorder: Make) -> None:
    one = recorder(reference=PROFILE)
    one.record(
        {"age": [17, 20, 21, 30, 95], "code": [1, 1.0, 2, 3, "1"], "wide": ["a", "b", "b", "a", "a"]},
        prediction=np.array([0, 1, 1, 0, 1]),
        score=[0.1, 0.5, 0.6, 0.7, 1.0],
    )
    counts = Counts(one)
    assert counts.distribution("age").bucket_counts == [2, 2, 1]
    assert counts.defects("age") == {"out_of_range": 2}
    assert counts.categories("code") == {"1": 3, "2": 1, OTHER_CATEGORY: 1}
    assert counts.defects("code") == {"unknown_category": 1}
    assert counts.categories("wide") == {"a": 3, OTHER_CATEGORY: 2}
    assert counts.defects("wide") == {}, "training had others: a value outside the list is not known to be new"
    assert counts.categories("label") == {"0": 2, "1": 3}
    assert counts.distribution("proba").bucket_counts == [2, 3]
    assert one.version == "7"


def test_bools_of_a_numeric_profile_field_are_numbers(recorder: Make) -> None:
    one = recorder(reference=PROFILE)
    one.record({"age": np.array([True, False])})
    assert Counts(one).distribution("age").bucket_counts == [2, 0, 0]


@pytest.mark.parametrize("options", [{"classes": [0, 1]}, {"prediction_kind": "categorical"}])
def test_a_classifiers_prediction_is_categorical(recorder: Make, options: dict[str, Any]) -> None:
    one = recorder(**options)
    one.record({"x": [1.0, 2.0]}, prediction=np.array([0.0, 1.0]))
    assert Counts(one).categories("prediction") == {"0": 1, "1": 1}


def test_classes_can_come_with_the_call(recorder: Make) -> None:
    one = recorder()
    one.record({"x": 1.0}, prediction=2, classes=(1, 2))
    one.record({"x": [1.0]}, prediction=np.array([2]), classes=(1, 2))
    assert Counts(one).categories("prediction") == {"2": 2}


def test_scores_have_one_field_for_two_classes_and_one_each_for_more(recorder: Make) -> None:
    binary, several, named, mapped = recorder(), recorder(), recorder(classes=["a", "b", "c"]), recorder()
    binary.record(np.zeros((2, 1)), score=[[0.9, 0.1], [0.75, 0.25]])
    assert Counts(binary).distribution("score").sum == pytest.approx(0.35)
    several.record(np.zeros((1, 1)), score=np.array([[0.2, 0.3, 0.5]]))
    assert Counts(several).fields() == {"x0", "score.0", "score.1", "score.2"}
    named.record({"x": 1.0}, prediction="b", score=[0.2, 0.3, 0.5])
    assert Counts(named).fields() == {"x", "prediction", "score.a", "score.b", "score.c"}
    mapped.record({"x": 1.0}, score={"up": 0.2, "down": 0.8})
    assert Counts(mapped).fields() == {"x", "score.up", "score.down"}


def test_several_outputs_a_row_are_several_fields(recorder: Make) -> None:
    one = recorder()
    one.record(np.zeros((2, 1)), prediction=np.ones((2, 3)))
    assert Counts(one).fields() == {"x0", "prediction.0", "prediction.1", "prediction.2"}


def test_durations_and_errors_are_counted_by_call(recorder: Make) -> None:
    one = recorder()
    one.record({"x": [1.0, 2.0]}, duration=0.2)
    one.record({"x": 1.0}, duration=0.3, error_type="ValueError")
    one.record({"x": [1.0, 2.0]}, duration=[0.1, 0.2])
    found = {
        labels.get(attributes.ERROR_TYPE): point
        for name, labels, point in Counts(one).points
        if name == metrics.ML_PREDICTION_DURATION
    }
    assert (found[None].count, found["ValueError"].count) == (3, 1)
    rows = {
        labels.get(attributes.ERROR_TYPE): point.value
        for name, labels, point in Counts(one).points
        if name == metrics.ML_PREDICTIONS
    }
    assert rows == {None: 4, "ValueError": 1}


def test_segments_split_calls_and_rows(recorder: Make) -> None:
    one = recorder()
    one.record({"x": 1.0}, segments={"region": "eu"}, duration=0.1)
    one.record({"x": [1.0, 2.0, 3.0]}, segments={"region": ["eu", "us", None], "channel": "web"}, duration=0.1)
    counts = Counts(one)
    found = {
        tuple(sorted((k, v) for k, v in labels.items() if "." not in k)): point.count
        for labels, point in counts.of(metrics.ML_FIELD_DISTRIBUTION, "x")
    }
    assert found == {
        (("region", "eu"),): 1,
        (("channel", "web"), ("region", "eu")): 1,
        (("channel", "web"), ("region", "us")): 1,
        (("channel", "web"),): 1,
    }
    assert sum(point.count for name, _, point in counts.points if name == metrics.ML_PREDICTION_DURATION) == 2


def test_a_segment_cannot_take_the_name_of_the_model(recorder: Make) -> None:
    one = recorder()
    one.record({"x": 1.0}, segments={attributes.ML_MODEL_NAME: "other"})
    assert {labels[attributes.ML_MODEL_NAME] for _, labels, _ in Counts(one).points} == {"credit"}


def test_nothing_raw_leaves_but_sums_that_only_rise(recorder: Make) -> None:
    one = recorder(reference=PROFILE)
    one.record({"age": 31.5, "free": 3.25})
    one.record({"free": -1.0})
    assert Counts(one).distribution("free").sum is None
    assert {getattr(point, "min", None) for _, _, point in Counts(one).points} == {None}


def test_the_host_may_reuse_its_memory_after_the_call(recorder: Make) -> None:
    one = recorder()
    row, matrix = {"x": 1.0}, np.ones((2, 1))
    columns: dict[str, Any] = {"y": np.ones(2), "z": ["a", "b"]}
    one.record(row)
    one.record(matrix, names=["x"])
    one.record(columns)
    row["x"] = math.nan
    matrix[:] = math.nan
    columns["y"][:] = math.nan
    columns["z"].clear()
    counts = Counts(one)
    assert (counts.count("x"), counts.count("y"), counts.categories("z")) == (3, 2, {"a": 1, "b": 1})


def test_suppressed_and_disabled_calls_do_not_count(recorder: Make) -> None:
    one, off = recorder(), recorder(environ={"OTEL_SDK_DISABLED": "TRUE"})
    with suppress_instrumentation():
        one.record({"x": 1.0})
    off.record({"x": 1.0})
    assert Counts(one).points == []
    assert Counts(off).points == []
    assert off.flush() is False


def test_an_empty_batch_is_nothing(recorder: Make) -> None:
    one = recorder()
    empty: list[Any] = [[], np.zeros((0, 2)), {"x": []}, FRAME.iloc[:0]]
    for nothing in empty:
        one.record(nothing)
    assert Counts(one).points == []


def test_outputs_alone_can_be_recorded(recorder: Make) -> None:
    one = recorder()
    one.record(prediction=[1.0, 2.0, 3.0])
    one.record()
    assert Counts(one).total(metrics.ML_PREDICTIONS) == 4


cells = st.one_of(st.floats(allow_nan=True), st.integers(-3, 40), st.none())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.lists(st.lists(st.tuples(cells, cells), min_size=1, max_size=8), max_size=6), st.booleans())
def test_rows_and_batches_count_as_the_slow_loop(recorder: Make, calls: list[list[Any]], by_row: bool) -> None:
    one = recorder(reference=PROFILE)
    expected, unusable = [0, 0, 0], 0
    for rows in calls:
        if by_row:
            for age, other in rows:
                one.record({"age": age, "other": other})
        else:
            one.record({"age": [age for age, _ in rows], "other": [other for _, other in rows]})
        for age, _ in rows:
            if age is None or not math.isfinite(age):
                unusable += 1
            else:
                expected[bisect.bisect_left([20, 30], age)] += 1
    counts = Counts(one)
    point = counts.distribution("age")
    assert (point.bucket_counts if point else [0, 0, 0]) == expected
    defects = counts.defects("age")
    assert defects.get("missing", 0) + defects.get("invalid", 0) == unusable
    one.abandon()


def test_large_batches_are_counted_whole_without_waiting(recorder: Make) -> None:
    one = recorder(reference=PROFILE)
    ages = np.arange(200_000) % 100
    one.record({"age": ages}, duration=1.0, segments={"half": ["a", "b"] * 100_000})
    one.record({"age": ages.astype(float), "x": list(range(200_000))}, duration=list(np.full(200_000, 0.1)))
    counts = Counts(one)
    expected = [2 * int((ages <= 20).sum()), 2 * int(((ages > 20) & (ages <= 30)).sum()), 2 * int((ages > 30).sum())]
    found = np.sum([point.bucket_counts for _, point in counts.of(metrics.ML_FIELD_DISTRIBUTION, "age")], axis=0)
    assert found.tolist() == expected
    assert sum(point.count for name, _, point in counts.points if name == metrics.ML_PREDICTION_DURATION) == 200_001


class Hostile:
    """Raises whatever is asked of it."""

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(name)


class HostileLength(list[Any]):
    def __len__(self) -> int:
        raise RuntimeError("len")


BAD = [
    {"features": Hostile()},
    {"features": HostileLength([1])},
    {"features": {"a": [1, 2], "b": [1, 2, 3]}},
    {"features": np.zeros((2, 3)), "names": ["a"]},
    {"features": [[1, 2], [3]]},
    {"features": "text"},
    {"features": 3},
    {"features": iter([1])},
    {"features": {"x": [1, 2]}, "prediction": [1, 2, 3]},
    {"features": {"x": [1, 2]}, "prediction": np.zeros((2, 2, 2))},
    {"features": {"x": 1}, "prediction": []},
    {"features": {"x": 1}, "duration": "soon"},
    {"features": {"x": [1, 2]}, "duration": [1.0]},
    {"features": {"x": 1}, "segments": [1]},
    {"features": {"x": [1, 2]}, "segments": {"r": ["a"]}},
    {"features": {"x": 1}, "error_type": ["unhashable"]},
]


@pytest.mark.parametrize("bad", BAD, ids=",".join)  # an address in a name would differ on each worker
def test_what_cannot_be_read_is_counted_and_never_raised(bad: dict[str, Any]) -> None:
    seen: list[Exception] = []
    one = ModelRecorder("m", environ={}, endpoint="http://127.0.0.1:9", interval=3600, on_error=seen.append)
    one.record(**bad)
    one.record({"good": 1.0})
    assert Counts(one).count("good") == 1
    assert sum(one.dropped.values()) == len(seen) == 1
    one.abandon()


def test_hostile_cells_are_invalid(recorder: Make) -> None:
    one = recorder()
    one.record({"x": Hostile(), "y": 2.0})
    assert Counts(one).defects("x") == {"invalid": 1}


def test_a_numpy_that_raises_or_warns_in_the_host_does_not_reach_the_recorder(recorder: Make) -> None:
    one = recorder()
    with np.errstate(all="raise"):
        one.record({"x": np.array([1e308, 1.7e308, 5e-324, -1e308])})
        assert Counts(one).count("x") == 4


def test_endless_columns_categories_and_segments_stay_within_the_limits(recorder: Make) -> None:
    limits = Limits(fields=20, segments=5, series=60, errors=3)
    one = recorder(limits=limits)
    for at in range(3000):
        one.record({f"c{at}": 1.0, "color": f"shade {at % 700}"}, segments={"tenant": f"t{at}"}, error_type=f"E{at}")
    counts = Counts(one)
    assert len(counts.fields()) <= 20
    tenants = {labels.get("tenant") for _, labels, _ in counts.points if "tenant" in labels}
    assert len(tenants) <= 6
    assert OTHER_CATEGORY in tenants
    assert len({labels.get(attributes.ERROR_TYPE) for _, labels, _ in counts.points}) <= 5
    assert one.dropped["fields"] > 0
    assert counts.total(metrics.ML_PREDICTIONS) == 3000


def test_very_wide_rows_are_cut_and_the_cut_is_counted(recorder: Make) -> None:
    one = recorder(limits=Limits(fields=10))
    one.record({f"c{at}": 1.0 for at in range(5000)}, prediction=1.0)
    one.record(np.zeros((2, 5000)))
    assert len(Counts(one).fields()) == 10
    assert one.dropped["fields"] > 0


def test_a_full_buffer_drops_and_counts(recorder: Make) -> None:
    one = recorder(limits=Limits(values=100))
    for _ in range(150):
        one.record({"x": 1.0})
    assert one.dropped == {"overflow": 50}
    counts = Counts(one)
    assert counts.total(metrics.DRIFTLINE_RECORDER_DROPPED) == 50
    assert counts.count("x") == 100


def test_a_reference_that_cannot_be_read_is_reported_and_done_without(tmp_path: Any) -> None:
    broken = tmp_path / "broken.json"
    for content in (
        "{",
        "[]",
        json.dumps({"driftline": "profile/v1"}),
        json.dumps({"driftline": "profile/v1", "fields": [{"name": "a", "kind": "numeric", "bounds": [2, 1]}]}),
    ):
        broken.write_text(content)
        seen: list[Exception] = []
        one = ModelRecorder("m", environ={}, reference=broken, interval=3600, on_error=seen.append)
        one.record({"x": 1.0})
        assert Counts(one).count("x") == 1
        assert len(seen) == 1
        one.abandon()
    seen = []
    ModelRecorder("m", environ={"DRIFTLINE_REFERENCE": str(tmp_path / "none")}, on_error=seen.append).abandon()
    assert "cannot read" in str(seen[0])


def test_the_profile_of_the_process_is_taken_by_the_model_it_names_alone(tmp_path: Any) -> None:
    profile = tmp_path / "credit.json"
    field = {"name": "age", "kind": "numeric", "min": 0, "max": 9, "bounds": [1, 5], "counts": [1, 2, 1]}
    content = {"driftline": "profile/v1", "id": "a", "model": {"name": "credit", "version": "7"}, "fields": [field]}
    profile.write_text(json.dumps(content))
    environ = {"DRIFTLINE_REFERENCE": str(profile)}

    def version(name: str | None, hints: Hints | None = None, **more: str) -> str | None:
        one = ModelRecorder(name, environ={**environ, **more}, hints=hints, interval=3600)
        one.abandon()
        return one.version

    assert version("credit") == "7"
    assert version("fraud") is None
    assert version(None, Hints("Ridge", alone=True)) == "7", "nobody chose that name"
    assert version(None, Hints("Ridge", alone=False)) is None, "the second model of the process"
    assert version(None, Hints("Ridge", registered="models:/fraud")) is None
    assert version(None, Hints("Ridge"), DRIFTLINE_MODEL_NAME="loans") == "7", "both were set for this process"
    profile.write_text(json.dumps(content | {"model": {"version": "8"}}))
    assert version("fraud") == "8", "a profile that names no model is that of a process's only one"
