"""Log requests: the events of the telemetry contract, and what is not ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord

from driftline.processors.otlp.limits import Limits
from driftline.processors.otlp.wire.fields import bound_elements
from driftline.processors.otlp.wire.schema import parse, parse_as, shadow
from driftline.processors.otlp.wire.text import MAX_ATTRIBUTES, attributes_of, plain_of, resource_attributes, text_of
from driftline.semconv import attributes as names
from driftline.semconv import events

_NESTING = (frozenset({1}), frozenset({2}), frozenset({2}))
_RECORD_NESTING = (frozenset({5, 6}), frozenset({2, 5, 6}), frozenset({5, 6, 1}), frozenset({1, 2}))
_EVENTS = frozenset({events.ML_REFERENCE, events.ML_OUTCOME, events.ML_PREDICTION, events.ML_BUSINESS_VALUE})
_JOINS = frozenset(
    {
        names.ML_PREDICTION_ID,
        names.ML_PREDICTION_VALUE,
        names.ML_PREDICTION_SCORE,
        names.ML_PREDICTION_SAMPLE_RATE,
        names.ML_OUTCOME_LABEL,
        names.ML_OUTCOME_VALUE,
    }
)
_LEGACY_NAME = "event.name"
"""Where an event's name was before log records had a field for it."""
_PREFIX = b"ml."


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the contract, with its attributes as text.

    `plain` holds the attributes of the join as what they are: numbers, text, lists and maps of them. `time_ns` is when
    the sender says that it happened; 0 where it says no time.
    """

    name: str
    resource: dict[str, str]
    attributes: dict[str, str]
    body: str
    plain: dict[str, object] = field(default_factory=dict)
    time_ns: int = 0


@dataclass(slots=True)
class DecodedLogs:
    """One log request."""

    records: int = 0
    """All log records of the request."""
    events: list[Event] = field(default_factory=list)
    foreign: bytes = b""
    """The request with only the records that are not ours, serialised; empty unless asked for, or without any."""


def decode_logs(data: bytes, limits: Limits, *, keep_foreign: bool = False) -> DecodedLogs:
    """Pick the contract's events out of one `ExportLogsServiceRequest`; other records are never parsed.

    Raises:
        MalformedError: the request is not valid protobuf.
        TooLargeError: it holds more elements than the limit.
    """
    bound_elements(data, _NESTING, limits.elements)
    decoded = DecodedLogs()
    foreign = shadow("LogsRequest")() if keep_foreign else None
    for resource in parse("LogsRequest", data).resources:
        for scope in resource.scopes:
            kept = list(_sort(resource, scope.records, decoded))
            if kept and foreign is not None:
                into = foreign.resources.add(resource=resource.resource, schema_url=resource.schema_url)
                into.scopes.add(scope=scope.scope, schema_url=scope.schema_url, records=kept)
    if foreign is not None:
        decoded.foreign = foreign.SerializeToString()
    return decoded


def _sort(resource: Any, records: Any, decoded: DecodedLogs) -> Iterator[bytes]:
    """Append the events to what was decoded; yield the records that are not ours."""
    for record in records:
        decoded.records += 1
        event = _event(resource, record) if _PREFIX in record else None
        if event is None:
            yield record
        else:
            decoded.events.append(event)


def _event(resource: Any, data: bytes) -> Event | None:
    bound_elements(data, _RECORD_NESTING, 64 * MAX_ATTRIBUTES)
    record = parse_as(LogRecord, data)
    attributes = attributes_of(record.attributes)
    name = record.event_name or attributes.pop(_LEGACY_NAME, "")
    if name not in _EVENTS:
        return None
    joins = {pair.key: plain_of(pair.value) for pair in record.attributes if pair.key in _JOINS}
    time_ns = record.time_unix_nano or record.observed_time_unix_nano
    return Event(name, resource_attributes(resource.resource), attributes, text_of(record.body), joins, time_ns)
