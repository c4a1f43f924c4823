"""Metric requests to columns: the fast half of the receiver.

The request is parsed by a schema that leaves points as bytes, points of one shape are read as one array, and the
attributes of a point are parsed only the first time they are seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from driftline.processors.observations import (
    Batch,
    BucketPoints,
    Reason,
    StreamKind,
    Tally,
)
from driftline.processors.otlp.errors import OtlpError
from driftline.processors.otlp.foreign import add_to, only
from driftline.processors.otlp.gathering import Gathered, columns, countable, exponentials, uncountable, uncounted
from driftline.processors.otlp.limits import Limits
from driftline.processors.otlp.repeats import Repeats, Template, columns_of_all
from driftline.processors.otlp.streams import (
    Code,
    Context,
    Header,
    PointIdentity,
    Streams,
    StreamTable,
    bound_point,
    code_of,
)
from driftline.processors.otlp.wire.exponential import walk
from driftline.processors.otlp.wire.fields import bound_count, bound_elements
from driftline.processors.otlp.wire.schema import parse, shadow
from driftline.processors.otlp.wire.shapes import Shape, attributes_end, histogram_shapes, sum_shapes

_NESTING = (frozenset({1}), frozenset({2}), frozenset({2}), frozenset({5, 7, 9, 10, 11}))
"""Field numbers from the request down to what holds the points, which stay bytes and are counted when parsed."""
_KINDS = {
    "histogram": StreamKind.HISTOGRAM,
    "sum": StreamKind.SUM,
    "exponential_histogram": StreamKind.EXPONENTIAL,
}


@dataclass(slots=True)
class Decoded:
    """One metric request as columns."""

    batch: Batch
    tally: Tally
    """What did not reach the batch: refused, skipped, not ours."""
    points: int
    """All data points of the request."""
    foreign: bytes
    """The request with only the points that are not ours, serialised; empty unless asked for, or without any."""


class MetricsDecoder:
    """Turns metric requests into batches. Not thread-safe: its owner holds a lock.

    Args:
        streams: numbers streams (the pipeline).
        limits: how much one request may hold, and how much is remembered between requests.
    """

    def __init__(self, streams: Streams, limits: Limits) -> None:
        self._table = StreamTable(streams, limits.remembered_bytes)
        self._repeats = Repeats(limits.remembered_bytes)
        self._limits = limits

    @property
    def remembered_bytes(self) -> int:
        """Estimated memory of what is remembered between requests."""
        return self._table.remembered_bytes

    def decode(self, data: bytes, *, keep_foreign: bool = False) -> Decoded:
        """One `ExportMetricsServiceRequest` as columns.

        Args:
            data: the serialised request.
            keep_foreign: also serialise what is not ours, for forwarding.

        Raises:
            MalformedError: the request is not valid protobuf; nothing of it was counted.
            TooLargeError: it holds more elements than the limit.

        Cost: about the parse alone for a request that repeats an earlier one but for its numbers, about six times that
        for known streams in a new arrangement, about 20 us for each new stream.
        """
        self._renew()
        repeated = self._repeated(data, keep_foreign=keep_foreign)
        if repeated is not None:
            return _repetition(repeated, data, repeated.columns(data), self._table.epoch)
        return self._decode(data, keep_foreign=keep_foreign)

    def decode_each(self, requests: Sequence[bytes], *, keep_foreign: bool = False) -> list[Decoded | OtlpError]:
        """What `decode` gives for each of several requests, or raises; those that repeat earlier ones are read at once.

        Args:
            requests: serialised requests.
            keep_foreign: as for `decode`.
        """
        self._renew()
        epoch, found = self._table.epoch, self._repeats.find_each(requests)
        if keep_foreign:
            found = [None if repeated and repeated.uncounted.ignored else repeated for repeated in found]
        matched = [(repeated, data) for repeated, data in zip(found, requests, strict=True) if repeated]
        points = iter(columns_of_all(matched))
        return [
            _repetition(repeated, data, next(points), epoch)
            if repeated
            else self._tried(data, keep_foreign=keep_foreign)
            for repeated, data in zip(found, requests, strict=True)
        ]

    def _renew(self) -> None:
        if self._table.renew():
            self._repeats.clear()

    def _repeated(self, data: bytes, *, keep_foreign: bool) -> Template | None:
        repeated = self._repeats.find(data)
        return None if repeated is not None and keep_foreign and repeated.uncounted.ignored else repeated

    def _tried(self, data: bytes, keep_foreign: bool) -> Decoded | OtlpError:  # noqa: FBT001  # passed on as it came
        try:
            return self.decode(data, keep_foreign=keep_foreign)
        except OtlpError as error:
            return error

    def _decode(self, data: bytes, *, keep_foreign: bool) -> Decoded:
        bound_elements(data, _NESTING, self._limits.elements)
        gathered = Gathered()
        foreign = shadow("MetricsRequest")() if keep_foreign else None
        for resource in parse("MetricsRequest", data).resources:
            self._resource(resource, gathered, foreign)
        spread = exponentials(gathered)
        if gathered.seen is not None and (gathered.seen or gathered.walked) and self._repeats.worth_keeping(data):
            self._repeats.keep(data, gathered.seen, gathered.walked)
        # The epoch as it was before the first stream was asked for: one that changes meanwhile spoils the batch.
        batch = Batch(columns(gathered), spread, self._table.epoch)
        return Decoded(batch, gathered.tally, gathered.points, foreign.SerializeToString() if foreign else b"")

    def _resource(self, resource: Any, gathered: Gathered, foreign: Any) -> None:
        described = resource.resource
        for scope in resource.scopes:
            described_scope, kept = scope.scope, []
            for metric in scope.metrics:
                self._metric(described, described_scope, metric, gathered)
                if foreign is not None and gathered.foreign:
                    kept.append(only(metric, gathered.foreign))
            if kept:
                add_to(foreign, resource, scope, kept)

    def _metric(self, resource: bytes, scope: bytes, metric: Any, gathered: Gathered) -> None:
        gathered.foreign = []
        form = metric.WhichOneof("data")
        if form is None:
            return
        data = getattr(metric, form)
        bound_count(gathered.points + len(data.data_points), self._limits.elements)
        points = data.data_points[:]
        gathered.points += len(points)
        if form not in _KINDS:
            gathered.seen = None
            uncountable(metric.name, points, gathered)
            return
        monotonic = form == "sum" and data.monotonic
        header = Header(resource, scope, metric.name, metric.unit, _KINDS[form], data.temporality, monotonic)
        context = self._table.context(header)
        if form == "exponential_histogram":
            self._exponential(context, points, gathered)
            return
        shapes, irregular = histogram_shapes(points) if form == "histogram" else sum_shapes(points)
        for shape, group in shapes.items():
            if gathered.seen is not None:
                gathered.seen.append((context, shape, group))
            irregular += self._regular(context, shape, group, gathered)
        if irregular:
            gathered.seen = None
            self._irregular(context, irregular, gathered)

    def _regular(self, context: Context, shape: Shape, points: list[bytes], gathered: Gathered) -> list[bytes]:
        """Gather points of one shape; returns those that do not have it after all."""
        head, end, known = shape.head, shape.end, context.known(shape).get
        irregular: list[bytes] = []
        if min(map(len, points)) < shape.least:  # cut off within the numbers: nothing is left of an identity
            irregular = [point for point in points if len(point) < shape.least]
            points = [point for point in points if len(point) >= shape.least]
        codes = [known(point[head:end]) for point in points]
        if None in codes:
            before = context.turned_away
            codes, points, unlike = self._learn(context, shape, points, codes)
            irregular += unlike
            if context.turned_away > before:  # what is not remembered makes no template
                gathered.seen = None
        resolved: list[Code] = codes  # type: ignore[assignment] # the unknown ones are learned or irregular now
        if resolved and min(resolved) < 0:
            resolved, points = countable(resolved, points, gathered)
        heads, streams = gathered.regular.setdefault(shape, ([], []))
        heads += [point[:head] for point in points]
        streams += resolved
        return irregular

    def _learn(
        self, context: Context, shape: Shape, points: list[bytes], codes: list[Code | None]
    ) -> tuple[list[Code | None], list[bytes], list[bytes]]:
        kept_codes: list[Code | None] = []
        kept: list[bytes] = []
        irregular: list[bytes] = []
        for point, code in zip(points, codes, strict=True):
            answer = self._ask(context, shape, point) if code is None else code
            if answer is None:
                irregular.append(point)
            else:
                kept_codes.append(answer)
                kept.append(point)
        return kept_codes, kept, irregular

    def _ask(self, context: Context, shape: Shape, point: bytes) -> Code | None:
        if context.crowded and self._table.turns_away(context, _parsed(context, point).attributes):
            return code_of(Reason.OVER_LIMIT)
        identity = shape.identity_of(point)
        if identity is None:
            return None
        code = context.known(shape).get(identity)
        if code is None:
            code = self._table.describe(context, _identity(_parsed(context, point)))
            self._table.remember(context, shape, identity, code)
        return code

    def _irregular(self, context: Context, points: Iterable[bytes], gathered: Gathered) -> None:
        for data in points:
            point = _parsed(context, data)
            code = self._table.irregular(context, _identity(point))
            if code < 0:
                uncounted(code, data, gathered)
            else:
                size = len(point.buckets) if context.header.kind is StreamKind.HISTOGRAM else -1
                gathered.irregular.setdefault(size, []).append((code, point))

    def _exponential(self, context: Context, points: Iterable[bytes], gathered: Gathered) -> None:
        known = context.by_attributes.get
        for data in points:
            end = attributes_end(data)
            code = known(data[:end])
            walked = walk(data, end) if code is not None and code >= 0 else None
            if code is not None and walked is not None:
                gathered.walked.append((code, walked, data))
                continue
            gathered.seen = None
            code, point = self._attributed(context, data, end)
            if code < 0:
                uncounted(code, data, gathered)
            else:
                gathered.exponentials.append((code, point))

    def _attributed(self, context: Context, data: bytes, end: int) -> tuple[Code, Any]:
        """Parse an exponential point with its attributes, and remember them where the rest can be walked over."""
        bound_point(data)
        point, before = parse("ExponentialPoint", data), context.turned_away
        code = self._table.irregular(context, PointIdentity(tuple(point.attributes), (), 0, point.flags))
        if context.turned_away == before and walk(data, end) is not None:
            self._table.remember_attributes(context, data[:end], code)
        return code, point


def _repetition(template: Template, data: bytes, columns: list[BucketPoints], epoch: int) -> Decoded:
    return Decoded(Batch(columns, template.exponentials(data), epoch), template.tally(), template.points, b"")


def _parsed(context: Context, data: bytes) -> Any:
    bound_point(data)
    return parse("HistogramPoint" if context.header.kind is StreamKind.HISTOGRAM else "NumberPoint", data)


def _identity(point: Any) -> PointIdentity:
    if not hasattr(point, "buckets"):
        return PointIdentity(tuple(point.attributes), (), 0, point.flags)
    return PointIdentity(tuple(point.attributes), tuple(point.bounds), len(point.buckets), point.flags)
