"""OTLP in: decode, receive over gRPC and HTTP, forward what is not ours. The only room that knows the wire."""

from __future__ import annotations

from driftline.processors.otlp.answers import Answer, Signal
from driftline.processors.otlp.errors import (
    MalformedError,
    OtlpError,
    OverloadedError,
    TooLargeError,
    UnsupportedError,
)
from driftline.processors.otlp.limits import Limits
from driftline.processors.otlp.receive_grpc import ListenError, Listening, serve_grpc
from driftline.processors.otlp.receive_http import http_app
from driftline.processors.otlp.service import OtlpService

__all__ = [
    "Answer",
    "Limits",
    "ListenError",
    "Listening",
    "MalformedError",
    "OtlpError",
    "OtlpService",
    "OverloadedError",
    "Signal",
    "TooLargeError",
    "UnsupportedError",
    "http_app",
    "serve_grpc",
]
