"""ModelRecorder: what a model server calls for each prediction."""

from __future__ import annotations

import logging
import os
import random
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

from opentelemetry.context import get_current
from opentelemetry.instrumentation.utils import is_instrumentation_enabled
from opentelemetry.sdk.metrics.export import MetricsData
from opentelemetry.sdk.resources import Resource
from opentelemetry.trace import Span as TraceSpan
from opentelemetry.trace import TracerProvider

from driftline.instrumentation.recorder.aggregator import Limits
from driftline.instrumentation.recorder.calls import Call
from driftline.instrumentation.recorder.capture import choose_capture
from driftline.instrumentation.recorder.delivery import Exporter
from driftline.instrumentation.recorder.endpoint import resolve_endpoint
from driftline.instrumentation.recorder.errors import ShapeError
from driftline.instrumentation.recorder.events import LogExporter
from driftline.instrumentation.recorder.guard import ErrorLog, OnError
from driftline.instrumentation.recorder.identity import UNNAMED, Hints, choose_name, choose_version, speaker
from driftline.instrumentation.recorder.joining import choose_rate
from driftline.instrumentation.recorder.opening import Exporters, Opening
from driftline.instrumentation.recorder.outputs import Outputs, PredictionKind
from driftline.instrumentation.recorder.predicting import PredictCall
from driftline.instrumentation.recorder.process import EXIT_SECONDS, unwatch, watch
from driftline.instrumentation.recorder.reference import Source
from driftline.instrumentation.recorder.referring import refer
from driftline.instrumentation.recorder.row_spans import SpanExporter
from driftline.instrumentation.recorder.session import Rhythm
from driftline.instrumentation.recorder.spans import CallSpans

_log = logging.getLogger("driftline.instrumentation")


