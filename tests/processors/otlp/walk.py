"""The slow, obvious way to read a metric request: the oracle of the columnar decoder. And a pipeline that remembers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric

from driftline.processors.observations import IGNORED, Batch, Reason, Stream, StreamId, StreamKind, Tally
from driftline.processors.otlp.wire.text import attributes_of, scope_text

Row = tuple[object, ...]
FOREIGN = "foreign."
_FORMS = {
    "histogram": StreamKind.HISTOGRAM,
    "sum": StreamKind.SUM,
    "exponential_histogram": StreamKind.EXPONENTIAL,
}


def identity(stream: Stream) -> Row:
    """A stream as something that can be a key."""
    return (
        stream.metric,
        stream.unit,
        stream.kind,
        stream.monotonic,
        stream.delta,
        stream.scope,
        tuple(sorted(stream.resource.items())),
        tuple(sorted(stream.attributes.items())),
        tuple(repr(bound) for bound in stream.bounds),
    )


class Recording:
    """Stands where the pipeline does: numbers streams and keeps what was folded."""

    def __init__(self) -> None:
        self.epoch = 0
        self.streams: dict[Row, StreamId] = {}
        self.asked = 0
        self.rows: list[Row] = []
        self.announced: list[tuple[Mapping[str, str], Mapping[str, str], str]] = []

    def stream(self, stream: Stream) -> StreamId | Reason:
        self.asked += 1
        if stream.metric.startswith(FOREIGN):
            return IGNORED
        return self.streams.setdefault(identity(stream), StreamId(len(self.streams)))

    def turns_away(self, stream: Stream) -> bool:
        return False

    def fold(self, batch: Batch, now_ns: int) -> Tally:
        rows = list(rows_of(batch, {number: key for key, number in self.streams.items()}))
        self.rows += rows
        return Tally(accepted=len(rows))

    def fold_each(self, batches: Sequence[Batch], now_ns: int) -> list[Tally]:
        return [self.fold(batch, now_ns) for batch in batches]

    def announce(self, resource: Mapping[str, str], attributes: Mapping[str, str], body: str, now_ns: int) -> None:
        if body == "bad":
            raise ValueError("the profile is not JSON")
        self.announced.append((resource, attributes, body))


def rows_of(batch: Batch, streams: Mapping[StreamId, Row]) -> Iterator[Row]:
    """The points of a batch, one by one."""
    for points in batch.buckets:
        assert len(points.streams) == len(points.start_ns) == len(points.time_ns) == len(points.values)
        for index, number in enumerate(points.streams.tolist()):
            yield (
                streams[number],
                int(points.start_ns[index]),
                int(points.time_ns[index]),
                repr(points.values[index].tolist()),
                int(points.count[index]),
                repr(float(points.total[index])),
            )
    for point in batch.exponentials:
        positive = (point.positive_offset, point.positive.tolist())
        negative = (point.negative_offset, point.negative.tolist())
        numbers = (point.count, point.scale, point.zero, repr(positive), repr(negative))
        yield (streams[point.stream], point.start_ns, point.time_ns, *numbers)


def walk(data: bytes) -> tuple[Counter[Row], Counter[str]]:
    """Rows that should reach the pipeline, and how many points should not, by reason (`ignored`: not ours)."""
    rows: Counter[Row] = Counter()
    others: Counter[str] = Counter()
    for resource in ExportMetricsServiceRequest.FromString(data).resource_metrics:
        for scope in resource.scope_metrics:
            for metric in scope.metrics:
                _walk_metric(
                    metric,
                    attributes_of(resource.resource.attributes),
                    scope_text(scope.scope.SerializeToString()),
                    rows,
                    others,
                )
    return rows, others


def _walk_metric(
    metric: Metric, resource: dict[str, str], scope: str, rows: Counter[Row], others: Counter[str]
) -> None:
    form = metric.WhichOneof("data")
    if form is None:
        return
    data = getattr(metric, form)
    for point in data.data_points:
        if form not in _FORMS:
            others["unsupported" if metric.name.startswith("ml.") else "ignored"] += 1
        elif metric.name.startswith(FOREIGN):
            others["ignored"] += 1
        elif point.flags & 1:
            others["no_recorded_value"] += 1
        elif data.aggregation_temporality not in (1, 2):
            others["temporality_unspecified"] += 1
        elif form == "histogram" and not _fits(point):
            others["buckets_do_not_match_bounds"] += 1
        else:
            stream = Stream(
                metric.name,
                metric.unit,
                _FORMS[form],
                form == "sum" and data.is_monotonic,
                data.aggregation_temporality == 1,
                scope,
                resource,
                _attributes(point.attributes),
                tuple(point.explicit_bounds) if form == "histogram" else (),
            )
            rows[(identity(stream), *_NUMBERS[form](point))] += 1


def _attributes(pairs: Iterable[KeyValue]) -> dict[str, str]:
    return attributes_of(pairs)


def _fits(point: Any) -> bool:
    buckets, bounds = len(point.bucket_counts), len(point.explicit_bounds)
    return bool(buckets == bounds + 1 or buckets == bounds == 0)


def _signed(number: int) -> int:
    return int(np.uint64(number).astype(np.int64))


def _histogram(point: Any) -> Row:
    counts = [_signed(count) for count in point.bucket_counts] or [_signed(point.count)]
    total = point.sum if point.HasField("sum") else math.nan
    return (*_times(point), repr(counts), _signed(point.count), repr(total))


def _sum(point: Any) -> Row:
    value = float(getattr(point, point.WhichOneof("value") or "as_double"))
    return (*_times(point), repr([value]), 0, repr(math.nan))


def _exponential(point: Any) -> Row:
    sides = [
        (side.offset, [_signed(count) for count in side.bucket_counts]) for side in (point.positive, point.negative)
    ]
    return (*_times(point), _signed(point.count), point.scale, _signed(point.zero_count), *map(repr, sides))


def _times(point: Any) -> tuple[int, int]:
    return _signed(point.start_time_unix_nano), _signed(point.time_unix_nano)


_NUMBERS = {"histogram": _histogram, "sum": _sum, "exponential_histogram": _exponential}
