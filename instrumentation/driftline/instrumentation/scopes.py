"""The request a prediction belongs to, and what becomes of predictions that belong to none."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from enum import Enum
from typing import Final

from driftline.instrumentation.calls import Prediction, join

Deliver = Callable[[Sequence[Prediction]], None]

_REQUEST: ContextVar[RequestScope | None] = ContextVar("driftline_request", default=None)
_INSIDE: ContextVar[bool] = ContextVar("driftline_inside_a_call", default=False)


class RequestScope:
    """The predictions of one request, held until its answer is known. Threads of the request may share it.

    Holds at most `capacity` predictions and about `capacity_rows` rows (an endless stream or a websocket would
    otherwise keep them all): at the limit all but the latest are delivered, and calls that come later about the same
    rows count on their own. Work that outlives the request (a task, a thread) is delivered as it comes.

    `prediction_id` is set by whoever tells the caller; predictions that are delivered before carry none.
    """

    def __init__(self, deliver: Deliver, *, capacity: int = 256, capacity_rows: int = 100_000) -> None:
        self.prediction_id: str | None = None
        self._named: Counter[int] = Counter()
        self._deliver = deliver
        self._capacity = capacity
        self._capacity_rows = capacity_rows
        self._closed = False
        self._held: list[Prediction] = []
        self._lock = threading.Lock()

    def add(self, call: Prediction) -> None:
        with self._lock:
            join(self._held, call)
            kept = 0 if self._closed else 1 if self._full() else len(self._held)
            ready = self._identified(self._held[: len(self._held) - kept])
            self._held = self._held[len(ready) :]
        if ready:
            self._deliver(ready)

    def _full(self) -> bool:
        return len(self._held) > self._capacity or sum(one.rows.count for one in self._held) > self._capacity_rows

    @property
    def rows(self) -> int:
        """How many rows are held."""
        with self._lock:
            return sum(prediction.rows.count for prediction in self._held)

    def deliver(self, error_type: str | None = None) -> None:
        """Hand over what is held; `error_type` marks predictions whose answer never left the server."""
        self._hand_over(error_type, closing=False)

    def close(self, error_type: str | None = None) -> None:
        """`deliver`, and hold nothing from now on."""
        self._hand_over(error_type, closing=True)

    def _hand_over(self, error_type: str | None, *, closing: bool) -> None:
        with self._lock:
            self._closed = self._closed or closing
            ready, self._held = self._identified(self._held), []
        if error_type is not None:
            ready = [replace(one, error_type=one.error_type or error_type) for one in ready]
        if ready:
            self._deliver(ready)

    def _identified(self, ready: list[Prediction]) -> list[Prediction]:
        """The predictions with the request's id; rows of one model are numbered on from call to call."""
        if self.prediction_id is None:
            return ready
        identified = []
        for one in ready:
            identified.append(replace(one, prediction_id=self.prediction_id, first_row=self._named[one.source]))
            self._named[one.source] += one.rows.count
        return identified


def current_request() -> RequestScope | None:
    """The request that the present thread or task works for."""
    return _REQUEST.get()


@contextmanager
def request(scope: RequestScope | None) -> Iterator[None]:
    """Work for `scope` within the block, in this thread or task and in those that take over its context.

    >>> with request(RequestScope(print)):
    ...     current_request() is None
    False
    >>> current_request() is None
    True
    """
    token = _REQUEST.set(scope)
    try:
        yield
    finally:
        _REQUEST.reset(token)


def inside_a_call() -> bool:
    """Whether an instrumented call (or training) runs around this one: its inner calls are not predictions."""
    return _INSIDE.get()


@contextmanager
def around_inner_calls() -> Iterator[None]:
    """Within the block nothing is a prediction: an estimator asks its parts, a search scores its candidates."""
    token = _INSIDE.set(True)
    try:
        yield
    finally:
        _INSIDE.reset(token)


def _nothing() -> None:
    """What there is to flush where nobody says how."""


def _ignore(_: Prediction) -> None:
    """What there is to prepare where nobody says how."""


class _Process(Enum):
    UNDECIDED = "undecided"
    SERVED = "served"
    SCRIPT = "script"


HOLD_SECONDS: Final = 30.0
HOLD_ROWS: Final = 10_000


class Intake:
    """Where every observed call goes: to its request, to the recorder, or nowhere.

    In a served process only requests make predictions; a warm-up or a cross-validation at start is none. A script has
    no requests and all its calls count. Which of the two a process is shows only when a server starts, so calls made
    before that, in a process that has imported a server framework, are held: dropped when it starts to serve, counted
    when it turns out to be a script (after `HOLD_SECONDS`, at `HOLD_ROWS` rows, or at exit).

    Args:
        deliver: takes predictions to the recorder.
        flush: sends what was recorded, now; for a server that is about to be ended.
        prepare: is told of the first call that is held; whoever gave it calls `release` at exit.
        name: the name a model is recorded under, from the one its framework knows.
        always: count calls outside requests also in a served process (`DRIFTLINE_RECORD=always`).
        clock: monotonic seconds.
    """

    def __init__(
        self,
        deliver: Deliver,
        *,
        always: bool,
        flush: Callable[[], None] = _nothing,
        prepare: Callable[[Prediction], None] = _ignore,
        name: Callable[[str], str] = str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.deliver = deliver
        self.flush = flush
        self._prepare = prepare
        self.name = name
        self._always = always
        self._clock = clock
        self._process = _Process.UNDECIDED
        self._may_serve = False
        self._held: list[Prediction] = []
        self._held_since = 0.0
        self._lock = threading.Lock()

    def wants(self) -> bool:
        """Whether a call made here and now could count; False spares the work of looking at it."""
        return self._always or self._process is not _Process.SERVED or current_request() is not None

    def add(self, call: Prediction) -> None:
        """Take one call."""
        scope = current_request()
        if scope is not None:
            scope.add(call)
        elif self._always:
            self.deliver([call])
        else:
            self._outside(call)

    def may_serve(self) -> None:
        """A server framework was imported: the process may yet become a server."""
        self._may_serve = True

    def serves(self) -> None:
        """A server runs in this process: what was held was a warm-up, and so is all that follows outside requests."""
        if self._process is _Process.SERVED:
            return
        with self._lock:
            self._process = _Process.SERVED
            self._held = []

    def release(self) -> None:
        """The process is a script: count what was held."""
        with self._lock:
            if self._process is _Process.SERVED:
                return
            self._process = _Process.SCRIPT
            ready, self._held = self._held, []
        if ready:
            self.deliver(ready)

    def renew(self) -> None:
        """Begin anew in a forked child: a thread of the parent may have held the lock, and is not here to let go."""
        self._lock = threading.Lock()
        self._held = []

    def _outside(self, call: Prediction) -> None:
        if self._process is _Process.UNDECIDED and self._may_serve:
            self._hold(call)
        elif self._process is not _Process.SERVED:
            self.deliver([call])

    def _hold(self, call: Prediction) -> None:
        with self._lock:
            if self._process is _Process.SERVED:
                return
            if not self._held:
                self._held_since = self._clock()
                self._prepare(call)
            self._held.append(call)
            overdue = self._overdue()
        if overdue:
            self.release()

    def _overdue(self) -> bool:
        rows = sum(held.rows.count for held in self._held)
        return rows > HOLD_ROWS or self._clock() - self._held_since > HOLD_SECONDS
