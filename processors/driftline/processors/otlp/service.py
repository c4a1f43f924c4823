"""The receiver without a transport: bytes of one request in, the answer out."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Protocol

from driftline.processors.health import Health
from driftline.processors.observations import REFUSED, Batch, SampledRows, StaleBatchError, Tally
from driftline.processors.otlp.answers import Answer, Signal, explain
from driftline.processors.otlp.errors import OtlpError, OverloadedError
from driftline.processors.otlp.joins import TakesOutcomes, predicted, proved
from driftline.processors.otlp.limits import Budget, Limits
from driftline.processors.otlp.logs import Event, decode_logs
from driftline.processors.otlp.metrics import Decoded, MetricsDecoder
from driftline.processors.otlp.span_rows import rows_of
from driftline.processors.otlp.spans import count_inference_spans
from driftline.processors.otlp.streams import Streams
from driftline.processors.otlp.turns import Turns
from driftline.processors.outcomes import OutcomesError, Predicted, Proved
from driftline.semconv import events, metrics

log = logging.getLogger(__name__)


class Monitor(Streams, Protocol):
    """What the receiver needs of the pipeline."""

    def fold(self, batch: Batch, now_ns: int, /) -> Tally:
        """Count a batch; never raises on bad data, but StaleBatchError on numbers of another epoch."""

    def fold_each(self, batches: Sequence[Batch], now_ns: int, /) -> list[Tally]:
        """Count batches, each with the result of `fold`; StaleBatchError before anything of any was counted."""

    def announce(self, resource: Mapping[str, str], attributes: Mapping[str, str], body: str, now_ns: int, /) -> None:
        """Take a reference profile; raises a ValueError that says what is wrong with a bad one."""


class TakesRows(Protocol):
    """Where rows on spans go, if anybody compares rows."""

    @property
    def wanted(self) -> bool:
        """Whether a monitor asks for rows; else no span is opened."""
        ...

    def fold(self, arrived: Sequence[SampledRows], now_ns: int, /) -> None:
        """Keep some of them; never raises on bad data."""


class Forward(Protocol):
    """Where requests go that are not ours."""

    def offer(self, signal: Signal, request: bytes) -> None:
        """Queue a serialised request; returns at once."""


class OtlpService:
    """Decodes, folds, counts and forwards; safe to call from many threads.

    Args:
        pipeline: counts what is ours.
        health: counts requests, bytes and points, by signal, outcome and reason.
        forward: takes what is not ours; None drops it, counted.
        rows: takes the rows on spans; None: they are counted as spans only.
        outcomes: takes predictions and outcomes to be joined; None: they are counted as events only.
        limits: sizes and memory.
        clock: nanoseconds since the epoch.
    """

    def __init__(
        self,
        pipeline: Monitor,
        health: Health,
        forward: Forward | None = None,
        *,
        rows: TakesRows | None = None,
        outcomes: TakesOutcomes | None = None,
        limits: Limits | None = None,
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        self.limits = limits or Limits()
        self.budget = Budget(self.limits)
        self._pipeline = pipeline
        self._health = health
        self._forward = forward
        self._rows = rows
        self._outcomes = outcomes
        self._chance = Random()  # noqa: S311 - chooses spans, hides nothing
        self._clock = clock
        self._decoder = MetricsDecoder(pipeline, self.limits)
        self._turns = Turns[bytes, Decoded](self._fold)  # guards the decoder

    def handle(self, signal: Signal, request: bytes, transport: str) -> Answer:
        """Serve one request of any signal, within the budget, and count what became of it.

        Raises:
            OtlpError: the request is malformed, too large, or too much is in flight; nothing of it was counted.
        """
        serve = {Signal.METRICS: self.metrics, Signal.TRACES: self.traces, Signal.LOGS: self.logs}[signal]
        try:
            with self.budget.hold(len(request)):
                self._health.gauge(metrics.DRIFTLINE_REQUESTS_BYTES_IN_FLIGHT, self.budget.in_flight)
                answer = serve(request)
        except OtlpError as error:
            self.refuse(signal, error, transport)
            raise
        self._health.gauge(metrics.DRIFTLINE_REQUESTS_BYTES_IN_FLIGHT, self.budget.in_flight)
        self._health.count(metrics.DRIFTLINE_REQUESTS, signal=signal, transport=transport, outcome="accepted")
        return answer

    def refuse(self, signal: Signal, error: OtlpError, transport: str) -> None:
        """Count a request that was refused as a whole, also one that a transport refused before its end."""
        self._health.count(
            metrics.DRIFTLINE_REQUESTS, signal=signal, transport=transport, outcome="refused", reason=error.reason
        )

    def metrics(self, request: bytes) -> Answer:
        """Fold one `ExportMetricsServiceRequest`; points that cannot be counted are named in the answer."""
        decoded = self._turns.take(request)
        tally = decoded.tally
        self._count_points(tally)
        self._pass_on(Signal.METRICS, decoded.foreign)
        return Answer(Signal.METRICS, tally.refused, explain(tally.rejected))

    def _fold(self, requests: Sequence[bytes]) -> Sequence[Decoded | Exception]:
        """Decode and fold under one epoch; a reload in between makes numbers stale, then all begins again."""
        while True:
            decoded = self._decoder.decode_each(requests, keep_foreign=self._forward is not None)
            filled = [each for each in decoded if isinstance(each, Decoded) and not each.batch.empty]
            try:
                tallies = self._pipeline.fold_each([each.batch for each in filled], self._clock())
            except StaleBatchError:
                continue
            for each, tally in zip(filled, tallies, strict=True):
                each.tally.merge(tally)
            return decoded

    def traces(self, request: bytes) -> Answer:
        """Count the spans of one `ExportTraceServiceRequest`, and take the rows on them where rows are compared.

        It is forwarded whole: a trace with its inference spans cut out would be broken for whoever reads it.
        """
        spans = count_inference_spans(request, self.limits)
        if spans.inference and self._rows is not None and self._rows.wanted:
            self._rows.fold(rows_of(request, self.limits, self._chance), self._clock())
        self._count(metrics.DRIFTLINE_SPANS, spans.inference, outcome="accepted")
        self._count(metrics.DRIFTLINE_SPANS, spans.total - spans.inference, outcome="ignored")
        self._pass_on(Signal.TRACES, request)
        return Answer(Signal.TRACES)

    def logs(self, request: bytes) -> Answer:
        """Take the events of one `ExportLogsServiceRequest`: references go to the pipeline, the rest to the join.

        Raises:
            OverloadedError: what is to be joined cannot be stored now; nothing of it was.
        """
        decoded = decode_logs(request, self.limits, keep_foreign=self._forward is not None)
        complaints = [complaint for event in decoded.events if (complaint := self._take(event)) is not None]
        self._count(metrics.DRIFTLINE_LOGS, len(complaints), outcome="refused", reason="bad_reference")
        unjoined = self._join(decoded.events)
        self._count(metrics.DRIFTLINE_LOGS, len(unjoined), outcome="refused", reason="bad_event")
        complaints += unjoined
        self._count(metrics.DRIFTLINE_LOGS, len(decoded.events) - len(complaints), outcome="accepted")
        self._count(metrics.DRIFTLINE_LOGS, decoded.records - len(decoded.events), outcome="ignored")
        self._pass_on(Signal.LOGS, decoded.foreign)
        return Answer(Signal.LOGS, len(complaints), "; ".join(complaints[:3]))

    def _take(self, event: Event) -> str | None:
        """What is wrong with an event; None when it was taken."""
        if event.name != events.ML_REFERENCE:
            return None
        try:
            self._pipeline.announce(event.resource, event.attributes, event.body, self._clock())
        except ValueError as error:
            log.warning("an announced reference was refused: %s", error)
            self._count(metrics.DRIFTLINE_REFERENCES, 1, outcome="refused", reason="bad_reference")
            return f"{events.ML_REFERENCE}: {error}"
        self._count(metrics.DRIFTLINE_REFERENCES, 1, outcome="accepted")
        return None

    def _join(self, told: Sequence[Event]) -> list[str]:
        """Hand predictions and outcomes to the join, all of a request at once; what is wrong with those that cannot."""
        if self._outcomes is None:
            return []
        predictions: list[Predicted] = []
        outcomes: list[Proved] = []
        complaints: list[str] = []
        for event in told:
            try:
                if event.name == events.ML_PREDICTION:
                    predictions += predicted(event, self._outcomes)
                elif event.name == events.ML_OUTCOME:
                    outcomes += proved(event, self._clock())
            except ValueError as error:
                complaints.append(f"{event.name} {error}")
        try:
            if predictions:
                self._outcomes.predict(predictions, self._clock())
            if outcomes:
                self._outcomes.prove(outcomes, self._clock())
        except OutcomesError as error:
            raise OverloadedError(str(error), self.limits.retry_after_seconds) from error
        return complaints

    def _count_points(self, tally: Tally) -> None:
        self._count(metrics.DRIFTLINE_POINTS, tally.accepted, outcome="accepted")
        self._count(metrics.DRIFTLINE_POINTS, tally.ignored, outcome="ignored")
        self._count(metrics.DRIFTLINE_POINTS_AHEAD, tally.ahead)
        for reason, points in tally.rejected.items():
            outcome = "refused" if reason in REFUSED else "skipped"
            self._count(metrics.DRIFTLINE_POINTS, points, outcome=outcome, reason=reason)

    def _count(self, name: str, amount: int, **labels: str) -> None:
        if amount:
            self._health.count(name, amount, **labels)

    def _pass_on(self, signal: Signal, request: bytes) -> None:
        if self._forward is not None and request:
            self._forward.offer(signal, request)
