"""From the bytes that say whose points these are to the numbers the pipeline knows their streams by.

The bytes are parsed once a stream. After that a point costs a dictionary look-up, and its attributes stay bytes.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from driftline.processors.observations import IGNORED, Reason, Stream, StreamId, StreamKind
from driftline.processors.otlp.errors import MalformedError
from driftline.processors.otlp.refusals import DELTA, NO_RECORDED_VALUE, refuse_layout, refuse_temporality
from driftline.processors.otlp.wire.fields import bound_elements
from driftline.processors.otlp.wire.shapes import Shape
from driftline.processors.otlp.wire.text import MAX_ATTRIBUTES, point_attributes, resource_attributes, scope_text

Code = int
"""A stream's number; `IGNORED`; or, below that, the reason why its points do not count."""
_REASONS = tuple(Reason)
_MAX_IDENTITY_BYTES = 1 << 16
"""Largest resource, scope and attributes of one stream, serialised: beyond it a stream is refused, not remembered."""
_CROWD = 256
"""Refused streams of one metric of one sender that are remembered like others; beyond them it is a flood."""
_OVERHEAD = 300
"""Bytes of memory of one entry besides its content: objects and dictionary slots."""


def code_of(reason: Reason) -> Code:
    """A reason as a code; `reason_of` is its inverse.

    >>> reason_of(code_of(Reason.LATE)) is Reason.LATE
    True
    """
    return IGNORED - 1 - _REASONS.index(reason)


def reason_of(code: Code) -> Reason:
    """The reason behind a code below `IGNORED`."""
    return _REASONS[IGNORED - 1 - code]


class Streams(Protocol):
    """The part of the pipeline that numbers streams."""

    @property
    def epoch(self) -> int:
        """Changes when numbers given before no longer hold."""

    def stream(self, stream: Stream, /) -> StreamId | Reason:
        """The number of a stream, the same for equal streams within an epoch; `IGNORED`; or why it is refused."""

    def turns_away(self, stream: Stream, /) -> bool:
        """Whether `stream` would surely refuse it as one too many; False, too, where only `stream` can tell."""


class Header(NamedTuple):
    """What all points of one metric share, as the wire has it."""

    resource: bytes
    scope: bytes
    name: bytes
    unit: bytes
    kind: StreamKind
    temporality: int
    monotonic: bool


class PointIdentity(NamedTuple):
    """What a parsed point says of its stream."""

    attributes: Sequence[bytes]
    bounds: tuple[float, ...]
    buckets: int
    flags: int


@dataclass(slots=True)
class Context:
    """The streams of one metric of one scope of one resource."""

    header: Header
    resource: dict[str, str]
    scope: str
    metric: str
    unit: str
    by_shape: dict[Shape, dict[bytes, Code]] = field(default_factory=dict)
    irregular: dict[tuple[object, ...], Code] = field(default_factory=dict)
    by_attributes: dict[bytes, Code] = field(default_factory=dict)
    """Streams of exponential points, by the attributes that such a point begins with."""
    cost: int = 0
    """Estimated bytes of memory of all of it."""
    refused: int = 0
    """Streams that were described, and were too many."""
    turned_away: int = 0
    """Streams that were too many, and were not even described."""

    @property
    def crowded(self) -> bool:
        """Whether so many were refused that one more is looked at for a place first."""
        return self.refused >= _CROWD

    def known(self, shape: Shape) -> dict[bytes, Code]:
        """Identities of points of this shape, as far as seen."""
        return self.by_shape.setdefault(shape, {})


