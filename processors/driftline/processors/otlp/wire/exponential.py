"""Exponential points straight from their bytes, many at once.

Encoders write fields in the order of their numbers, so behind the attributes the numbers of a point are found by a few
steps over tags; bucket counts are packed varints, which are decoded for all points together. A point that looks any
different is parsed.

Source: opentelemetry-proto, ExponentialHistogramDataPoint; protobuf encoding, "Base 128 Varints", "Signed Integers".
"""

from __future__ import annotations

from collections.abc import Sequence
from struct import Struct
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from driftline.processors.observations import ExponentialPoints

_HEAD = Struct("<BqBqBq")
_NUMBER = Struct("<q")
_START, _TIME, _COUNT, _SUM, _SCALE, _ZERO, _POSITIVE, _NEGATIVE = 0x11, 0x19, 0x21, 0x29, 0x30, 0x39, 0x42, 0x4A
_NOISE = frozenset({0x61, 0x69, 0x71})
"""Tags of min, max and the zero threshold."""
_OFFSET, _COUNTS = 0x08, 0x12
_CONTINUED = 0x80
_LONGEST = 8
"""Bytes of the longest varint that is read here: counts below 2^56."""


class Walked(NamedTuple):
    """The numbers of one point; bucket counts as they are on the wire."""

    counts: tuple[int, int, int, int]
    """Start, time, count, zero."""
    scale: int
    up_offset: int
    up: bytes
    down_offset: int
    down: bytes


def walk(point: bytes, start: int) -> Walked | None:
    """The numbers of a point whose attributes end at `start`; None when it has to be parsed.

    >>> numbers = "11 0100000000000000 19 0200000000000000 21 0300000000000000"
    >>> walk(bytes.fromhex(f"{numbers} 30 02 42 06 08 03 12 02 01 02"), 0)
    Walked(counts=(1, 2, 3, 0), scale=1, up_offset=-2, up=b'\\x01\\x02', down_offset=0, down=b'')
    """
    tail = point[start:] + b"\0"  # no tag is 0: what is read behind the last field is none of those looked for
    end = len(tail) - 1
    if end < _HEAD.size:
        return None
    tags_and_numbers = _HEAD.unpack_from(tail)
    if tags_and_numbers[::2] != (_START, _TIME, _COUNT):
        return None
    try:
        return _walk(tail, _HEAD.size, end, tags_and_numbers[1::2])
    except (IndexError, ValueError):  # cut off, or a number too long for what it is
        return None


def _walk(tail: bytes, at: int, end: int, head: tuple[int, ...]) -> Walked | None:
    scale = zero = 0
    if tail[at] == _SUM:
        at += 9
    if tail[at] == _SCALE:
        scale, at = _zigzag(tail, at + 1)
    if tail[at] == _ZERO:
        zero, at = _NUMBER.unpack(tail[at + 1 : at + 9])[0] if at + 9 <= end else _short(), at + 9
    (up_offset, up), (down_offset, down) = (0, b""), (0, b"")
    if tail[at] == _POSITIVE:
        up_offset, up, at = _buckets(tail, at + 1)
    if tail[at] == _NEGATIVE:
        down_offset, down, at = _buckets(tail, at + 1)
    while tail[at] in _NOISE:
        at += 9
    return Walked((head[0], head[1], head[2], zero), scale, up_offset, up, down_offset, down) if at == end else None


def _buckets(tail: bytes, at: int) -> tuple[int, bytes, int]:
    size, at = _size(tail, at)
    end, offset, counts = at + size, 0, b""
    if at < end and tail[at] == _OFFSET:
        offset, at = _zigzag(tail, at + 1)
    if at < end and tail[at] == _COUNTS:
        size, at = _size(tail, at + 1)
        counts, at = tail[at : at + size], at + size
    if at != end:
        raise ValueError("there is something else in it")
    return offset, counts, at


def _size(tail: bytes, at: int) -> tuple[int, int]:
    size = tail[at]
    if size < _CONTINUED:
        return size, at + 1
    if tail[at + 1] >= _CONTINUED:
        raise ValueError("too long to be walked over")
    return size & 0x7F | tail[at + 1] << 7, at + 2


def _zigzag(tail: bytes, at: int) -> tuple[int, int]:
    number = tail[at]
    if number >= _CONTINUED:
        number, at = _size(tail, at)
        return number >> 1 ^ -(number & 1), at
    return number >> 1 ^ -(number & 1), at + 1


def _short() -> int:
    raise ValueError("the point ends within a number")


def columns_of(streams: Sequence[int], walked: Sequence[Walked]) -> ExponentialPoints | None:
    """Points as columns; None when their bucket counts have to be parsed."""
    packed = [side for point in walked for side in (point.up, point.down)]
    numbers = varints(packed)
    if numbers is None:
        return None
    buckets, lengths = numbers
    layout = np.array([(point.scale, point.up_offset, 0, point.down_offset, 0) for point in walked], dtype=np.int64)
    layout[:, 2::2] = lengths.reshape(-1, 2)
    return ExponentialPoints(streams, np.array([point.counts for point in walked], dtype=np.int64), layout, buckets)


def varints(packed: Sequence[bytes]) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    """The numbers in packed varints, one after the other, and how many each holds; None when one is cut off or long.

    >>> [part.tolist() for part in varints([bytes([0xAC, 0x02, 0x01]), b"", bytes([5])])]
    [[300, 1, 5], [2, 0, 1]]
    """
    data = np.frombuffer(b"".join(packed), np.uint8)
    last: NDArray[np.bool_] = data < _CONTINUED
    before = np.zeros(len(data) + 1, dtype=np.int64)
    np.cumsum(last, out=before[1:])
    ends = np.cumsum([len(part) for part in packed])
    lengths = np.diff(before[ends], prepend=0)
    cut: Any = ~last[ends[ends > 0] - 1]
    if cut.any():
        return None
    if before[-1] == len(data):  # one byte each
        return data.astype(np.int64), lengths
    starts = np.flatnonzero(last) + 1
    starts = np.concatenate([[0], starts[:-1]])
    sizes = np.diff(starts, append=len(data))
    if np.maximum.reduce(sizes) > _LONGEST:
        return None
    places = np.arange(len(data)) - np.repeat(starts, sizes)
    return np.add.reduceat((data & 0x7F).astype(np.int64) << 7 * places, starts), lengths
