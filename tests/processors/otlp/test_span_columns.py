"""Spans as columns against a walk over the parsed messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from driftline.processors.otlp import Limits, MalformedError, TooLargeError
from driftline.processors.otlp.span_columns import SpanColumns, span_columns
from driftline.processors.otlp.spans import count_inference_spans

VALUES = st.one_of(
    st.tuples(st.just("double_value"), st.sampled_from([0.0, -1.5, float("inf")])),
    st.tuples(st.just("int_value"), st.sampled_from([0, 1, 300, -1, 1 << 40])),
    st.tuples(st.just("bool_value"), st.booleans()),
    st.tuples(st.just("string_value"), st.sampled_from(["", "a", "bc"])),
)


@st.composite
def trace_requests(draw: st.DrawFn) -> ExportTraceServiceRequest:
    request = ExportTraceServiceRequest()
    spans = request.resource_spans.add().scope_spans.add().spans
    for _ in range(draw(st.integers(0, 12))):
        span = spans.add(name=draw(st.sampled_from(["predict", "GET /"])))
        span.trace_id = draw(st.sampled_from([b"", b"t" * 16, b"u" * 16]))
        span.start_time_unix_nano = draw(st.sampled_from([0, 5, 1 << 60]))
        span.end_time_unix_nano = draw(st.sampled_from([7, 1 << 61]))
        for key in draw(st.lists(st.sampled_from(["ml.feature.a", "ml.feature.b", "other"]), unique=True)):
            kind, value = draw(VALUES)
            setattr(span.attributes.add(key=key).value, kind, value)
    return request


def walk(request: ExportTraceServiceRequest) -> Counter[tuple[object, ...]]:
    rows: Counter[tuple[object, ...]] = Counter()
    for resource in request.resource_spans:
        for scope in resource.scope_spans:
            for span in scope.spans:
                numbers = {}
                for pair in span.attributes:
                    kind = pair.value.WhichOneof("value")
                    if pair.key.startswith("ml.") and kind in ("double_value", "int_value", "bool_value"):
                        numbers[pair.key] = float(getattr(pair.value, kind))
                rows[(span.start_time_unix_nano, span.end_time_unix_nano, tuple(sorted(numbers.items())))] += 1
    return rows


def rows_of(columns: SpanColumns) -> Counter[tuple[object, ...]]:
    rows: Counter[tuple[object, ...]] = Counter()
    for index in range(len(columns.start_ns)):
        numbers = {name: float(values[index]) for name, values in columns.numbers.items()}
        present = {name: value for name, value in numbers.items() if not np.isnan(value)}
        rows[(int(columns.start_ns[index]), int(columns.end_ns[index]), tuple(sorted(present.items())))] += 1
    return rows


@given(trace_requests())
def test_columns_hold_what_a_walk_over_the_spans_finds(request: ExportTraceServiceRequest) -> None:
    assert rows_of(span_columns(request.SerializeToString(), Limits())) == walk(request)


@given(trace_requests(), st.data())
def test_truncated_spans_are_malformed_or_fewer(request: ExportTraceServiceRequest, data: st.DataObject) -> None:
    whole = request.SerializeToString()
    cut = whole[: data.draw(st.integers(0, len(whole)))]
    try:
        expected = walk(ExportTraceServiceRequest.FromString(cut))
    except Exception:  # noqa: BLE001 - whatever protobuf says, ours must say malformed
        with pytest.raises(MalformedError):
            span_columns(cut, Limits())
    else:
        assert rows_of(span_columns(cut, Limits())) == expected


def test_a_key_that_is_not_text_is_malformed() -> None:
    request = ExportTraceServiceRequest()
    span = request.resource_spans.add().scope_spans.add().spans.add()
    span.attributes.add(key="ml.x").value.double_value = 1.0
    with pytest.raises(MalformedError, match="UTF-8"):
        span_columns(request.SerializeToString().replace(b"ml.x", b"ml.\xff"), Limits())


def test_a_million_empty_spans_are_too_large() -> None:
    with pytest.raises(TooLargeError):
        span_columns(b"\x0a\x04\x12\x02\x12\x00" * 500_000, Limits())


@pytest.mark.parametrize("read", [span_columns, count_inference_spans])
def test_a_million_empty_spans_are_too_many(read: Callable[[bytes, Limits], object]) -> None:
    scope = b"\x12\x00" * 1_000_000
    resource = b"\x12" + _length(len(scope)) + scope
    with pytest.raises(TooLargeError, match="200000 elements"):
        read(b"\x0a" + _length(len(resource)) + resource, Limits())


def _length(size: int) -> bytes:
    found = []
    while size > 0x7F:
        found.append(size & 0x7F | 0x80)
        size >>= 7
    return bytes([*found, size])
