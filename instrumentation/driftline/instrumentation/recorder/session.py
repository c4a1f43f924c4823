"""A recorder's life in one process: its counts, its thread, its connection. A forked child gets a new one."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from driftline.instrumentation.recorder.calls import Call, CallReader
from driftline.instrumentation.recorder.delivery import Delivery
from driftline.instrumentation.recorder.flusher import Flusher
from driftline.instrumentation.recorder.joining import Joining
from driftline.instrumentation.recorder.outbox import Outbox
from driftline.instrumentation.recorder.plans import Row
from driftline.instrumentation.recorder.process import watch_worker
from driftline.instrumentation.recorder.row_spans import RowSpans
from driftline.instrumentation.recorder.store import Store

_log = logging.getLogger("driftline.instrumentation")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a session flushes: about each `interval` seconds."""

    interval: float
    jitter: random.Random
    clock: Callable[[], int]


class Session:
    """Reads calls, keeps them, sends their counts. The thread is started by `start`, at the latest by the first call.

    Args:
        reader: turns calls into blocks.
        store: counts them.
        delivery: sends the counts.
        joining: words predictions and outcomes as events.
        outbox: where those events wait.
        rows: sends captured rows; None where no rows may leave.
        identity: attributes of every point.
        rhythm: when to flush.
        failed: takes errors.
    """

    def __init__(
        self,
        reader: CallReader,
        store: Store,
        delivery: Delivery,
        *,
        joining: Joining,
        outbox: Outbox,
        rows: RowSpans | None = None,
        identity: Mapping[str, str],
        rhythm: Rhythm,
        failed: Callable[[Exception], None],
    ) -> None:
        self.reader = reader
        self.store = store
        self.delivery = delivery
        self._joining = joining
        self._outbox = outbox
        self._rows = rows
        self.running = False
        self._identity = identity
        self._clock = rhythm.clock
        self._failed = failed
        self._sending = threading.Lock()
        self._starting = threading.Lock()
        self._flusher = Flusher(delivery.connect, self._work, rhythm.interval, rhythm.jitter)

    def start(self) -> None:
        """Start the thread, once."""
        with self._starting:
            if self.running:
                return
            self.running = True
            watch_worker()
            self._flusher.start()

    def keep_row(self, row: Row) -> None:
        """Keep one row."""
        if not self.running:
            self.start()
        self.store.put_row(row)

    def keep(self, call: Call) -> int:
        """Keep a call; returns its rows.

        Raises:
            ShapeError: the parts of the call do not fit each other.
        """
        if not self.running:
            self.start()
        blocks = self.reader.read(call)
        for block in blocks:
            self.store.put_block(block)
        return sum(block.rows for block in blocks)

    def predicted(self, prediction_id: Any, call: Call) -> None:
        """Note a call's predictions for the join of outcomes.

        Raises:
            ShapeError: not one id a row.
        """
        if self.delivery.takes_events:
            self._joining.predicted(prediction_id, call, self._clock())

    def proved(self, prediction_id: Any, label: Any, value: Any) -> None:
        """Note what proved true.

        Raises:
            ShapeError: not one outcome for each id.
        """
        if not self.running:
            self.start()
        if self.delivery.takes_events:
            self._joining.proved(prediction_id, label, value, self._clock())

    def flush(self, *, last: bool = False, timeout: float = -1) -> bool:
        """Send all counts; True when they arrived, False also when another flush takes longer than `timeout`."""
        if not self._sending.acquire(timeout=timeout):
            return False
        try:
            now_ns = self._clock()
            counts = self.delivery.send(self.store.metrics(self._identity, now_ns, last=last), now_ns)
            if counts and self._rows is not None:
                self._rows.send(now_ns)
            return counts and (not self._outbox.rows or self.delivery.post(self._outbox))
        finally:
            self._sending.release()

    def end(self) -> None:
        """Begin the last flush; returns at once."""
        self._flusher.end()

    def connect(self, timeout: float) -> None:
        """Wait until the modules that send are loaded; at once where nothing was recorded."""
        if self.running:
            self.delivery.connected.wait(max(timeout, 0.0))

    def close(self, timeout: float) -> None:
        """Wait for the last flush, then give it up."""
        self.end()
        if not self._flusher.join(timeout):
            _log.warning("Driftline ended before its last counts had arrived")
        self.delivery.stop()
        if self._rows is not None:
            self._rows.stop()

    def _work(self, last: bool) -> None:  # noqa: FBT001 - the flusher's one argument
        try:
            self.flush(last=last)
        except Exception as error:  # noqa: BLE001 - the thread must live on
            self._failed(error)
