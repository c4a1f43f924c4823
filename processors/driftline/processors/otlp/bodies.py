"""HTTP bodies back to the bytes of a protobuf request: decompression with a limit, JSON by the rules of OTLP."""

from __future__ import annotations

import zlib

from driftline.processors.otlp.errors import MalformedError, TooLargeError

_GZIP = 31  # zlib's window bits for a gzip header and trailer


def gunzip(body: bytes, limit: int) -> bytes:
    """A gzip body, of one member or several, without ever holding more than the limit.

    Raises:
        TooLargeError: it inflates to more than `limit` bytes; no more than that was inflated.
        MalformedError: it is not gzip, or truncated.

    >>> import gzip
    >>> gunzip(gzip.compress(b"a") + gzip.compress(b"b"), limit=2)
    b'ab'
    """
    parts: list[bytes] = []
    room = limit
    while body:
        member = zlib.decompressobj(_GZIP)
        try:
            part = member.decompress(body, room + 1)
        except zlib.error as error:
            raise MalformedError(f"the body is not valid gzip: {error}") from error
        if len(part) > room:
            raise TooLargeError(f"the body inflates to more than {limit} bytes: send smaller batches")
        if not member.eof:
            raise MalformedError("the gzip body is truncated")
        parts.append(part)
        room -= len(part)
        body = member.unused_data
    return b"".join(parts)
