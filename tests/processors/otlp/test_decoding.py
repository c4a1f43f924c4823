"""The columnar decoder against the slow, obvious walk, and what it remembers."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.metrics.v1.metrics_pb2 import AGGREGATION_TEMPORALITY_CUMULATIVE, HistogramDataPoint

from driftline.processors.otlp import Limits, MalformedError, TooLargeError
from driftline.processors.otlp.metrics import MetricsDecoder
from tests.processors.otlp.samples import NOW, START, histogram, metric_requests, open_metric, put
from tests.processors.otlp.walk import Recording, rows_of, walk


def decoded(decoder: MetricsDecoder, pipeline: Recording, data: bytes) -> tuple[Counter[Any], Counter[str]]:
    result = decoder.decode(data)
    rows = Counter(rows_of(result.batch, {number: key for key, number in pipeline.streams.items()}))
    others = Counter({str(reason): count for reason, count in result.tally.rejected.items()})
    if result.tally.ignored:
        others["ignored"] = result.tally.ignored
    assert result.points == rows.total() + others.total()
    return rows, others


@given(st.lists(metric_requests(), min_size=1, max_size=3))
def test_columns_hold_what_a_walk_over_the_messages_finds(requests: list[ExportMetricsServiceRequest]) -> None:
    pipeline = Recording()
    decoder = MetricsDecoder(pipeline, Limits())
    for request in requests * 4:  # unknown, known, and three times the same
        data = request.SerializeToString()
        assert decoded(decoder, pipeline, data) == walk(data)


@given(metric_requests(), st.data())
def test_requests_that_differ_in_their_numbers_only_are_read_like_any_other(
    request: ExportMetricsServiceRequest, data: st.DataObject
) -> None:
    pipeline = Recording()
    decoder = MetricsDecoder(pipeline, Limits())
    for _ in range(5):
        serialised = request.SerializeToString()
        assert decoded(decoder, pipeline, serialised) == walk(serialised)
        _change_numbers(request, data.draw(st.integers(1, 1 << 62)))


def _change_numbers(request: ExportMetricsServiceRequest, number: int) -> None:
    for resource in request.resource_metrics:
        for scope in resource.scope_metrics:
            for metric in scope.metrics:
                for point in metric.histogram.data_points if metric.HasField("histogram") else ():
                    point.time_unix_nano = point.count = number
                    for index in range(len(point.bucket_counts)):
                        point.bucket_counts[index] = number + index
                for total in metric.sum.data_points if metric.HasField("sum") else ():
                    total.time_unix_nano, total.as_int = number, number >> 10
                for spread in (
                    metric.exponential_histogram.data_points if metric.HasField("exponential_histogram") else ()
                ):
                    spread.time_unix_nano = spread.count = number
                    for counts in (spread.positive.bucket_counts, spread.negative.bucket_counts):
                        for index in range(len(counts)):
                            counts[index] = counts[index] ^ number & 0x7F if counts[index] > 0x7F else number & 0x7F


def test_a_request_that_repeats_another_but_for_its_numbers_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline = Recording()
    decoder = MetricsDecoder(pipeline, Limits())
    for time in range(2):
        decoder.decode(histogram([1, 2, 3], fields=["age", "income"], time=NOW + time).SerializeToString())
    monkeypatch.setattr("driftline.processors.otlp.metrics.parse", None)
    data = histogram([7, 0, 9], fields=["age", "income"], time=NOW + 9).SerializeToString()
    assert decoded(decoder, pipeline, data) == walk(data)


@given(st.lists(st.lists(st.integers(0, 1 << 58), max_size=3), min_size=1, max_size=3), st.integers(0, 20))
def test_exponential_points_are_read_where_they_lie_whatever_they_hold(counts: list[list[int]], bits: int) -> None:
    pipeline = Recording()
    decoder = MetricsDecoder(pipeline, Limits())
    for step in range(1, 5):
        request = ExportMetricsServiceRequest()
        metric = open_metric(request, "ml.field.distribution")
        metric.exponential_histogram.aggregation_temporality = AGGREGATION_TEMPORALITY_CUMULATIVE
        for index, held in enumerate(counts):
            point = metric.exponential_histogram.data_points.add(start_time_unix_nano=START, time_unix_nano=NOW + step)
            point.scale, point.zero_count, point.count = index - 1, index * step, step
            point.positive.offset, point.negative.offset = -index * 100, index << bits
            point.positive.bucket_counts.extend(count + step for count in held)
            point.negative.bucket_counts.extend(count >> bits for count in held[1:])
            put(point, ml__field__name=f"field-{index}" + "x" * (bits * 8))
        data = request.SerializeToString()
        assert decoded(decoder, pipeline, data) == walk(data)


def test_exponential_points_that_repeat_are_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline = Recording()
    decoder = MetricsDecoder(pipeline, Limits())

    def request(step: int) -> bytes:
        sent = ExportMetricsServiceRequest()
        metric = open_metric(sent, "ml.field.distribution")
        metric.exponential_histogram.aggregation_temporality = AGGREGATION_TEMPORALITY_CUMULATIVE
        for index in range(3):
            point = metric.exponential_histogram.data_points.add(start_time_unix_nano=START, time_unix_nano=NOW + step)
            point.scale, point.count = 3, 300 + 2 * step
            point.positive.bucket_counts.extend([step, 300 + step, 0])
            put(point, ml__field__name=f"field-{index}")
        return sent.SerializeToString()

    for step in range(1, 4):
        decoder.decode(request(step))
    monkeypatch.setattr("driftline.processors.otlp.metrics.parse", None)
    assert decoded(decoder, pipeline, request(9)) == walk(request(9))


@given(metric_requests(), st.data())
def test_truncated_requests_are_malformed_or_shorter_but_never_crash(
    request: ExportMetricsServiceRequest, data: st.DataObject
) -> None:
    whole = request.SerializeToString()
    cut = whole[: data.draw(st.integers(0, len(whole)))]
    try:
        expected = walk(cut)
    except Exception:  # noqa: BLE001 - whatever protobuf says, ours must say malformed
        with pytest.raises(MalformedError):
            MetricsDecoder(Recording(), Limits()).decode(cut)
    else:
        pipeline = Recording()
        assert decoded(MetricsDecoder(pipeline, Limits()), pipeline, cut) == expected


@given(st.binary(max_size=200))
def test_random_bytes_are_malformed_or_decoded(data: bytes) -> None:
    with suppress(MalformedError):
        MetricsDecoder(Recording(), Limits()).decode(data)


def test_a_known_stream_is_not_asked_for_again() -> None:
    pipeline = Recording()
    decoder = MetricsDecoder(pipeline, Limits())
    for time in range(3):
        request = histogram([1, 2, time], fields=["age", "income"], time=NOW + time)
        decoder.decode(request.SerializeToString())
    assert pipeline.asked == 2


def test_exemplars_do_not_make_a_stream_new() -> None:
    pipeline = Recording()
    decoder = MetricsDecoder(pipeline, Limits())
    for value in range(5):
        request = histogram([1, 2, 3])
        request.resource_metrics[0].scope_metrics[0].metrics[0].histogram.data_points[0].exemplars.add(as_double=value)
        decoder.decode(request.SerializeToString())
    assert pipeline.asked == 1


def test_a_change_of_epoch_makes_every_stream_new() -> None:
    pipeline = Recording()
    decoder = MetricsDecoder(pipeline, Limits())
    data = histogram([1, 2, 3]).SerializeToString()
    decoder.decode(data)
    pipeline.epoch += 1
    decoder.decode(data)
    assert pipeline.asked == 2


def test_what_is_remembered_stays_within_its_limit() -> None:
    limits = Limits(remembered_bytes=50_000)
    decoder = MetricsDecoder(Recording(), limits)
    for index in range(500):
        decoder.decode(histogram([1, 2], fields=[f"f{index}"], name=f"m{index}").SerializeToString())
    decoder.decode(b"")
    assert 0 < decoder.remembered_bytes <= limits.remembered_bytes


def test_points_keep_their_values_whatever_the_order_of_fields_on_the_wire() -> None:
    request = histogram([1, 2, 3])
    metric = request.resource_metrics[0].scope_metrics[0].metrics[0]
    point = metric.histogram.data_points[0]
    parts = [HistogramDataPoint(attributes=point.attributes), HistogramDataPoint(explicit_bounds=point.explicit_bounds)]
    point.ClearField("attributes")
    point.ClearField("explicit_bounds")
    shuffled = b"".join(part.SerializeToString() for part in [*parts, point])
    data = _with_point(request, shuffled)
    pipeline = Recording()
    assert decoded(MetricsDecoder(pipeline, Limits()), pipeline, data) == walk(data)
    assert walk(data)[0].total() == 1


def test_a_second_time_behind_the_identity_is_the_one_that_counts() -> None:
    request = histogram([1, 2, 3])
    point = request.resource_metrics[0].scope_metrics[0].metrics[0].histogram.data_points[0]
    point.ClearField("min")
    point.ClearField("max")
    twice = point.SerializeToString() + HistogramDataPoint(time_unix_nano=NOW + 5).SerializeToString()
    data = _with_point(request, twice)
    pipeline = Recording()
    assert decoded(MetricsDecoder(pipeline, Limits()), pipeline, data) == walk(data)


def _with_point(request: ExportMetricsServiceRequest, point: bytes) -> bytes:
    """The request with its only point replaced by other bytes of any length."""

    def field(number: int, content: bytes) -> bytes:
        size, prefix = len(content), bytearray([number << 3 | 2])
        while size > 0x7F:
            prefix.append(size & 0x7F | 0x80)
            size >>= 7
        return bytes([*prefix, size]) + content

    resource = request.resource_metrics[0]
    metric = field(1, b"ml.field.distribution") + field(9, field(1, point) + b"\x10\x02")
    scope = field(1, resource.scope_metrics[0].scope.SerializeToString()) + field(2, metric)
    return field(1, field(1, resource.resource.SerializeToString()) + field(2, scope))


@pytest.mark.parametrize("empty", [b"\x0a\x00", b"\x0a\x02\x12\x00", b"\x0a\x04\x12\x02\x12\x00"])
def test_millions_of_empty_messages_are_too_large_before_they_are_parsed(empty: bytes) -> None:
    with pytest.raises(TooLargeError, match="200000 elements"):
        MetricsDecoder(Recording(), Limits()).decode(empty * (4_000_000 // len(empty)))


def test_a_point_of_a_million_empty_attributes_is_too_large() -> None:
    data = _with_point(histogram([1]), b"\x4a\x00" * 1_000_000)
    with pytest.raises(TooLargeError):
        MetricsDecoder(Recording(), Limits()).decode(data)


def test_a_resource_of_a_million_empty_attributes_is_too_large() -> None:
    request = ExportMetricsServiceRequest()
    metric = open_metric(request, "ml.predictions")
    metric.sum.aggregation_temporality = AGGREGATION_TEMPORALITY_CUMULATIVE
    metric.sum.data_points.add(time_unix_nano=NOW, as_int=1)
    for _ in range(50_000):
        request.resource_metrics[0].resource.attributes.add()
    with pytest.raises(TooLargeError):
        MetricsDecoder(Recording(), Limits()).decode(request.SerializeToString())


def test_only_foreign_points_are_passed_on_with_their_resource_scope_and_metric() -> None:
    request = histogram([1, 2], fields=["age", "income"])
    foreign = histogram([3, 4], name="foreign.latency")
    foreign.resource_metrics[0].schema_url = "https://example.org/1"
    gauge = open_metric(request, "foreign.gauge")
    put(gauge.gauge.data_points.add(time_unix_nano=NOW, as_double=1.0), zone="a")
    both = ExportMetricsServiceRequest.FromString(request.SerializeToString() + foreign.SerializeToString())
    result = MetricsDecoder(Recording(), Limits()).decode(both.SerializeToString(), keep_foreign=True)
    expected = [request.resource_metrics[1], foreign.resource_metrics[0]]
    assert list(ExportMetricsServiceRequest.FromString(result.foreign).resource_metrics) == expected
    assert result.tally.ignored == 2


def test_an_unset_start_is_zero_and_an_unset_sum_is_not_a_number() -> None:
    request = histogram([1] * 20, total=None)
    request.resource_metrics[0].scope_metrics[0].metrics[0].histogram.data_points[0].start_time_unix_nano = START
    [points] = MetricsDecoder(Recording(), Limits()).decode(request.SerializeToString()).batch.buckets
    assert points.start_ns.tolist() == [START]
    assert str(points.total[0]) == "nan"


def test_a_stream_described_by_more_than_64_kilobytes_is_refused() -> None:
    request = histogram([1], fields=["x" * 70_000])
    result = MetricsDecoder(Recording(), Limits()).decode(request.SerializeToString())
    assert {str(reason): count for reason, count in result.tally.rejected.items()} == {"over_limit": 1}