class StreamTable:
    """Remembers, within a limit, which bytes mean which stream. Not thread-safe: its owner holds a lock.

    Args:
        streams: numbers streams; asked once for each that is new.
        limit: most bytes of memory (estimated) for what is remembered; over it, the metrics used longest ago are
            forgotten.
    """

    def __init__(self, streams: Streams, limit: int) -> None:
        self._streams = streams
        self._limit = limit
        self._contexts: OrderedDict[Header, Context] = OrderedDict()
        self._cost = 0
        self.epoch = streams.epoch
        """The epoch that everything remembered is of."""

    @property
    def remembered_bytes(self) -> int:
        """Estimated memory of what is remembered now."""
        return self._cost

    def renew(self) -> bool:
        """Between requests: forget everything after a change of epoch (then True), the oldest over the limit."""
        present = self._streams.epoch
        renewed = self.epoch != present
        if renewed:
            self.epoch = present
            self._contexts.clear()
            self._cost = 0
        while self._cost > self._limit:
            _, oldest = self._contexts.popitem(last=False)
            self._cost -= oldest.cost
        return renewed

    def context(self, header: Header) -> Context:
        """The streams known under a header.

        Raises:
            MalformedError: resource, scope, name or unit cannot be read.
        """
        context = self._contexts.get(header)
        if context is None:
            context = self._contexts[header] = Context(
                header,
                resource_attributes(header.resource),
                scope_text(header.scope),
                _decoded(header.name),
                _decoded(header.unit),
            )
            self._grow(context, 4 * sum(map(len, header[:4])))  # as bytes, and parsed
        else:
            self._contexts.move_to_end(header)
        return context

    def remember(self, context: Context, shape: Shape, identity: bytes, code: Code) -> None:
        """Keep the answer for a regular point."""
        context.known(shape)[identity] = code
        self._grow(context, len(identity))

    def remember_attributes(self, context: Context, attributes: bytes, code: Code) -> None:
        """Keep the answer for an exponential point without flags that begins with all its attributes."""
        context.by_attributes[attributes] = code
        self._grow(context, len(attributes))

    def irregular(self, context: Context, point: PointIdentity) -> Code:
        """The answer for a point without a shape, kept by its parsed identity."""
        key = (tuple(point.attributes), point.bounds, point.buckets, point.flags)
        code = context.irregular.get(key)
        if code is None and self.turns_away(context, point.attributes):
            return code_of(Reason.OVER_LIMIT)
        if code is None:
            code = context.irregular[key] = self.describe(context, point)
            self._grow(context, 32 * len(point.bounds) + sum(map(len, point.attributes)))
        return code

    def describe(self, context: Context, point: PointIdentity) -> Code:
        """Ask the pipeline for a stream, and check what can be checked once a stream."""
        header = context.header
        if sum(map(len, header[:4])) + sum(map(len, point.attributes)) > _MAX_IDENTITY_BYTES:
            return code_of(Reason.OVER_LIMIT)
        answer = self._streams.stream(self._stream(context, point.attributes, point.bounds))
        context.refused += answer is Reason.OVER_LIMIT
        if isinstance(answer, Reason):
            return code_of(answer)
        if answer == IGNORED:  # a stranger's stream is passed on as it is, faults included
            return IGNORED
        if point.flags & NO_RECORDED_VALUE:
            return code_of(Reason.NO_RECORDED_VALUE)
        bad = refuse_temporality(header.temporality)
        if header.kind is StreamKind.HISTOGRAM:
            bad = bad or refuse_layout(point.bounds, point.buckets)
        return answer if bad is None else code_of(bad)

    def turns_away(self, context: Context, attributes: Sequence[bytes]) -> bool:
        """Whether a stream under a crowded header is one too many, whatever else there is to say of it.

        Such an answer is not worth remembering: in a flood hardly any label set comes twice.
        """
        away = context.crowded and self._streams.turns_away(self._stream(context, attributes, ()))
        context.turned_away += away
        return away

    def _stream(self, context: Context, attributes: Sequence[bytes], bounds: tuple[float, ...]) -> Stream:
        header = context.header
        return Stream(
            metric=context.metric,
            unit=context.unit,
            kind=header.kind,
            monotonic=header.monotonic,
            delta=header.temporality == DELTA,
            scope=context.scope,
            resource=context.resource,
            attributes=point_attributes(attributes),
            bounds=bounds,
        )

    def _grow(self, context: Context, held: int) -> None:
        context.cost += _OVERHEAD + held
        self._cost += _OVERHEAD + held


def bound_point(point: bytes) -> None:
    """See that one point is no bag of empty attributes, before it is parsed.

    Raises:
        TooLargeError: it has far more fields than any real point.
        MalformedError: it is not protobuf.
    """
    bound_elements(point, (frozenset(),), 64 * MAX_ATTRIBUTES)


def _decoded(name: bytes) -> str:
    try:
        return name.decode()
    except UnicodeDecodeError as error:
        raise MalformedError(
            f"the request is not valid protobuf: a metric's name or unit is not UTF-8 ({error})"
        ) from error
