"""The shape of a point on the wire: where its numbers lie, and which of its bytes say whose numbers they are.

Every encoder writes fields in the order of their numbers, so a point is a head of fixed size (times, count, sum, bucket
counts: the numbers), an identity (bounds, attributes, flags: equal in every request of one sender) and, for histograms,
a tail (min and max). Points of one shape are read as one array. That is safe because an identity is only
looked up after it was once seen to be a run of whole fields that hold none of the numbers: then the bytes behind it
begin at a field too. Any other point is irregular, and parsed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from driftline.processors.observations import BucketPoints
from driftline.processors.otlp.wire.fields import fields_of

_NUMBERS = {0x11: "start", 0x19: "time", 0x21: "count", 0x29: "sum"}
_BUCKETS_TAG = 0x32
_BUCKETS_AT = {b"\x11\x19\x21\x29": 36, b"\x11\x19\x21\x32": 27, b"\x19\x21\x29\x32": 27}
"""Tags of a histogram point at bytes 0, 9, 18 and 27, and where the tag of its bucket counts is then."""
_TAIL_TAGS = b"\x59\x61"  # min and max, nine bytes each
_TAIL_SIZE = 18
_ATTRIBUTES_TAG = 0x0A
_CONTINUED = 0x80
"""The bit of a varint's byte that says another byte follows."""
_SUM_HEADS = {
    b"\x11\x19\x21": ("start", "time", "double"),
    b"\x11\x19\x31": ("start", "time", "integer"),
    b"\x19\x21\x3a": ("time", "double"),
    b"\x19\x31\x3a": ("time", "integer"),
}
"""Tags of a number point at bytes 0, 9 and 18, and what its head holds."""


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """One layout: `head` bytes of numbers, then the identity up to `end`.

    The head is the single numbers, eight bytes each behind a tag of one byte, then the bucket counts.
    """

    head: int
    end: int | None
    numbers: tuple[str, ...]
    buckets: int
    """Bucket counts of a histogram; 0 for a sum."""
    identity: frozenset[int]
    """Field numbers that say whose numbers these are."""
    noise: frozenset[int]
    """Field numbers that may lie among them and say nothing: exemplars, min, max."""

    def columns(self, heads: Sequence[bytes], streams: Sequence[int] | NDArray[np.int64]) -> BucketPoints:
        """The numbers of n points of this shape, from their heads."""
        data, count = b"".join(heads), len(heads)
        # One copy for all of them, then one for the buckets: on the wire they are neither aligned nor contiguous.
        lines: NDArray[np.int64] = np.ndarray((count, len(self.numbers)), "<i8", data, 1, (self.head, 9))
        column = dict(zip(self.numbers, lines.T.astype(np.int64, order="C"), strict=True))
        total = column.get("sum")
        return BucketPoints(
            streams=np.asarray(streams, dtype=np.int64),
            start_ns=column["start"] if "start" in column else np.zeros(count, dtype=np.int64),
            time_ns=column["time"],
            values=self._values(data, count, column),
            count=column["count"] if "count" in column else np.zeros(count, dtype=np.int64),
            total=np.full(count, np.nan) if total is None else total.view(np.float64),
        )

    def _values(
        self, data: bytes, count: int, column: Mapping[str, NDArray[np.int64]]
    ) -> NDArray[np.int64] | NDArray[np.float64]:
        if self.buckets:
            at, strides = self.head - 8 * self.buckets, (self.head, 8)
            counts: NDArray[np.int64] = np.ndarray((count, self.buckets), "<i8", data, at, strides)
            return counts.astype(np.int64)
        if "integer" in column:
            return column["integer"].astype(np.float64).reshape(-1, 1)
        return column["double"].view(np.float64).reshape(-1, 1)

    @property
    def least(self) -> int:
        """Bytes of the shortest point that can have this shape."""
        return self.head - (self.end or 0)

    @property
    def places(self) -> Iterator[slice]:
        """Where the numbers lie in a head."""
        for index in range(len(self.numbers)):
            yield slice(9 * index + 1, 9 * index + 9)
        if self.buckets:
            yield slice(self.head - 8 * self.buckets, self.head)

    def identity_of(self, point: bytes) -> bytes | None:
        """The identity of a point without what varies; None when the point does not have this shape after all.

        Raises:
            MalformedError: the point ends within a field.
        """
        end = len(point) + (self.end or 0)
        if end < self.head:
            return None
        kept: list[bytes] = []
        for field in fields_of(point, self.head, end):
            if field.number in self.identity:
                kept.append(point[field.start : field.end])
            elif field.number not in self.noise:
                return None
        return b"".join(kept)


