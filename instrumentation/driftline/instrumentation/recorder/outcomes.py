"""Outcomes told from anywhere: a process that serves no model has a sender of its own for them."""

from __future__ import annotations

import logging
import os
import random
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from opentelemetry.sdk.resources import Resource

from driftline.instrumentation.recorder.delivery import Delivery
from driftline.instrumentation.recorder.endpoint import resolve_endpoint
from driftline.instrumentation.recorder.events import LogExporter
from driftline.instrumentation.recorder.flusher import Flusher
from driftline.instrumentation.recorder.guard import ErrorLog, OnError
from driftline.instrumentation.recorder.identity import NAME_VARIABLE, process_resource
from driftline.instrumentation.recorder.joining import Joining
from driftline.instrumentation.recorder.outbox import Outbox
from driftline.instrumentation.recorder.outputs import Outputs
from driftline.instrumentation.recorder.process import EXIT_SECONDS, unwatch, watch, watch_worker
from driftline.instrumentation.recorder.segments import Segments
from driftline.semconv import attributes

_log = logging.getLogger("driftline.instrumentation")
_CAPACITY: Final = 20_000


class OutcomeRecorder:
    """Sends outcomes about once a second from a thread of its own. `record` never raises and never waits.

    Args:
        endpoint, resource, clock, jitter, environ, on_error, log_exporter: as of `ModelRecorder`.
        interval: seconds between sendings.
        capacity: outcomes that wait at most; later ones are dropped, counted in `dropped`.

    >>> recorder = OutcomeRecorder(endpoint="http://localhost:1", interval=60)
    >>> recorder.record("order-17", label="paid", model="credit")
    >>> recorder.waiting
    1
    >>> recorder.abandon()
    """

    def __init__(
        self,
        *,
        endpoint: str | None = None,
        interval: float = 1.0,
        capacity: int = _CAPACITY,
        log_exporter: LogExporter | None = None,
        resource: Resource | None = None,
        clock: Callable[[], int] = time.time_ns,
        jitter: random.Random | None = None,
        environ: Mapping[str, str] | None = None,
        on_error: OnError | None = None,
    ) -> None:
        self._environ = os.environ if environ is None else environ
        self.enabled = self._environ.get("OTEL_SDK_DISABLED", "").strip().lower() != "true"
        self.dropped = 0
        self._on_error = on_error if on_error is not None else ErrorLog()
        self._clock = clock
        self._interval = interval
        self._jitter = jitter or random.Random()  # noqa: S311 - spreads load, hides nothing
        self._capacity = capacity
        self._resource = resource if resource is not None else Resource.create()  # takes threads: too late at exit
        self._endpoint = resolve_endpoint(endpoint, self._environ)
        self._logs = log_exporter
        self.renew()
        if self.enabled:
            watch(self)

    def record(self, prediction_id: Any, *, label: Any = None, value: Any = None, model: str | None = None) -> None:
        """Tell what proved true for one prediction, or for several; see `record_outcome`."""
        try:
            if self.enabled:
                self._start()
                self._joining(model).proved(prediction_id, label, value, self._clock())
        except Exception as error:  # noqa: BLE001 - the host must never see an error of ours
            self._on_error(error)

    @property
    def waiting(self) -> int:
        """Outcomes not sent yet."""
        return self._outbox.rows

    def flush(self, timeout: float = 10.0) -> bool:
        """Send what waits, from this thread; True when it arrived."""
        if not self._sending.acquire(timeout=timeout):
            return False
        try:
            return self._delivery.post(self._outbox)
        finally:
            self._sending.release()

    def end(self) -> None:
        """Begin the last sending; returns at once."""
        self.enabled = False
        unwatch(self)
        self._flusher.end()

    def connect(self, timeout: float) -> None:
        """Wait, for at most `timeout` seconds, until outcomes can be sent."""
        if self._running:
            self._delivery.connected.wait(max(timeout, 0.0))

    def close(self, timeout: float = EXIT_SECONDS) -> None:
        """Send what is left, for at most `timeout` seconds, and stop for good."""
        self.end()
        if not self._flusher.join(timeout):
            _log.warning("Driftline ended before its last outcomes had arrived")
        self._delivery.stop()

    def abandon(self) -> None:
        """Stop for good without sending what is left."""
        self._delivery.stop()
        self.close()

    def renew(self) -> None:
        """Begin anew, as a process of its own: called at start and in a forked child. Starts nothing."""
        self._running = False
        self._starting = threading.Lock()
        self._sending = threading.Lock()
        self._outbox = Outbox(self._capacity)
        self._delivery = Delivery(self._endpoint, process_resource(self._resource), {}, None, logs=self._logs)
        self._flusher = Flusher(self._delivery.connect, self._work, self._interval, self._jitter)

    def _start(self) -> None:
        with self._starting:
            if not self._running:
                self._running = True
                watch_worker()
                self._flusher.start()

    def _joining(self, model: str | None) -> Joining:
        """Words outcomes of a model; of none, those of whichever model predicted the id."""
        named = model or self._environ.get(NAME_VARIABLE) or self._resource.attributes.get(attributes.ML_MODEL_NAME)
        identity = {attributes.ML_MODEL_NAME: str(named)} if named else {}
        return Joining(identity, Outputs(), Segments(1), rate=1.0, outbox=self._outbox, dropped=self._drop)

    def _drop(self, outcomes: int) -> None:
        self.dropped += outcomes

    def _work(self, last: bool) -> None:  # noqa: FBT001, ARG002 - the flusher's one argument
        try:
            self.flush()
        except Exception as error:  # noqa: BLE001 - the thread must live on
            self._on_error(error)


_made: list[OutcomeRecorder] = []
_making = threading.Lock()


def record_outcome(prediction_id: Any, *, label: Any = None, value: Any = None, model: str | None = None) -> None:
    """Tell what proved true for a prediction, from any process: it never raises and never waits.

    The outcome travels as the event `ml.outcome` to where the recorder's counts go (`DRIFTLINE_OTLP_ENDPOINT`, or
    OpenTelemetry's variables), within about a second, and at the latest when the process ends. Telling the same again
    changes nothing; telling another value later corrects the first.

    Args:
        prediction_id: the id the prediction was recorded under, or a sequence of them.
        label: the class that proved true; or one for each id.
        value: the number that proved true, of a regression; or one for each id.
        model: whose prediction it was, where two models share ids; else `DRIFTLINE_MODEL_NAME`, the resource's
            `ml.model.name`, or, without any, every model that predicted under the id.

    Cost: some 5 us; at most 20,000 outcomes wait. `record_outcome("order-17", label="paid")` does what the example of
    `OutcomeRecorder` does.
    """
    with _making:
        if not _made:
            _made.append(OutcomeRecorder())
    _made[0].record(prediction_id, label=label, value=value, model=model)