class ModelRecorder:
    """Counts what a model is asked and what it answers, and sends the counts, never the rows.

    Values are counted in this process: numbers in the buckets of the reference profile, or without one in exponential
    buckets; booleans and text by category. A thread of the recorder's own sends the cumulative counts about once a
    second over OTLP. `record` costs microseconds, never raises, never waits for the network, and its memory is bounded.

    Args:
        name: the model's name; else `DRIFTLINE_MODEL_NAME`, the resource's `ml.model.name`, `service.name`.
        version: the model's version; else `DRIFTLINE_MODEL_VERSION`, the resource, the profile.
        reference: the profile of the training data: a path, JSON text, or a dict; else `DRIFTLINE_REFERENCE`. It is
            announced to the processor at start and every 5 minutes.
        endpoint: base address of the processor or a collector, `http://localhost:4318`; else
            `DRIFTLINE_OTLP_ENDPOINT`, `OTEL_EXPORTER_OTLP_METRICS_ENDPOINT`, `OTEL_EXPORTER_OTLP_ENDPOINT`.
        variant: `champion`, `challenger`, `canary` or `shadow`.
        environment: `deployment.environment.name`, where the resource does not say it.
        names: of the features, for arrays without names.
        classes: a classifier's classes, in the order of the columns of its scores: predictions are categories.
        prediction_kind: `numeric` or `categorical`, where neither the profile nor `classes` say.
        sample_rate: share of the predictions with an id that travel for the join of outcomes, chosen by a hash of the
            id; else `DRIFTLINE_PREDICTION_SAMPLE_RATE`, else 1, all of them. 0 sends none.
        capture: features whose values may leave this process, with prediction and score: on spans of `predict`, and
            as a sample of rows with each flush; else `DRIFTLINE_CAPTURE`. `*` is all, empty is off.
        interval: seconds between flushes, jittered by a tenth.
        limits: caps of memory.
        tracer_provider: for the spans of `predict`; else the global one.
        exporter, log_exporter, span_exporter: take points, events and captured rows instead of OTLP's exporters.
        resource: else `OTEL_RESOURCE_ATTRIBUTES` and OpenTelemetry's defaults.
        clock: nanoseconds since the epoch.
        jitter: source of randomness.
        environ: environment variables.
        hints: what a framework knows of the model.
        on_error: takes what goes wrong inside; else it is logged once. One that raises makes it loud, for tests.

    Attributes `name` and `version` are what was chosen; `enabled` and `closed` say whether calls count.
    `OTEL_SDK_DISABLED=true` makes the recorder do nothing; inside `suppress_instrumentation()` calls do not count.
    After `fork()` the child counts from zero as a process of its own. Close it, or let the process's exit do it.

    >>> with ModelRecorder("credit", "7", endpoint="http://localhost:1", interval=60) as recorder:
    ...     recorder.record({"age": 31, "region": "eu"}, prediction="approve", score=0.91)
    ...     recorder.record({"age": [44, 52], "region": ["eu", "us"]}, prediction=["approve", "refuse"])
    ...     counted = recorder.collect().resource_metrics[0].scope_metrics[0].metrics
    ...     recorder.abandon()
    >>> {metric.name: len(metric.data.data_points) for metric in counted}
    {'ml.field.distribution': 2, 'ml.field.categories': 4, 'ml.predictions': 1}
    """

    def __init__(
        self,
        name: str | None = None,
        version: str | None = None,
        *,
        reference: Source | None = None,
        endpoint: str | None = None,
        variant: str | None = None,
        environment: str | None = None,
        names: Sequence[str] | None = None,
        classes: Sequence[Any] | None = None,
        prediction_kind: PredictionKind | None = None,
        sample_rate: float | None = None,
        capture: Sequence[str] = (),
        interval: float = 1.0,
        limits: Limits | None = None,
        tracer_provider: TracerProvider | None = None,
        exporter: Exporter | None = None,
        log_exporter: LogExporter | None = None,
        span_exporter: SpanExporter | None = None,
        resource: Resource | None = None,
        clock: Callable[[], int] = time.time_ns,
        jitter: random.Random | None = None,
        environ: Mapping[str, str] | None = None,
        hints: Hints | None = None,
        on_error: OnError | None = None,
    ) -> None:
        self._environ = os.environ if environ is None else environ
        self.enabled = self._environ.get("OTEL_SDK_DISABLED", "").strip().lower() != "true"
        self.closed = False
        self._on_error = on_error if on_error is not None else ErrorLog()
        self._names = tuple(map(str, names)) if names is not None else None
        resource = resource if resource is not None else Resource.create()  # takes threads: too late at exit
        hints = hints or Hints()
        named = choose_name(name, self._environ, resource.attributes, hints)
        known = refer(reference, named, hints, self._environ, self._on_error)
        chosen = choose_version(version, self._environ, resource.attributes, hints, known.version if known else None)
        who = speaker(named, chosen, variant=variant, environment=environment)
        self.name, self.version = who.name.value or UNNAMED, who.version.value
        self._opening = Opening(
            reference=known,
            outputs=Outputs(known, prediction_kind, classes),
            limits=limits if limits is not None else Limits(),
            endpoint=resolve_endpoint(endpoint, self._environ),
            resource=resource,
            identity=who.attributes,
            exporters=Exporters(exporter, log_exporter, span_exporter),
            sample_rate=choose_rate(sample_rate, self._environ),
            capture=choose_capture(capture, self._environ),
            rhythm=Rhythm(interval, jitter or random.Random(), clock),  # noqa: S311 - spreads load, hides nothing
            failed=self._on_error,
        )
        self._spans = CallSpans(self.name, who.attributes, self._opening.capture, tracer_provider)
        self.renew()
        if self.enabled:
            _log.info("Driftline records %s, to %s", who, self._opening.endpoint)
            watch(self)
            self._session.start()

    def record(
        self,
        features: Any = None,
        *,
        names: Sequence[str] | None = None,
        prediction: Any = None,
        score: Any = None,
        prediction_id: Any = None,
        duration: Any = None,
        segments: Mapping[str, Any] | None = None,
        error_type: str | None = None,
        classes: Sequence[Any] | None = None,
    ) -> None:
        """Count one prediction, or a batch of them. Never raises; what cannot be read is counted as dropped.

        Args:
            features: one row or many; every accepted shape is in the table of `recorder/columns.py`, every kind of
                value in that of `recorder/values.py`. None counts the prediction alone.
            names: of the columns of an array; else the recorder's, else `x0`, `x1`, ...
            prediction: a class or a number, one, or one a row.
            score: a probability or margin, one, or one a row; of shape (n, classes) or a mapping by class for several:
                of two classes the second is kept as `score`, of more each as `score.<class>`.
            prediction_id: the key that later joins the outcome, one for the call (later rows have `.1`, `.2`, ...
                behind it) or one a row; for the present span and the event `ml.prediction`, never in counts.
            duration: seconds the call took (counted once), or one a row.
            segments: attribute to value, or to one value a row.
            error_type: the kind of error the prediction ended with.
            classes: as for the recorder, where only the caller knows them.
        """
        try:
            if not self.enabled or (get_current() and not is_instrumentation_enabled()):
                return
            row = None
            if type(features) is dict and not segments:
                row = self._session.reader.row(
                    features, prediction, score, duration=duration, error_type=error_type, classes=classes
                )
            if row is not None:
                self._session.keep_row(row)
            else:
                known = names if names is not None else self._names
                self._session.keep(Call(features, known, prediction, score, duration, segments, error_type, classes))
            if prediction_id is not None:
                self._spans.identify(prediction_id)
                told = Call(None, None, prediction, score, None, segments, error_type, classes)
                self._session.predicted(prediction_id, told)
        except Exception as error:  # noqa: BLE001 - the host must never see an error of ours
            self._failed(error)

    def record_outcome(self, prediction_id: Any, *, label: Any = None, value: Any = None) -> None:
        """Tell what proved true for a prediction of this model. Never raises; telling it again changes nothing.

        Args:
            prediction_id: the id the prediction was recorded under, or a sequence of them.
            label: the class that proved true; or one for each id.
            value: the number that proved true, of a regression; or one for each id.

        A process without the model's recorder uses `driftline.instrumentation.record_outcome`.
        """
        try:
            if self.enabled:
                self._session.proved(prediction_id, label, value)
        except Exception as error:  # noqa: BLE001 - the host must never see an error of ours
            self._failed(error)

    def predict(
        self,
        features: Any = None,
        *,
        names: Sequence[str] | None = None,
        prediction_id: Any = None,
        segments: Mapping[str, Any] | None = None,
        classes: Sequence[Any] | None = None,
    ) -> PredictCall:
        """A block that is one prediction: timed, on a span, recorded when it ends, also when it fails.

        The span is `predict {name}`; where the present span is the server's, its attributes go there instead. An
        exception passes unchanged and counts with its class as `error.type`.

        >>> with ModelRecorder("credit", endpoint="http://localhost:1", interval=60) as recorder:
        ...     with recorder.predict({"age": 31}) as call:
        ...         call.prediction = "approve"
        ...     recorder.abandon()
        """
        given = Call(features, names if names is not None else self._names, segments=segments, classes=classes)
        return PredictCall(given, prediction_id, open_span=self._spans.open, finish=self._finish, guard=self._failed)

    def collect(self) -> MetricsData:
        """What the next flush would send: all counts since the start, as OpenTelemetry metrics."""
        store, opening = self._session.store, self._opening
        return self._session.delivery.data(store.metrics(opening.identity, opening.rhythm.clock()))

    @property
    def dropped(self) -> Mapping[str, int]:
        """Rows that were not counted, or not in full, by reason: `overflow`, `fields`, `shape`, `error`; and under
        `events` those that had no room to wait for the join of outcomes, counted all the same."""
        return self._session.store.dropped

    def flush(self, timeout: float = 10.0) -> bool:
        """Send all counts now, from this thread; True when they arrived."""
        try:
            return self.enabled and self._session.flush(timeout=timeout)
        except Exception as error:  # noqa: BLE001 - the host must never see an error of ours
            self._failed(error)
            return False

    def end(self) -> None:
        """Begin the last flush; returns at once."""
        self.enabled, self.closed = False, True
        unwatch(self)
        self._session.end()

    def connect(self, timeout: float) -> None:
        """Wait, for at most `timeout` seconds, until counts can be sent."""
        self._session.connect(timeout)

    def close(self, timeout: float = EXIT_SECONDS) -> None:
        """Send what is left, for at most `timeout` seconds, and stop for good."""
        try:
            self.end()
            self._session.close(timeout)
        except Exception as error:  # noqa: BLE001 - the host must never see an error of ours
            self._failed(error)

    shutdown = close  # as OpenTelemetry's providers call it

    def abandon(self) -> None:
        """Stop for good without sending what is left."""
        self._session.delivery.stop()
        self.close()

    def renew(self) -> None:
        """Begin anew, as a process of its own: called at start and in a forked child. Starts nothing."""
        self._session = self._opening.session()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _finish(self, call: Call, prediction_id: Any, span: TraceSpan | None) -> None:
        if not self.enabled or not is_instrumentation_enabled():
            return
        rows = self._session.keep(call)
        if span is not None:
            self._spans.describe(span, call, rows, prediction_id)
        if prediction_id is not None:
            self._session.predicted(prediction_id, call)

    def _failed(self, error: Exception) -> None:
        self._session.store.drop("shape" if isinstance(error, ShapeError) else "error", 1)
        self._on_error(error)
