"""Rows on spans: the features that a recorder captured, or that any sender put onto its inference spans."""

from __future__ import annotations

import random as random_
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from driftline.processors.observations import SampledRows
from driftline.processors.otlp.limits import Limits
from driftline.processors.otlp.wire.fields import bound_count, bound_elements
from driftline.processors.otlp.wire.schema import parse, parse_as
from driftline.processors.otlp.wire.text import MAX_ATTRIBUTES, attributes_of, resource_attributes
from driftline.semconv import attributes

MOST_SPANS: Final = 64
"""Spans with features that are read of one request; of more, as many are chosen, and stand for the others."""
_NESTING = (frozenset({1}), frozenset({2}), frozenset({2}))
_SPAN_NESTING = (frozenset({9}), frozenset({2}), frozenset({5}), frozenset({1}))
MOST_FIELDS: Final = 512
"""Features of a span that are read; and `MOST_WIDTH` numbers of a vector: rows are kept, and must have a bound."""
MOST_WIDTH: Final = 4096
_MOST_DIGITS: Final = 15
_MOST_VALUES: Final = 64 * MAX_ATTRIBUTES
_MARK: Final = attributes.ML_FEATURE_PREFIX.encode()
_TEXTS: Final = {"string_value", "bool_value"}


def rows_of(data: bytes, limits: Limits, random: random_.Random) -> list[SampledRows]:
    """The rows of one `ExportTraceServiceRequest`, a span at a time; spans without features are never parsed.

    Raises:
        MalformedError: the request is not valid protobuf.
        TooLargeError: it holds more elements than the limit.

    Cost: a search for one string in each span; one with 100 rows of 20 features takes about 1 ms.
    """
    bound_elements(data, _NESTING, limits.elements)
    resources = parse("TracesRequest", data).resources
    bound_count(sum(len(scope.spans) for resource in resources for scope in resource.scopes), limits.elements)
    found = [
        (resource, span) for resource in resources for scope in resource.scopes for span in scope.spans if _MARK in span
    ]
    share = max(len(found) / MOST_SPANS, 1.0)
    chosen = random.sample(found, MOST_SPANS) if share > 1 else found
    return [rows for resource, span in chosen for rows in _read(resource_attributes(resource.resource), span, share)]


def _read(resource: Mapping[str, str], data: bytes, share: float) -> Iterator[SampledRows]:
    bound_elements(data, _SPAN_NESTING, _MOST_VALUES)
    span = parse_as(Span, data)
    features = [pair for pair in span.attributes if pair.key.startswith(attributes.ML_FEATURE_PREFIX)][:MOST_FIELDS]
    named = attributes_of(pair for pair in span.attributes if not pair.value.HasField("array_value"))
    sampled = _whole(named.get(attributes.ML_PREDICTION_SAMPLED))
    total = _whole(named.get(attributes.ML_PREDICTION_ROWS)) or 1
    rows = sampled or _rows(features)
    columns = {
        pair.key.removeprefix(attributes.ML_FEATURE_PREFIX): cells
        for pair in features
        if (cells := _cells(pair.value, rows)) is not None
    }
    if columns:
        weight = share * max(total / rows, 1.0)
        told = {**resource, **named}
        calls, said = _calls(span, rows), _predictions(span, rows)
        yield SampledRows(told, span.end_time_unix_nano, columns, calls, weight, sampled is not None, said)


def _calls(span: Span, rows: int) -> Sequence[int]:
    """The call of each row; empty where the span does not say it of all of them."""
    pairs = (pair.value for pair in span.attributes if pair.key == attributes.ML_PREDICTION_CALL)
    found = [each.int_value for value in pairs for each in value.array_value.values]
    if len(found) != rows:
        return ()
    return [int(place) for place in np.unique(found, return_inverse=True)[1]]  # 0, 1, ...: whatever they were called


def _predictions(span: Span, rows: int) -> Sequence[float]:
    """What was predicted of each row, as numbers; empty where the span does not say it of all of them."""
    values = [pair.value for pair in span.attributes if pair.key == attributes.ML_PREDICTION_VALUE]
    cells = _cells(values[0], rows) if values else None
    return [] if cells is None else [cell if isinstance(cell, float) else np.nan for cell in cells]


def _whole(text: str | None) -> int | None:
    """A positive count; None for anything else."""
    plain = text is not None and text.isdecimal() and len(text) <= _MOST_DIGITS
    return int(text) or None if text is not None and plain else None


def _rows(features: Sequence[KeyValue]) -> int:
    """How many rows a call's own span holds: single values are one; of arrays, the shortest tells."""
    arrays = [len(pair.value.array_value.values) for pair in features if pair.value.HasField("array_value")]
    single = len(arrays) < len(features)
    return 1 if single else min((size for size in arrays if size), default=1)


def _cells(value: AnyValue, rows: int) -> Sequence[object] | None:
    """One cell a row; None where the values do not go into the rows evenly."""
    if not value.HasField("array_value"):
        return [_cell(value)] if rows == 1 and value.WhichOneof("value") is not None else None
    values = value.array_value.values
    if len(values) == rows:
        return _column(values)
    if not values or len(values) % rows or len(values) // rows > MOST_WIDTH:
        return None
    numbers = np.array([_number(each) for each in values], dtype=np.float64)
    return list(numbers.reshape(rows, -1))


def _column(values: Sequence[AnyValue]) -> Sequence[object]:
    if any(each.WhichOneof("value") in _TEXTS for each in values):
        return [_cell(each) for each in values]
    return [_number(each) for each in values]


def _cell(value: Any) -> object:
    kind = value.WhichOneof("value")
    if kind == "string_value":
        return value.string_value or None
    if kind == "bool_value":
        return "true" if value.bool_value else "false"
    return _number(value)


def _number(value: Any) -> float:
    kind = value.WhichOneof("value")
    return float(getattr(value, kind)) if kind in {"double_value", "int_value"} else np.nan
