"""Requests served as a group: the same answers and the same counts as one after the other, whatever is among them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from threading import Barrier, Event, Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

from driftline.processors.health import Health
from driftline.processors.observations import Batch, Tally
from driftline.processors.otlp import Limits, OtlpError, OtlpService, Signal
from driftline.processors.otlp.metrics import Decoded, MetricsDecoder
from driftline.processors.otlp.turns import Turns
from driftline.processors.pipeline import Pipeline
from driftline.processors.pipeline.intake import Intake
from tests.processors.otlp.samples import NOW, START, histogram, metric_requests

SECOND = 10**9
Windows = list[tuple[object, ...]]


def flush(step: int, instance: int, fields: tuple[str, ...] = ("age", "income")) -> bytes:
    """What one of many servers of one model sends at its `step`."""
    request = histogram([step, 2 * step, instance], fields=fields, time=NOW + step * SECOND)
    request.resource_metrics[0].resource.attributes[1].value.string_value = f"instance-{instance}"
    return request.SerializeToString()


def windows(pipeline: Pipeline, now_ns: int) -> Windows:
    return sorted(
        (str(model.identity), window.field, repr(window.binned), repr(window.categories), window.last_ns)
        for model in pipeline._intake.models()
        for window in model.fields(now_ns)
    )


def grouped(groups: Sequence[Sequence[bytes]]) -> tuple[list[object], Windows]:
    """Answers and windows when each group is decoded and folded at once."""
    pipeline = Pipeline(started_ns=START - 1)
    decoder, answers = MetricsDecoder(pipeline, Limits()), []
    for step, group in enumerate(groups):
        decoded = decoder.decode_each(group)
        tallies = iter(pipeline.fold_each([one.batch for one in decoded if isinstance(one, Decoded)], NOW + step))
        answers += [_answer(one, tallies) for one in decoded]
    return answers, windows(pipeline, NOW + len(groups))


def _answer(decoded: Decoded | OtlpError, tallies: Iterator[Tally]) -> object:
    if isinstance(decoded, OtlpError):
        return type(decoded)
    decoded.tally.merge(next(tallies))
    return decoded.tally


def one_by_one(groups: Sequence[Sequence[bytes]]) -> tuple[list[object], Windows]:
    pipeline = Pipeline(started_ns=START - 1)
    decoder, answers = MetricsDecoder(pipeline, Limits()), list[object]()
    for step, group in enumerate(groups):
        for data in group:
            try:
                decoded = decoder.decode(data)
            except OtlpError as error:
                answers.append(type(error))
            else:
                decoded.tally.merge(pipeline.fold(decoded.batch, NOW + step))
                answers.append(decoded.tally)
    return answers, windows(pipeline, NOW + len(groups))


_flushes = st.builds(
    flush, st.integers(0, 3), st.integers(0, 3), st.sampled_from([("age", "income"), ("age", "income"), ("income",)])
)
_others = metric_requests().map(ExportMetricsServiceRequest.SerializeToString)
_broken = st.builds(lambda data, cut: data[:-cut], _flushes, st.integers(1, 30))


@settings(max_examples=150)
@given(st.lists(st.lists(_flushes | _flushes | _others | _broken, max_size=6), max_size=6))
def test_a_group_is_answered_and_counted_like_its_requests_one_by_one(groups: list[list[bytes]]) -> None:
    assert grouped(groups) == one_by_one(groups)


@settings(max_examples=60)
@given(st.data())
def test_groups_of_many_servers_count_like_their_requests_one_by_one(data: st.DataObject) -> None:
    """Regular traffic, so that tracks are beaten, then a group of which anything may be wrong."""
    regular = [[flush(step, instance) for instance in range(4)] for step in range(3)]
    last = [flush(data.draw(st.integers(0, 5)), data.draw(st.integers(0, 4))) for _ in range(4)]
    assert grouped([*regular, last]) == one_by_one([*regular, last])


def test_a_group_like_the_last_ones_is_moved_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline = Pipeline(started_ns=START - 1)
    decoder = MetricsDecoder(pipeline, Limits())

    def fold(step: int) -> list[int]:
        batches = [
            one.batch for one in decoder.decode_each([flush(step, k) for k in range(4)]) if isinstance(one, Decoded)
        ]
        return [tally.accepted for tally in pipeline.fold_each(batches, NOW + step * SECOND)]

    assert fold(1) == fold(2) == [2] * 4
    monkeypatch.delattr(Intake, "_fold")
    monkeypatch.setattr("driftline.processors.otlp.metrics.parse", None)
    assert fold(3) == [2] * 4
    (age, _) = [window for model in pipeline._intake.models() for window in model.fields(NOW + 3 * SECOND)]
    assert age.binned[0].counts.tolist() == [12, 24, 6]


class Slow(Pipeline):
    """A pipeline whose first group waits until others have queued."""

    def __init__(self) -> None:
        super().__init__(started_ns=START - 1)
        self.groups: list[int] = []
        self.entered, self.go_on = Event(), Event()

    def fold_each(self, batches: Sequence[Batch], now_ns: int) -> list[Tally]:
        self.groups.append(len(batches))
        self.entered.set()
        self.go_on.wait(10)
        return super().fold_each(batches, now_ns)


def test_what_waits_is_served_together_and_a_bad_body_is_the_only_one_refused() -> None:
    pipeline, health = Slow(), Health()
    service = OtlpService(pipeline, health, clock=lambda: NOW + SECOND)
    answers: dict[int, object] = {}

    def send(number: int, body: bytes) -> None:
        try:
            answers[number] = service.handle(Signal.METRICS, body, "grpc").rejected
        except OtlpError as error:
            answers[number] = error.reason

    bodies = [flush(1, number) for number in range(6)]
    bodies[3] = bodies[3][:-7]
    threads = [Thread(target=send, args=each) for each in enumerate(bodies)]
    threads[0].start()
    assert pipeline.entered.wait(10)
    for thread in threads[1:]:
        thread.start()
    while len(service._turns._waiting) < 5:
        pass
    pipeline.go_on.set()
    for thread in threads:
        thread.join(10)
    assert answers == {0: 0, 1: 0, 2: 0, 3: "malformed", 4: 0, 5: 0}
    assert pipeline.groups == [1, 4]


def test_one_request_that_makes_serving_fail_spoils_no_other() -> None:
    served: list[list[int]] = []

    def serve(numbers: Sequence[int]) -> list[int]:
        served.append(list(numbers))
        if 0 in numbers:
            raise ZeroDivisionError
        return [12 // number for number in numbers]

    turns, together = Turns[int, int](serve), Barrier(3)
    results: dict[int, object] = {}

    def ask(number: int) -> None:
        together.wait(10)
        try:
            results[number] = turns.take(number)
        except ZeroDivisionError:
            results[number] = "its own"

    with turns._lock:
        threads = [Thread(target=ask, args=(number,)) for number in (0, 3, 4)]
        for thread in threads:
            thread.start()
        while len(turns._waiting) < 3:
            pass
    for thread in threads:
        thread.join(10)
    assert results == {0: "its own", 3: 4, 4: 3}
    assert sorted(served[0]) == [0, 3, 4]


def test_a_group_has_no_more_than_its_most() -> None:
    sizes: list[int] = []

    def serve(numbers: Sequence[int]) -> Sequence[int]:
        sizes.append(len(numbers))
        return numbers

    turns = Turns[int, int](serve, most=2)
    with turns._lock:
        threads = [Thread(target=turns.take, args=(number,)) for number in range(5)]
        for thread in threads:
            thread.start()
        while len(turns._waiting) < 5:
            pass
    for thread in threads:
        thread.join(10)
    assert sum(sizes) == 5
    assert max(sizes) == 2
