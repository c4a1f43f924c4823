"""Trace requests: which spans are inferences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from driftline.processors.otlp.limits import Limits
from driftline.processors.otlp.wire.fields import bound_count, bound_elements
from driftline.processors.otlp.wire.schema import parse
from driftline.semconv import attributes

_NESTING = (frozenset({1}), frozenset({2}))
_MARKS = (attributes.ML_PREDICTION_ROWS.encode(), attributes.ML_PREDICTION_ID.encode())
"""What an inference span carries and no other does."""


@dataclass(frozen=True, slots=True)
class SpanCount:
    """How many spans a request holds, and how many of them are inferences."""

    total: int
    inference: int


def count_inference_spans(data: bytes, limits: Limits) -> SpanCount:
    """Count the spans of one `ExportTraceServiceRequest` without parsing them.

    Raises:
        MalformedError: the request is not valid protobuf.
        TooLargeError: it holds more elements than the limit.
    """
    total = inference = 0
    for spans in spans_of(data, limits):
        total += len(spans)
        inference += sum(any(mark in span for mark in _MARKS) for span in spans)
    return SpanCount(total, inference)


def spans_of(data: bytes, limits: Limits) -> Iterator[list[bytes]]:
    """The spans of one `ExportTraceServiceRequest`, serialised, a scope at a time.

    Raises:
        MalformedError: the request is not valid protobuf.
        TooLargeError: it holds more elements than the limit.

    Spans stay bytes, a few of them for each span, when the request is parsed: they are counted then, not walked over.
    """
    bound_elements(data, _NESTING, limits.elements)
    scopes = [scope for resource in parse("TracesRequest", data).resources for scope in resource.scopes]
    bound_count(sum(len(scope.spans) for scope in scopes), limits.elements)
    for scope in scopes:
        yield scope.spans[:]
