"""Requests that repeat an earlier one but for their numbers, as a sender's do every interval.

A sender whose streams do not change sends the same bytes each time, with other times and counts at the same places. So
once such a request was decoded, a mask over its bytes says where numbers are; a later request that is equal under the
mask needs no parsing at all: its numbers are cut out where they are known to lie.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from driftline.processors.observations import IGNORED, BucketPoints, ExponentialPoint, Tally
from driftline.processors.otlp.errors import MalformedError
from driftline.processors.otlp.repeated_spreads import SpreadPlaces
from driftline.processors.otlp.streams import Code, Context, reason_of
from driftline.processors.otlp.wire.exponential import Walked
from driftline.processors.otlp.wire.fields import LENGTH_DELIMITED, fields_of, varint
from driftline.processors.otlp.wire.shapes import Shape

Key = tuple[int, bytes]
Heads = Callable[[bytes], Sequence[bytes]]
"""Cuts the heads of a group's points out of a request."""
Seen = tuple[Context, Shape, Sequence[bytes]]
"""Points of one shape that a request held."""
_NESTING = (frozenset({1}), frozenset({2}), frozenset({2}), frozenset({7, 9, 10}), frozenset({1}))
"""Field numbers from the request down to a point: resource, scope, metric, sum or histogram of either kind, point."""
_TAIL = ((17, 9), (8, 0))
"""Where min and max lie, counted from the end of a point."""
_MOST_SEEN_ONCE = 4096
_BYTES = 16
"""Bytes of memory of a template (estimated) for each byte of the request: mask, fixed bytes, places."""
_MOST_MASKS = 64
"""Masks looked at for a new template; more are in use, each as long as its templates are kept."""
_MOST_SHARED_BYTES = 1 << 15
"""Requests over this size are compared one by one: a call more is nothing to them."""
_CONTINUED = 0x80
"""The bit of a varint's byte that says another byte follows."""


@dataclass(frozen=True, slots=True)
class Template:
    """One request, and where its numbers are."""

    mask: NDArray[np.uint8]
    """0 at the bytes of numbers, 255 elsewhere; (L,)."""
    fixed: bytes
    groups: tuple[tuple[Shape, NDArray[np.int64], Heads], ...]
    """Shape, streams (n,) and heads (n) of the points that count."""
    uncounted: Tally
    points: int
    spreads: SpreadPlaces | None
    """The exponential points; None when there are none."""

    def matches(self, data: bytes) -> bool:
        """Whether data of the same length is this request but for its numbers."""
        masked: NDArray[np.uint8] = np.bitwise_and(np.frombuffer(data, np.uint8), self.mask)
        return masked.tobytes() == self.fixed

    def columns(self, data: bytes) -> list[BucketPoints]:
        """The numbers of a request that matches."""
        return [shape.columns(heads(data), streams) for shape, streams, heads in self.groups]

    def exponentials(self, data: bytes) -> Sequence[ExponentialPoint]:
        """The exponential points of a request that matches."""
        return () if self.spreads is None else self.spreads.columns(data)

    def tally(self) -> Tally:
        """What does not count of such a request, to be added to."""
        tally = Tally()
        if self.uncounted.ignored or self.uncounted.rejected:
            tally.merge(self.uncounted)
        return tally


def columns_of_all(repeated: Sequence[tuple[Template, bytes]]) -> list[list[BucketPoints]]:
    """For each of several requests that match their templates what `Template.columns` gives.

    The points of one shape are read at once, whosever they are; what each request gets are views of that.
    """
    columns: list[list[BucketPoints]] = [[] for _ in repeated]
    by_shape: dict[Shape, list[tuple[int, NDArray[np.int64], Sequence[bytes]]]] = {}
    for at, (template, data) in enumerate(repeated):
        for shape, streams, heads in template.groups:
            by_shape.setdefault(shape, []).append((at, streams, heads(data)))
    for shape, parts in by_shape.items():
        heads_of_all = list(chain.from_iterable([heads for _, _, heads in parts]))
        points = shape.columns(heads_of_all, np.concatenate([streams for _, streams, _ in parts]))
        end = 0
        for at, streams, _ in parts:
            start, end = end, end + len(streams)
            columns[at].append(points.between(start, end))
    return columns


