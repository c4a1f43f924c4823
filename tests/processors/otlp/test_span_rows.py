"""Rows on spans: what a recorder sends, and what any other sender may."""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random

import numpy as np
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue

from driftline.processors.health import Health
from driftline.processors.observations import SampledRows
from driftline.processors.otlp import Limits, MalformedError, OtlpService
from driftline.processors.otlp.span_rows import MOST_FIELDS, MOST_SPANS, MOST_WIDTH, rows_of
from tests.processors.otlp.walk import Recording

Value = bool | int | float | str | list["Value"]


def _value(value: Value) -> AnyValue:
    if isinstance(value, list):
        return AnyValue(array_value=ArrayValue(values=[_value(each) for each in value]))
    kinds = {bool: "bool_value", int: "int_value", float: "double_value", str: "string_value"}
    return AnyValue(**{kinds[type(value)]: value})  # type: ignore[arg-type]  # one of the four


def _request(*spans: dict[str, Value], resource: dict[str, Value] | None = None) -> bytes:
    request = ExportTraceServiceRequest()
    sent = request.resource_spans.add()
    for key, value in (resource or {}).items():
        sent.resource.attributes.add(key=key, value=_value(value))
    scope = sent.scope_spans.add()
    for attributes in spans:
        span = scope.spans.add(name="predict credit", end_time_unix_nano=7)
        for key, value in attributes.items():
            span.attributes.add(key=key, value=_value(value))
    return request.SerializeToString()


def _rows(*spans: dict[str, Value], resource: dict[str, Value] | None = None) -> list[SampledRows]:
    return rows_of(_request(*spans, resource=resource), Limits(), Random(0))


def test_a_recorder_s_sample_has_columns_calls_and_weight() -> None:
    (found,) = _rows(
        {
            "ml.model.version": "7",
            "ml.prediction.rows": 50,
            "ml.prediction.sampled": 2,
            "ml.prediction.call": [0, 3],
            "ml.feature.age": [31.0, math.nan],
            "ml.feature.plan": ["a", ""],
            "ml.feature.vector": [1.0, 2.0, 3.0, 4.0],
        },
        resource={"ml.model.name": "credit"},
    )
    assert (found.named["ml.model.name"], found.named["ml.model.version"], found.time_ns) == ("credit", "7", 7)
    assert (found.calls, found.weight, found.sampled) == ([0, 1], 25.0, True)
    assert found.columns["age"][0] == 31.0
    assert np.isnan(found.columns["age"][1])  # type: ignore[call-overload]  # a cell may be anything
    assert found.columns["plan"] == ["a", None]
    assert np.array(found.columns["vector"]).tolist() == [[1.0, 2.0], [3.0, 4.0]]


def test_a_call_of_one_row_has_single_values() -> None:
    (found,) = _rows({"ml.feature.age": 31, "ml.feature.member": True, "ml.feature.plan": "a"})
    assert found.columns == {"age": [31.0], "member": ["true"], "plan": ["a"]}
    assert (found.calls, found.weight, found.sampled) == ((), 1.0, False)


def test_a_call_of_several_rows_has_arrays() -> None:
    (found,) = _rows({"ml.prediction.rows": 3, "ml.feature.age": [1, 2, 3], "ml.feature.plan": ["a", "b", "a"]})
    assert found.columns == {"age": [1.0, 2.0, 3.0], "plan": ["a", "b", "a"]}


def test_a_column_that_does_not_go_into_the_rows_is_left_out() -> None:
    (found,) = _rows({"ml.prediction.sampled": 2, "ml.feature.a": [1.0, 2.0], "ml.feature.b": [1.0, 2.0, 3.0]})
    assert list(found.columns) == ["a"]


@pytest.mark.parametrize("rows", ["0", "-3", "many", "1e9", "9" * 5000])
def test_a_count_that_is_none_is_not_believed(rows: str) -> None:
    (found,) = _rows({"ml.prediction.sampled": rows, "ml.feature.a": [1.0, 2.0]})
    assert not found.sampled
    assert found.columns == {"a": [1.0, 2.0]}


def test_what_is_read_of_a_span_has_a_bound() -> None:
    wide: dict[str, Value] = {f"ml.feature.f{at}": 1.0 for at in range(2 * MOST_FIELDS)}
    long: list[Value] = [1.0] * (MOST_WIDTH + 1)
    many, one = _rows(wide, {"ml.feature.a": 1.0, "ml.feature.v": long})
    assert len(many.columns) == MOST_FIELDS
    assert list(one.columns) == ["a"]


def test_calls_may_go_by_any_numbers() -> None:
    calls: list[Value] = [-(2**63), 2**63 - 1, -(2**63)]
    (found,) = _rows({"ml.prediction.sampled": 3, "ml.prediction.call": calls, "ml.feature.a": [1.0, 2.0, 3.0]})
    assert found.calls == [0, 1, 0]


def test_spans_without_features_have_no_rows() -> None:
    assert _rows({"ml.prediction.rows": 3}, {"http.route": "/"}) == []


def test_of_a_flood_of_spans_some_are_read_and_stand_for_the_others() -> None:
    spans: list[dict[str, Value]] = [{"ml.feature.a": float(at)} for at in range(4 * MOST_SPANS)]
    found = _rows(*spans)
    assert len(found) == MOST_SPANS
    assert {each.weight for each in found} == {4.0}


def test_bytes_that_are_no_request_are_refused() -> None:
    with pytest.raises(MalformedError):
        rows_of(b"\x0a\xff", Limits(), Random(0))


class _Rows:
    """Takes rows, if wanted."""

    def __init__(self, *, wanted: bool) -> None:
        self.wanted = wanted
        self.taken: list[SampledRows] = []

    def fold(self, arrived: Sequence[SampledRows], now_ns: int, /) -> None:
        self.taken += arrived


@pytest.mark.parametrize("wanted", [False, True])
def test_spans_are_opened_only_where_rows_are_wanted(wanted: bool) -> None:
    rows = _Rows(wanted=wanted)
    service = OtlpService(Recording(), Health(), rows=rows)
    service.traces(_request({"ml.prediction.rows": 1, "ml.feature.a": 1.0}))
    assert len(rows.taken) == wanted


def test_what_was_predicted_comes_with_the_rows_where_it_is_numbers_of_all_of_them() -> None:
    ages: dict[str, Value] = {"ml.prediction.sampled": 2, "ml.feature.age": [31.0, 44.0]}
    cases: list[tuple[Value, list[float]]] = [
        ([2.5, 3.0], [2.5, 3.0]),
        ([2.5, 3.0, 4.0], []),
        (["yes", "no"], [math.nan, math.nan]),
    ]
    for value, found in cases:
        (rows,) = _rows({**ages, "ml.prediction.value": value})
        assert rows.predictions == pytest.approx(found, nan_ok=True)
    assert _rows(ages)[0].predictions == []
