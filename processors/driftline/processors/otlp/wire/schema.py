"""Shadow schemas: the OTLP messages with their leaves left as bytes.

On the wire a sub-message and a byte string are the same, so a schema that declares points, spans, resources and scopes
as `bytes` reads the same requests, and stops parsing where the columnar decoder takes over. The descriptors live in a
pool of their own, so that they never meet the generated ones.

Source: opentelemetry-proto v1, metrics.proto, trace.proto, logs.proto; protobuf encoding, "Length-Delimited Records".
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError, Message

from driftline.processors.otlp.errors import MalformedError

M = TypeVar("M", bound=Message)
_Field = descriptor_pb2.FieldDescriptorProto
_PACKAGE = "driftline.shadow"

_SCHEMAS = {
    "MetricsRequest": "resources:1:ResourceMetrics*",
    "ResourceMetrics": "resource:1:bytes scopes:2:ScopeMetrics* schema_url:3:bytes",
    "ScopeMetrics": "scope:1:bytes metrics:2:Metric* schema_url:3:bytes",
    "Metric": (
        "name:1:bytes unit:3:bytes gauge:5:Points/data sum:7:SumPoints/data histogram:9:Points/data"
        " exponential_histogram:10:Points/data summary:11:Points/data"
    ),
    "Points": "data_points:1:bytes* temporality:2:int32",
    "SumPoints": "data_points:1:bytes* temporality:2:int32 monotonic:3:bool",
    "HistogramPoint": (
        "start:2:fixed64 time:3:fixed64 count:4:fixed64 sum:5:double buckets:6:fixed64* bounds:7:double*"
        " attributes:9:bytes* flags:10:uint32"
    ),
    "NumberPoint": (
        "start:2:fixed64 time:3:fixed64 as_double:4:double/value as_int:6:sfixed64/value"
        " attributes:7:bytes* flags:8:uint32"
    ),
    "ExponentialPoint": (
        "attributes:1:bytes* start:2:fixed64 time:3:fixed64 count:4:fixed64 scale:6:sint32 zero:7:fixed64"
        " positive:8:Buckets negative:9:Buckets flags:10:uint32"
    ),
    "Buckets": "offset:1:sint32 counts:2:uint64*",
    "TracesRequest": "resources:1:ResourceSpans*",
    "ResourceSpans": "resource:1:bytes scopes:2:ScopeSpans* schema_url:3:bytes",
    "ScopeSpans": "scope:1:bytes spans:2:bytes* schema_url:3:bytes",
    "LogsRequest": "resources:1:ResourceLogs*",
    "ResourceLogs": "resource:1:bytes scopes:2:ScopeLogs* schema_url:3:bytes",
    "ScopeLogs": "scope:1:bytes records:2:bytes* schema_url:3:bytes",
}
"""Message to fields, each `name:number:type`, with `*` for a repeated one and `/oneof` for a member of a oneof."""

_SCALARS = {
    "bytes": _Field.TYPE_BYTES,
    "bool": _Field.TYPE_BOOL,
    "double": _Field.TYPE_DOUBLE,
    "fixed64": _Field.TYPE_FIXED64,
    "int32": _Field.TYPE_INT32,
    "sfixed64": _Field.TYPE_SFIXED64,
    "sint32": _Field.TYPE_SINT32,
    "uint32": _Field.TYPE_UINT32,
    "uint64": _Field.TYPE_UINT64,
}


@cache
def shadow(name: str) -> Any:
    """The message class of a shadow schema, built once and at first use.

    >>> request = shadow("MetricsRequest").FromString(bytes.fromhex("0a020a00"))
    >>> len(request.resources), request.resources[0].resource
    (1, b'')
    """
    return message_factory.GetMessageClass(_pool().FindMessageTypeByName(f"{_PACKAGE}.{name}"))


def parse(name: str, data: bytes) -> Any:
    """One message of a shadow schema.

    Raises:
        MalformedError: the bytes are truncated, or a field has another wire type than protobuf allows.
    """
    return parse_as(shadow(name), data)


def parse_as(kind: type[M], data: bytes) -> M:
    """One message of any class; see `parse`."""
    try:
        return kind.FromString(data)
    except DecodeError as error:
        raise MalformedError(f"the request is not valid protobuf ({kind.DESCRIPTOR.name}): {error}") from error


@cache
def _pool() -> descriptor_pool.DescriptorPool:
    # proto2, for presence: an unset sum is not a sum of zero.
    file = descriptor_pb2.FileDescriptorProto(name="driftline/shadow.proto", package=_PACKAGE, syntax="proto2")
    for name, fields in _SCHEMAS.items():
        message = file.message_type.add(name=name)
        for field in fields.split():
            _add_field(message, field)
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(file.SerializeToString())
    return pool


def _add_field(message: descriptor_pb2.DescriptorProto, declaration: str) -> None:
    declaration, _, oneof = declaration.partition("/")
    name, number, kind = declaration.rstrip("*").split(":")
    field = message.field.add(name=name, number=int(number))
    field.label = _Field.LABEL_REPEATED if declaration.endswith("*") else _Field.LABEL_OPTIONAL
    if kind in _SCALARS:
        field.type = _SCALARS[kind]
    else:
        field.type = _Field.TYPE_MESSAGE
        field.type_name = f".{_PACKAGE}.{kind}"
    if oneof:
        if not message.oneof_decl:
            message.oneof_decl.add(name=oneof)
        field.oneof_index = 0