class Repeats:
    """Templates of the requests that came more than once, within a limit of memory. Not thread-safe.

    Args:
        limit: most bytes of memory (estimated) for templates; over it, those used longest ago are forgotten.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._templates: OrderedDict[Key, Template] = OrderedDict()
        self._seen_once: OrderedDict[Key, None] = OrderedDict()
        self._masks: OrderedDict[bytes, NDArray[np.uint8]] = OrderedDict()
        self._held = 0

    def clear(self) -> None:
        """Forget everything: the numbers of streams no longer hold."""
        self._templates.clear()
        self._seen_once.clear()
        self._masks.clear()
        self._held = 0

    def find(self, data: bytes) -> Template | None:
        """The template that a request matches."""
        key = _key(data)
        template = self._templates.get(key)
        if template is None or not template.matches(data):
            return None
        self._templates.move_to_end(key)
        return template

    def find_each(self, requests: Sequence[bytes]) -> list[Template | None]:
        """What `find` gives for each of several requests; those under one mask are compared at once."""
        keys = [_key(data) for data in requests]
        found = [self._templates.get(key) for key in keys]
        under: dict[int, list[tuple[int, Template, bytes]]] = {}
        for at, (template, data) in enumerate(zip(found, requests, strict=True)):
            if template is not None:
                under.setdefault(id(template.mask), []).append((at, template, data))
        for candidates in under.values():
            for at in _unlike(candidates):
                found[at] = None
        for key, template in zip(keys, found, strict=True):
            if template is not None:
                self._templates.move_to_end(key)
        return found

    def worth_keeping(self, data: bytes) -> bool:
        """Whether a request of this sender and size came before: only then is a template worth its making."""
        key = _key(data)
        if key in self._seen_once:
            return True
        self._seen_once[key] = None
        if len(self._seen_once) > _MOST_SEEN_ONCE:
            self._seen_once.popitem(last=False)
        return False

    def keep(self, data: bytes, seen: Sequence[Seen], walked: Sequence[tuple[Code, Walked, bytes]]) -> None:
        """Make a template of a decoded request, all of whose points had a shape or could be walked over."""
        template = _template(data, seen, walked)
        if template is not None:
            template = self._sharing(template)
        if template is None or _BYTES * len(data) > self._limit:
            return
        key = _key(data)
        if key not in self._templates:
            self._held += _BYTES * len(data)
        self._templates[key] = template
        while self._held > self._limit:
            (size, _), _ = self._templates.popitem(last=False)
            self._held -= _BYTES * size

    def _sharing(self, template: Template) -> Template:
        """The same template with the mask of an earlier one that is equal, as with servers of one model."""
        if len(template.fixed) > _MOST_SHARED_BYTES:
            return template
        known = self._masks.setdefault(template.mask.tobytes(), template.mask)
        if len(self._masks) > _MOST_MASKS:
            self._masks.popitem(last=False)
        return replace(template, mask=known)


def _unlike(candidates: Sequence[tuple[int, Template, bytes]]) -> list[int]:
    """Which requests, by their number, do not match their templates, all of one mask."""
    mask = candidates[0][1].mask
    joined = np.frombuffer(b"".join([data for _, _, data in candidates]), np.uint8)
    masked: NDArray[np.uint8] = np.bitwise_and(joined.reshape(-1, len(mask)), mask)
    if masked.tobytes() == b"".join([template.fixed for _, template, _ in candidates]):
        return []
    return [at for at, template, data in candidates if not template.matches(data)]


def _key(data: bytes) -> Key:
    """Length and first resource of a request: what tells senders apart. A wrong guess only costs a parse."""
    try:
        at = 1
        while data[at] & _CONTINUED:
            at += 1
        size, content = varint(data, at + 2, len(data))
    except (IndexError, MalformedError):
        return len(data), b""
    return len(data), data[content : content + size]


def _template(data: bytes, seen: Sequence[Seen], walked: Sequence[tuple[Code, Walked, bytes]]) -> Template | None:
    """None when a point is not at the place a walk over the bytes says, or its identity is not the same each time."""
    places: dict[bytes, list[slice]] = {}
    for place in _points(data):
        places.setdefault(data[place], []).append(place)
    left = sum(map(len, places.values()))
    mask = np.full(len(data), 0xFF, dtype=np.uint8)
    tally, groups, points = Tally(), [], 0
    for context, shape, group in seen:
        known = context.known(shape)
        streams: list[Code] = []
        heads: list[slice] = []
        for point in group:
            code = known.get(point[shape.head : shape.end])
            if code is None or not places.get(point):
                return None
            place = places[point].pop(0)
            _open(mask, shape, place)
            points += 1
            if code >= 0:
                streams.append(code)
                heads.append(slice(place.start, place.start + shape.head))
            elif code == IGNORED:
                tally.ignored += 1
            else:
                tally.reject(reason_of(code))
            left -= 1
        if streams:
            groups.append((shape, np.array(streams, dtype=np.int64), _cutting(heads)))
    walks = [(code, walk, places[point].pop(0)) for code, walk, point in walked if places.get(point)]
    left -= len(walks)
    spreads = SpreadPlaces(data, walks) if walks else None
    if spreads is not None:
        spreads.open(mask)
    if left or len(walks) < len(
        walked
    ):  # points that parsing drops (the first of two forms of one metric) make places ambiguous
        return None
    fixed = np.bitwise_and(np.frombuffer(data, dtype=np.uint8), mask).tobytes()
    return Template(mask, fixed, tuple(groups), tally, points + len(walks), spreads)


def _cutting(heads: Sequence[slice]) -> Heads:
    if len(heads) == 1:
        (head,) = heads
        return lambda data: (data[head],)
    return itemgetter(*heads)  # cuts them all within one call


def _open(mask: NDArray[np.uint8], shape: Shape, place: slice) -> None:
    """Leave the numbers of one point out of the comparison."""
    for numbers in shape.places:
        mask[place.start + numbers.start : place.start + numbers.stop] = 0
    if shape.end is not None:
        for start, end in _TAIL:
            mask[place.stop - start : place.stop - end] = 0


def _points(data: bytes) -> Iterator[slice]:
    """Where the points of histograms and sums lie in a request."""
    yield from _within(data, 0, len(data), 0)


def _within(data: bytes, start: int, end: int, depth: int) -> Iterator[slice]:
    for field in fields_of(data, start, end):
        if field.wire_type != LENGTH_DELIMITED or field.number not in _NESTING[depth]:
            continue
        if depth + 1 == len(_NESTING):
            yield slice(field.content, field.end)
        else:
            yield from _within(data, field.content, field.end, depth + 1)