def histogram_shapes(points: Iterable[bytes]) -> tuple[dict[Shape, list[bytes]], list[bytes]]:
    """Points of histograms by their shape, and the irregular ones."""
    groups: dict[bytes, list[bytes]] = {}
    irregular: list[bytes] = []
    for point in points:
        tags = point[:28:9]
        at = _BUCKETS_AT.get(tags)
        if at is None or len(point) < 40:
            irregular.append(point)
            continue
        key = tags + point[at : at + (2 if point[at + 1] < 0x80 else 3)]
        if point[-_TAIL_SIZE::9] == _TAIL_TAGS:
            key += _TAIL_TAGS
        if key in groups:
            groups[key].append(point)
        else:
            groups[key] = [point]
    return _resolve(groups, _histogram_shape, irregular)


def sum_shapes(points: Iterable[bytes]) -> tuple[dict[Shape, list[bytes]], list[bytes]]:
    """Points of sums by their shape, and the irregular ones."""
    groups: dict[bytes, list[bytes]] = {}
    irregular: list[bytes] = []
    for point in points:
        tags = point[:19:9]
        if tags not in _SUM_HEADS:
            irregular.append(point)
        elif tags in groups:
            groups[tags].append(point)
        else:
            groups[tags] = [point]
    return _resolve(groups, _sum_shape, irregular)


def _resolve(
    groups: dict[bytes, list[bytes]], shape_of: Callable[[bytes], Shape | None], irregular: list[bytes]
) -> tuple[dict[Shape, list[bytes]], list[bytes]]:
    shapes: dict[Shape, list[bytes]] = {}
    for key, group in groups.items():
        shape = shape_of(key)
        if shape is None:
            irregular += group
        else:
            shapes[shape] = group
    return shapes, irregular


@lru_cache(maxsize=4096)
def _histogram_shape(key: bytes) -> Shape | None:
    tags, length = key[:4], key[4:]
    names = [_NUMBERS[tag] for tag in tags if tag != _BUCKETS_TAG]
    if length[0] != _BUCKETS_TAG:
        return None
    length, end = (length[:-2], -_TAIL_SIZE) if length.endswith(_TAIL_TAGS) else (length, None)
    size = length[1] if len(length) == 2 else length[1] & 0x7F | length[2] << 7
    if size % 8 or not size or length[-1] >= 0x80:
        return None
    at = 9 * len(names) + len(length)
    return Shape(
        head=at + size,
        end=end,
        numbers=tuple(names),
        buckets=size // 8,
        identity=frozenset({7, 9, 10}),
        noise=frozenset({8, 11, 12}),
    )


@lru_cache(maxsize=8)
def _sum_shape(tags: bytes) -> Shape:
    names = _SUM_HEADS[tags]
    return Shape(
        head=9 * len(names),
        end=None,
        numbers=names,
        buckets=0,
        identity=frozenset({7, 8}),
        noise=frozenset({5}),
    )


def attributes_end(point: bytes) -> int:
    """How many bytes of an exponential point are the attributes at its beginning, where its encoder writes them.

    >>> attributes_end(bytes.fromhex("0a0161 110000000000000000"))
    3

    Source: opentelemetry-proto, ExponentialHistogramDataPoint: `attributes` is field 1.
    """
    at, last = 0, len(point) - 1
    while at < last and point[at] == _ATTRIBUTES_TAG:
        size = point[at + 1]
        if size >= _CONTINUED:  # a long one: it stays among the rest, which makes the point one to look at whole
            break
        at += 2 + size
    return min(at, len(point))
