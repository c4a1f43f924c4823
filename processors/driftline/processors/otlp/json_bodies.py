"""OTLP/JSON to the bytes of a protobuf request, so that one decoder serves both.

OTLP's JSON is protobuf's with its own rules: ids are hexadecimal, enums are numbers, field names are camelCase only and
unknown ones are ignored. `google.protobuf.json_format` has other rules, and takes 50 times as long.

Source: OTLP specification, "JSON Protobuf Encoding"; protobuf, "ProtoJSON Format".
"""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

import orjson
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from driftline.processors.otlp.errors import MalformedError, TooLargeError

_MAX_DEPTH = 64
_HEXADECIMAL = frozenset({"trace_id", "span_id", "parent_span_id"})
_SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


class _Slot(NamedTuple):
    """How one field is read."""

    name: str
    repeated: bool
    message: Descriptor | None
    scalar: Callable[[object], Any]


def protobuf_of(body: bytes, kind: type[Message], elements: int) -> bytes:
    """The protobuf form of an OTLP/JSON request.

    Args:
        body: the JSON text.
        kind: the message it claims to be.
        elements: most objects it may hold.

    Raises:
        MalformedError: not JSON, or a value that its field cannot hold; the message names the field.
        TooLargeError: more objects than the limit, or nested too deep.

    >>> from opentelemetry.proto.common.v1.common_pb2 import KeyValue
    >>> body = b'{"key": "n", "value": {"intValue": "7"}, "unknown": [1]}'
    >>> KeyValue.FromString(protobuf_of(body, KeyValue, elements=10)).value.int_value
    7
    """
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise MalformedError(f"the body is not valid JSON: {error}") from error
    message = kind()
    _Filler(elements).fill(message, parsed, kind.DESCRIPTOR.name, 0)
    return message.SerializeToString()


class _Filler:
    """Fills one message from one parsed body."""

    def __init__(self, elements: int) -> None:
        self._left = elements

    def fill(self, message: Message, parsed: object, path: str, depth: int) -> None:
        """Set the fields of `message` from a parsed object; `path` is where it is, for the error."""
        if not isinstance(parsed, dict):
            raise MalformedError(f"{path} must be a JSON object")
        self._left -= 1
        if self._left < 0 or depth > _MAX_DEPTH:
            raise TooLargeError("the body holds too many or too deeply nested objects: send smaller batches")
        slots = _slots(message.DESCRIPTOR)
        for name, value in parsed.items():
            slot = slots.get(name)
            if slot is not None and value is not None:
                self._set(message, slot, value, f"{path}.{name}", depth)

    def _set(self, message: Message, slot: _Slot, value: object, path: str, depth: int) -> None:
        if slot.repeated:
            self._extend(getattr(message, slot.name), slot, value, path, depth)
        elif slot.message is None:
            setattr(message, slot.name, _scalar(slot, value, path))
        else:
            child = getattr(message, slot.name)
            child.SetInParent()
            self.fill(child, value, path, depth + 1)

    def _extend(self, target: Any, slot: _Slot, value: object, path: str, depth: int) -> None:
        if not isinstance(value, list):
            raise MalformedError(f"{path} must be a JSON array")
        if slot.message is None:
            target.extend([_scalar(slot, item, path) for item in value])
            return
        for index, item in enumerate(value):
            self.fill(target.add(), item, f"{path}[{index}]", depth + 1)


def _scalar(slot: _Slot, value: object, path: str) -> Any:
    try:
        return slot.scalar(value)
    except (TypeError, ValueError, OverflowError, binascii.Error) as error:
        raise MalformedError(f"{path}: {error}") from error


@cache
def _slots(descriptor: Descriptor) -> Mapping[str, _Slot]:
    return {field.camelcase_name: _slot(field) for field in descriptor.fields}


def _slot(field: FieldDescriptor) -> _Slot:
    return _Slot(field.name, field.default_value == [], field.message_type, _reader(field))


def _reader(field: FieldDescriptor) -> Callable[[object], Any]:
    if field.type == FieldDescriptor.TYPE_BYTES:
        return _hexadecimal if field.name in _HEXADECIMAL else _base64
    if field.type in (FieldDescriptor.TYPE_DOUBLE, FieldDescriptor.TYPE_FLOAT):
        return _double
    if field.type == FieldDescriptor.TYPE_BOOL:
        return _bool
    if field.type == FieldDescriptor.TYPE_STRING:
        return _string
    if field.type == FieldDescriptor.TYPE_ENUM:
        return _enum
    low, high = _RANGES[field.cpp_type]
    return lambda value: _integer(value, low, high)


_RANGES = {
    FieldDescriptor.CPPTYPE_INT32: (-(1 << 31), (1 << 31) - 1),
    FieldDescriptor.CPPTYPE_INT64: (-(1 << 63), (1 << 63) - 1),
    FieldDescriptor.CPPTYPE_UINT32: (0, (1 << 32) - 1),
    FieldDescriptor.CPPTYPE_UINT64: (0, (1 << 64) - 1),
    FieldDescriptor.CPPTYPE_MESSAGE: (0, 0),  # read by `fill`, never as a number
}


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("must be a string")
    return value


def _bool(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("must be true or false")
    return value


def _enum(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("must be the number of the enum value, as OTLP/JSON has no names")
    return _integer(value, -(1 << 31), (1 << 31) - 1)


def _integer(value: object, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, str, float)):
        raise TypeError("must be an integer, as a number or a string")
    if isinstance(value, float) and not value.is_integer():
        raise ValueError("must be an integer")
    number = int(value)
    if not low <= number <= high:
        raise ValueError(f"must be within {low} and {high}")
    return number


def _double(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise TypeError("must be a number, or NaN, Infinity or -Infinity as a string")
    return _SPECIAL[value] if isinstance(value, str) and value in _SPECIAL else float(value)


def _hexadecimal(value: object) -> bytes:
    return bytes.fromhex(_string(value))


def _base64(value: object) -> bytes:
    text = _string(value).replace("-", "+").replace("_", "/")
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
