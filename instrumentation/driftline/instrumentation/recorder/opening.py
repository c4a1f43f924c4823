"""All that a recorder's session is made of: decided once, and made anew in every process."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from opentelemetry.sdk.resources import Resource

from driftline.instrumentation.recorder.aggregator import Limits
from driftline.instrumentation.recorder.calls import CallReader
from driftline.instrumentation.recorder.capture import Capture
from driftline.instrumentation.recorder.delivery import Delivery, Exporter
from driftline.instrumentation.recorder.endpoint import Endpoint
from driftline.instrumentation.recorder.events import LogExporter
from driftline.instrumentation.recorder.guard import OnError
from driftline.instrumentation.recorder.identity import process_resource
from driftline.instrumentation.recorder.joining import Joining
from driftline.instrumentation.recorder.outbox import Outbox
from driftline.instrumentation.recorder.outputs import Outputs
from driftline.instrumentation.recorder.reference import Reference, ReferenceField
from driftline.instrumentation.recorder.row_spans import RowSpans, SpanExporter
from driftline.instrumentation.recorder.segments import Segments
from driftline.instrumentation.recorder.session import Rhythm, Session
from driftline.instrumentation.recorder.store import Store


@dataclass(frozen=True, slots=True)
class Exporters:
    """OpenTelemetry exporters of the host's that take points, events and captured rows instead of OTLP's."""

    points: Exporter | None
    events: LogExporter | None
    rows: SpanExporter | None


@dataclass(frozen=True, slots=True)
class Opening:
    """Opens sessions. What it holds is the recorder's own; see its arguments."""

    reference: Reference | None
    outputs: Outputs
    limits: Limits
    endpoint: Endpoint
    resource: Resource
    identity: Mapping[str, str]
    exporters: Exporters
    sample_rate: float
    capture: frozenset[str]
    rhythm: Rhythm
    failed: OnError

    def session(self) -> Session:
        """A session of this process, that has not started."""
        known = self.reference.fields if self.reference is not None else {}
        segments, outbox = Segments(self.limits.segments), Outbox(self.limits.events)
        rows = self._row_spans(known)
        store = Store(known, self.limits, self.rhythm.clock(), self.failed, rows.capture if rows else None)
        return Session(
            CallReader(self.reference, self.outputs, segments, self.limits.fields),
            store,
            self._delivery(),
            joining=Joining(
                self.identity,
                self.outputs,
                segments,
                rate=self.sample_rate,
                outbox=outbox,
                dropped=functools.partial(store.drop, "events"),
            ),
            outbox=outbox,
            rows=rows,
            identity=self.identity,
            rhythm=self.rhythm,
            failed=self.failed,
        )

    def _delivery(self) -> Delivery:
        return Delivery(
            self.endpoint,
            process_resource(self.resource),
            self.identity,
            self.reference,
            exporter=self.exporters.points,
            logs=self.exporters.events,
        )

    def _row_spans(self, known: Mapping[str, ReferenceField]) -> RowSpans | None:
        """What chooses and sends rows; None where none may leave, or nobody takes them."""
        exporter = self.exporters.rows
        if not self.capture or (exporter is None and self.exporters.points is not None):
            return None
        capture = Capture(
            self.capture,
            known,
            rows=self.limits.captured_rows,
            room=self.limits.captured_bytes,
            random=np.random.default_rng(self.rhythm.jitter.getrandbits(64)),
        )
        return RowSpans(capture, self.endpoint, process_resource(self.resource), self.identity, exporter)
