"""Numbers of streams of one epoch are never folded under another: forced here at every moment it could happen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from driftline.processors.health import Health
from driftline.processors.monitor import MonitorSet
from driftline.processors.observations import Batch, Reason, StaleBatchError, Stream, StreamId, Tally
from driftline.processors.otlp import Limits, OtlpService, Signal
from driftline.processors.otlp.metrics import MetricsDecoder
from driftline.processors.pipeline import Pipeline
from tests.processors.otlp.samples import NOW, START, histogram

SECOND = 10**9


def request(step: int, names: tuple[str, ...] = ("age", "income")) -> bytes:
    return histogram([step, 2 * step, 0], fields=names, time=NOW + step * SECOND).SerializeToString()


class Reloaded(Pipeline):
    """A pipeline whose monitors change just before it folds, or just after it was asked for a stream."""

    before_fold: Callable[[], None] | None = None
    after_stream: Callable[[], None] | None = None

    def fold_each(self, batches: Sequence[Batch], now_ns: int) -> list[Tally]:
        if self.before_fold is not None:
            happen, self.before_fold = self.before_fold, None
            happen()
        return super().fold_each(batches, now_ns)

    def stream(self, stream: Stream) -> StreamId | Reason:
        number = super().stream(stream)
        if self.after_stream is not None:
            happen, self.after_stream = self.after_stream, None
            happen()
        return number

    def renumber(self) -> None:
        """A reload, after which others come first and take the numbers there were."""
        self.configure(MonitorSet())
        other = MetricsDecoder(self, Limits())
        other.decode(request(1, ("plan", "zip", "rooms")))


@dataclass
class Clock:
    now_ns: int = NOW
    health: Health = field(default_factory=Health)

    def serving(self, pipeline: Pipeline) -> OtlpService:
        return OtlpService(pipeline, self.health, clock=lambda: self.now_ns)


def held(pipeline: Pipeline, now_ns: int) -> dict[str, list[int]]:
    return {
        window.field: window.binned[0].counts.tolist()
        for model in pipeline._intake.models()
        for window in model.fields(now_ns)
        if window.observations
    }


@pytest.mark.parametrize("moment", ["before_fold", "after_stream"])
@pytest.mark.parametrize("at_step", [1, 2, 4])
def test_a_reload_while_a_request_is_decoded_or_waits_to_be_folded_mixes_up_no_streams(
    moment: str, at_step: int
) -> None:
    pipeline, clock = Reloaded(started_ns=START - 1), Clock()
    service = clock.serving(pipeline)
    for step in range(1, 5):
        if step == at_step:
            setattr(pipeline, moment, pipeline.renumber)
        clock.now_ns = NOW + step * SECOND
        assert service.handle(Signal.METRICS, request(step), "grpc").rejected == 0
    assert held(pipeline, clock.now_ns) == {"age": [4, 8, 0], "income": [4, 8, 0]}


def test_a_batch_of_an_earlier_epoch_is_refused_whole() -> None:
    pipeline = Reloaded(started_ns=START - 1)
    decoder = MetricsDecoder(pipeline, Limits())
    stale = decoder.decode(request(1)).batch
    pipeline.renumber()
    with pytest.raises(StaleBatchError, match="decode the request again"):
        pipeline.fold(stale, NOW + SECOND)
    assert held(pipeline, NOW + SECOND) == {}


def test_the_first_point_of_a_stream_after_hours_of_silence_counts_though_it_was_just_forgotten() -> None:
    pipeline, clock = Pipeline(started_ns=START - 1), Clock()
    service = clock.serving(pipeline)
    for step in (1, 2, 7202, 7203):
        clock.now_ns = NOW + step * SECOND
        assert service.handle(Signal.METRICS, request(step), "grpc").rejected == 0
    assert held(pipeline, clock.now_ns) == {"age": [1, 2, 0], "income": [1, 2, 0]}
