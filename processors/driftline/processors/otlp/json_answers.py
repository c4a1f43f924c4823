"""Answers as JSON."""

from __future__ import annotations

import orjson
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message


def json_of(message: Message) -> bytes:
    """A response or a status as OTLP/JSON: camelCase names, 64-bit numbers as strings.

    >>> from google.rpc.status_pb2 import Status
    >>> json_of(Status(code=3, message="no"))
    b'{"code":3,"message":"no"}'
    """
    return orjson.dumps(MessageToDict(message))
