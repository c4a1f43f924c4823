"""Decoding requests against parsing the same bytes: `python -m tests.benchmarks decode`.

Metric requests are decoded and folded by the real pipeline; each repetition is another request of the same sender, with
other times and counts, as the wire has them. Median of the ratios of interleaved rounds.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from itertools import count

import numpy as np
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.metrics.v1.metrics_pb2 import AGGREGATION_TEMPORALITY_CUMULATIVE

from driftline.processors.health import Health
from driftline.processors.otlp import Limits
from driftline.processors.otlp.metrics import Decoded, MetricsDecoder
from driftline.processors.otlp.span_columns import span_columns
from driftline.processors.pipeline import Pipeline

ROUNDS = 200
SECOND = 10**9
START = 1_800_000_000 * SECOND


def metric_requests(points: int, buckets: int, *, exponential: bool = False) -> list[bytes]:
    """Requests of one sender, a second apart."""
    return [_metric_request(points, buckets, step, exponential=exponential) for step in range(ROUNDS)]


def _metric_request(points: int, buckets: int, step: int, *, exponential: bool) -> bytes:
    request = ExportMetricsServiceRequest()
    resource = request.resource_metrics.add()
    for key, text in {"ml.model.name": "credit", "ml.model.version": "7", "service.instance.id": "a" * 36}.items():
        resource.resource.attributes.add(key=key).value.string_value = text
    scope = resource.scope_metrics.add()
    scope.scope.name = "driftline"
    metric = scope.metrics.add(name="ml.field.distribution")
    data = metric.exponential_histogram if exponential else metric.histogram
    data.aggregation_temporality = AGGREGATION_TEMPORALITY_CUMULATIVE
    for index in range(points):
        point = data.data_points.add(start_time_unix_nano=START, time_unix_nano=START + step * SECOND, sum=1.5 * step)
        counts = [step * (1 + (index + bucket) % 5) for bucket in range(buckets)]
        point.count, point.min, point.max = sum(counts), 0.0, 9.0
        for key, text in {"ml.field.name": f"feature_{index}", "ml.field.role": "feature"}.items():
            point.attributes.add(key=key).value.string_value = text
        if exponential:
            point.scale = 3  # type: ignore[union-attr] # an exponential point
            point.positive.bucket_counts.extend(counts)  # type: ignore[union-attr] # as above
        else:
            point.bucket_counts.extend(counts)  # type: ignore[union-attr] # an explicit point
            point.explicit_bounds.extend(range(buckets - 1))  # type: ignore[union-attr] # as above
    return request.SerializeToString()


def trace_request(spans: int, attributes: int) -> bytes:
    """Spans of one emitter with captured features."""
    request = ExportTraceServiceRequest()
    scope = request.resource_spans.add().scope_spans.add()
    numbers = np.random.default_rng(1)
    for _ in range(spans):
        span = scope.spans.add(name="predict credit", trace_id=numbers.bytes(16), span_id=numbers.bytes(8))
        span.start_time_unix_nano, span.end_time_unix_nano = START, START + 1000
        for index in range(attributes):
            span.attributes.add(key=f"ml.feature.f{index:02}").value.double_value = float(numbers.normal())
    return request.SerializeToString()


def walk(data: bytes) -> float:
    """What a decoder in plain Python does at the least."""
    total = 0.0
    for resource in ExportMetricsServiceRequest.FromString(data).resource_metrics:
        for scope in resource.scope_metrics:
            for metric in scope.metrics:
                for point in metric.histogram.data_points:
                    attributes = {pair.key: pair.value.string_value for pair in point.attributes}
                    values = np.array(point.bucket_counts, dtype=np.int64)
                    bounds = tuple(point.explicit_bounds)
                    total += len(attributes) + len(bounds) + float(values.sum())
    return total


def ratio(work: Callable[[bytes], object], reference: Callable[[bytes], object], requests: Sequence[bytes]) -> float:
    """Median over rounds of the time of one over that of the other, on the same bytes."""
    ratios = []
    for data in requests:
        reference(data)  # warm bytes for both
        begun = time.perf_counter()
        reference(data)
        between = time.perf_counter()
        work(data)
        ratios.append((time.perf_counter() - between) / (between - begun))
    return statistics.median(ratios[len(ratios) // 10 :])


def folding() -> Callable[[bytes], object]:
    """Decode and fold, as the receiver does; each request arrives when it was sent, and every point counts."""
    pipeline = Pipeline(started_ns=START - SECOND, health=Health())
    decoder = MetricsDecoder(pipeline, Limits())
    clock = count(START + SECOND // 2, SECOND)

    def work(data: bytes) -> None:
        decoded = decoder.decode(data)
        if pipeline.fold(decoded.batch, next(clock)).accepted != decoded.points:
            raise AssertionError("a point was not counted: the figure would be that of something else")

    return work


def grouped_ratio(size: int, points: int, buckets: int) -> float:
    """Groups of one request each of `size` senders, decoded and folded at once, against parsing each of them."""
    pipeline = Pipeline(started_ns=START - SECOND, health=Health())
    decoder, ratios = MetricsDecoder(pipeline, Limits()), []
    for step, request in enumerate(metric_requests(points, buckets)[:60]):
        group = [request.replace(b"a" * 36, b"%036d" % sender) for sender in range(size)]
        begun = time.perf_counter()
        for data in group:
            ExportMetricsServiceRequest.FromString(data)
        between = time.perf_counter()
        decoded = [one for one in decoder.decode_each(group) if isinstance(one, Decoded)]
        tallies = pipeline.fold_each([one.batch for one in decoded], START + step * SECOND + SECOND // 2)
        ratios.append((time.perf_counter() - between) / (between - begun))
        if sum(tally.accepted for tally in tallies) != size * points:
            raise AssertionError("a point was not counted: the figure would be that of something else")
    return statistics.median(ratios[6:])


def decoding() -> Callable[[bytes], object]:
    """Decode and count nothing."""
    decoder = MetricsDecoder(Pipeline(started_ns=START - SECOND, health=Health()), Limits())
    return decoder.decode


def main() -> int:
    """Print the ratios; the result is how many targets were missed."""
    parse = ExportMetricsServiceRequest.FromString
    spans = [trace_request(1000, 20)] * 40
    rows = [
        ("20 points x 20 buckets, decode and fold", ratio(folding(), parse, metric_requests(20, 20)), 4.0),
        ("the same, of 8 senders at once", grouped_ratio(8, 20, 20), 4.0),
        ("the same, of 32 senders at once", grouped_ratio(32, 20, 20), 4.0),
        ("165 points x 32 buckets, decode and fold", ratio(folding(), parse, metric_requests(165, 32)), 4.0),
        ("20 points x 20 buckets, decode alone", ratio(decoding(), parse, metric_requests(20, 20)), None),
        ("165 points x 32 buckets, decode alone", ratio(decoding(), parse, metric_requests(165, 32)), None),
        ("165 points x 32 buckets, a plain Python walk", ratio(walk, parse, metric_requests(165, 32)), None),
        (
            "20 exponential points, decode and fold",
            ratio(folding(), parse, metric_requests(20, 20, exponential=True)),
            None,
        ),
        (
            "1000 spans x 20 attributes, to arrays",
            ratio(lambda data: span_columns(data, Limits()), ExportTraceServiceRequest.FromString, spans),
            2.0,
        ),
    ]
    for name, found, target in rows:
        wanted = f" [{target:g}]" if target else ""
        sys.stdout.write(f"{name:50} {found:6.1f} x the parse alone{wanted}\n")
    return sum(target is not None and found > target for _, found, target in rows)


if __name__ == "__main__":
    sys.exit(main())
