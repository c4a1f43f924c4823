"""What makes a whole OTLP request fail. Single bad points do not: they are refused one by one."""

from __future__ import annotations

from typing import ClassVar


class OtlpError(Exception):
    """A request that is answered with an error; the message is what the sender is told."""

    reason: ClassVar[str] = "unusable"
    """How it is counted."""


class MalformedError(OtlpError):
    """The bytes are not the message they claim to be. Sending them again cannot help."""

    reason = "malformed"


class UnsupportedError(OtlpError):
    """A content type or an encoding that no OTLP sender uses."""

    reason = "unsupported"


class TooLargeError(OtlpError):
    """The request is over a size limit, before or after decompression. Sending it again cannot help."""

    reason = "too_large"


class OverloadedError(OtlpError):
    """Too much is in flight. The same request is welcome again after `retry_after_seconds`."""

    reason = "overloaded"

    def __init__(self, message: str, retry_after_seconds: float) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class NotReceivedError(OtlpError):
    """The request did not arrive whole: too large for gRPC, or given up by the sender. Nobody reads an answer."""

    reason = "too_large_or_cancelled"
