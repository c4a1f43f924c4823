"""Attribute values as text, as the telemetry contract compares them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable

from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource

from driftline.processors.otlp.wire.fields import bound_elements
from driftline.processors.otlp.wire.schema import parse_as

MAX_ATTRIBUTES = 1024
"""Most attributes and nested values of one resource, scope or point. OpenTelemetry's own default is 128."""
_RESOURCE_NESTING = (frozenset({1}), frozenset({2}), frozenset({5, 6}), frozenset({1}))


def text_of(value: AnyValue) -> str:
    """A value as the contract writes categories: `true`, integral numbers without decimals, else the string.

    Arrays and maps are JSON, bytes are hexadecimal, a value that is not set is empty.

    >>> text_of(AnyValue(double_value=2.0)), text_of(AnyValue(bool_value=True)), text_of(AnyValue())
    ('2', 'true', '')
    """
    kind = value.WhichOneof("value")
    if kind == "string_value":
        return value.string_value
    plain = plain_of(value)
    if plain is None:
        return ""
    if isinstance(plain, str):
        return plain
    if isinstance(plain, float) and math.isfinite(plain) and plain.is_integer():
        return str(int(plain))
    return json.dumps(plain, separators=(",", ":"), ensure_ascii=False)


def plain_of(value: AnyValue) -> object:
    """A value as Python has it: text, a number, a list or a dictionary of such; bytes as hexadecimal, None for none."""
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [plain_of(item) for item in value.array_value.values]
    if kind == "kvlist_value":
        return {item.key: plain_of(item.value) for item in value.kvlist_value.values}
    if kind == "bytes_value":
        return value.bytes_value.hex()
    return None if kind is None else getattr(value, kind)


def attributes_of(pairs: Iterable[KeyValue]) -> dict[str, str]:
    """Attributes as text; of a repeated key the first counts."""
    found: dict[str, str] = {}
    for pair in pairs:
        found.setdefault(pair.key, text_of(pair.value))
    return found


def resource_attributes(data: bytes) -> dict[str, str]:
    """The attributes of a serialised resource.

    Raises:
        MalformedError: it is not a resource.
        TooLargeError: it has more than `MAX_ATTRIBUTES` attributes and nested values.
    """
    bound_elements(data, _RESOURCE_NESTING, MAX_ATTRIBUTES)
    return attributes_of(parse_as(Resource, data).attributes)


def scope_text(data: bytes) -> str:
    """A scope's name, version and attributes in one line: what tells two scopes apart.

    Raises:
        MalformedError: it is not a scope.
        TooLargeError: it has more than `MAX_ATTRIBUTES` attributes and nested values.
    """
    bound_elements(data, (frozenset({3}), *_RESOURCE_NESTING[1:]), MAX_ATTRIBUTES)
    scope = parse_as(InstrumentationScope, data)
    attributes = attributes_of(scope.attributes)
    parts = [scope.name, scope.version, json.dumps(attributes, sort_keys=True) if attributes else ""]
    return " ".join(part for part in parts if part)


def point_attributes(pairs: Iterable[bytes]) -> dict[str, str]:
    """The attributes of a point, from its serialised key-value pairs.

    Raises:
        MalformedError: one of them is not a pair.
    """
    return attributes_of(parse_as(KeyValue, pair) for pair in pairs)
