"""Spans to arrays: the numeric attributes of the contract, a column each.

Spans of one emitter have one layout: the same keys in the same order, other ids, times and values. The layout is read
once from the first span; the others are compared with it under a mask over whatever may differ, and their numbers are
taken as strided views. A span of another layout starts one of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from driftline.processors.otlp.errors import MalformedError
from driftline.processors.otlp.limits import Limits
from driftline.processors.otlp.spans import spans_of
from driftline.processors.otlp.wire.fields import LENGTH_DELIMITED, Field, bound_elements, fields_of
from driftline.processors.otlp.wire.text import MAX_ATTRIBUTES

_IDS = frozenset({1, 2, 4})
_TIMES = {7: "start", 8: "end"}
_ATTRIBUTES = 9
_STRING, _BOOL, _INT, _DOUBLE = 1, 2, 3, 4
_CONTINUED = 0x80
"""The bit of a varint's byte that says another byte follows; the others are the number."""
_PREFIX = b"ml."


@dataclass(frozen=True, slots=True)
class SpanColumns:
    """n spans as columns, in an order of their own.

    Args:
        start_ns: nanoseconds since the epoch, (n,).
        end_ns: the same.
        numbers: attribute to values, float64 (n,); NaN where a span has no such number.
    """

    start_ns: NDArray[np.int64]
    end_ns: NDArray[np.int64]
    numbers: Mapping[str, NDArray[np.float64]]


@dataclass(slots=True)
class _Layout:
    """Where what may differ lies in a span of this layout."""

    mask: NDArray[np.uint8]
    fixed: NDArray[np.uint8]
    times: dict[str, int]
    doubles: dict[str, int]
    integers: dict[str, tuple[int, int]]


def span_columns(data: bytes, limits: Limits) -> SpanColumns:
    """The spans of one `ExportTraceServiceRequest` as columns.

    Raises:
        MalformedError: the request is not valid protobuf.
        TooLargeError: it holds more elements than the limit.

    Cost: for spans of one layout less than parsing them takes; about 50 us for each layout.
    """
    by_size: dict[int, list[bytes]] = {}
    for spans in spans_of(data, limits):
        if len(set(map(len, spans))) == 1:
            by_size.setdefault(len(spans[0]), []).extend(spans)
            continue
        for span in spans:
            by_size.setdefault(len(span), []).append(span)
    return _joined([part for spans in by_size.values() for part in _columns(spans)])


def _columns(spans: list[bytes]) -> Iterator[SpanColumns]:
    """Columns of spans of one size, a layout at a time."""
    size = len(spans[0])
    left: NDArray[np.uint8] = np.frombuffer(b"".join(spans), dtype=np.uint8).reshape(len(spans), size)
    while len(left):
        layout = _layout(left[0].tobytes())
        same = ((left & layout.mask) == layout.fixed).all(axis=1)
        yield _take(np.ascontiguousarray(left[same]) if not same.all() else left, layout)
        left = left[~same]


def _take(rows: NDArray[np.uint8], layout: _Layout) -> SpanColumns:
    times = {name: _strided(rows, at, "<i8").astype(np.int64) for name, at in layout.times.items()}
    numbers = {name: _strided(rows, at, "<f8").astype(np.float64) for name, at in layout.doubles.items()}
    numbers |= {name: _integers(rows, *place) for name, place in layout.integers.items()}
    unset = np.zeros(len(rows), dtype=np.int64)
    return SpanColumns(times.get("start", unset), times.get("end", unset), numbers)


def _strided(rows: NDArray[np.uint8], at: int, kind: str) -> NDArray[np.generic]:
    return np.ndarray((len(rows),), dtype=kind, buffer=rows.data, offset=at, strides=(rows.shape[1],))


def _integers(rows: NDArray[np.uint8], start: int, end: int) -> NDArray[np.float64]:
    values = np.zeros(len(rows), dtype=np.uint64)
    for index, at in enumerate(range(start, end)):
        values |= (rows[:, at] & np.uint8(0x7F)).astype(np.uint64) << np.uint64(7 * index)
    return values.view(np.int64).astype(np.float64)


def _layout(span: bytes) -> _Layout:
    bound_elements(span, (frozenset(),), 64 * MAX_ATTRIBUTES)
    mask = np.full(len(span), 0xFF, dtype=np.uint8)
    layout = _Layout(mask, mask, {}, {}, {})
    for field in fields_of(span):
        if field.number in _IDS or field.number in _TIMES:
            mask[field.content : field.end] = 0
        if field.number in _TIMES and field.wire_type == 1:
            layout.times[_TIMES[field.number]] = field.content
        if field.number == _ATTRIBUTES and field.wire_type == LENGTH_DELIMITED:
            _attribute(span, field, layout)
    layout.fixed = np.frombuffer(span, dtype=np.uint8) & mask
    return layout


def _attribute(span: bytes, attribute: Field, layout: _Layout) -> None:
    """Open what may differ in one attribute, and note where its number is."""
    key, value = b"", None
    for field in fields_of(span, attribute.content, attribute.end):
        if field.number == 1:
            key = span[field.content : field.end]
        elif field.number == 2 and field.wire_type == LENGTH_DELIMITED:
            value = next(fields_of(span, field.content, field.end), None)
    if value is None:
        return
    wanted = key.startswith(_PREFIX)
    if value.number == _DOUBLE and value.wire_type == 1:
        layout.mask[value.content : value.end] = 0
        if wanted:
            layout.doubles[_text(key)] = value.content
    elif value.number in (_INT, _BOOL) and value.wire_type == 0:
        layout.mask[value.content : value.end] = _CONTINUED
        if wanted:
            layout.integers[_text(key)] = value.content, value.end
    elif value.number == _STRING:
        layout.mask[value.content : value.end] = 0


def _text(key: bytes) -> str:
    try:
        return key.decode()
    except UnicodeDecodeError as error:
        raise MalformedError(f"the request is not valid protobuf: an attribute's key is not UTF-8 ({error})") from error


def _joined(parts: Sequence[SpanColumns]) -> SpanColumns:
    if not parts:
        return SpanColumns(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), {})
    if len(parts) == 1:
        return parts[0]
    names = sorted({name for part in parts for name in part.numbers})
    return SpanColumns(
        np.concatenate([part.start_ns for part in parts]),
        np.concatenate([part.end_ns for part in parts]),
        {
            name: np.concatenate([part.numbers.get(name, np.full(len(part.start_ns), np.nan)) for part in parts])
            for name in names
        },
    )
