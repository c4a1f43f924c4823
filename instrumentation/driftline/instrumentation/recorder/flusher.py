"""The recorder's own clockwork: a daemon thread that works once an interval, jittered, and once more at the end."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable

_SHARE = 10.0  # work takes at most a tenth of a core: whatever a flush costs, ten times that is waited


class Flusher:
    """Calls `work(last)` about each `interval` seconds until stopped; `last` is True at the final call.

    Args:
        prepare: called once, first, in the thread; must not raise.
        work: must not raise.
        interval: seconds; each wait is 0.9 to 1.1 times as long, so that a fleet does not send in step.
        jitter: source of the randomness.
    """

    def __init__(
        self, prepare: Callable[[], None], work: Callable[[bool], None], interval: float, jitter: random.Random
    ) -> None:
        self._prepare = prepare
        self._work = work
        self._interval = interval
        self._jitter = jitter
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="driftline-recorder", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """Ask for the final call; returns at once."""
        self._end.set()

    def join(self, timeout: float) -> bool:
        """Wait for the final call; False when it takes longer."""
        if self._thread.ident is not None and self._thread is not threading.current_thread():
            self._thread.join(max(timeout, 0.0))
        return not self._thread.is_alive()

    def _run(self) -> None:
        self._prepare()
        cost = 0.0
        while True:
            ended = self._end.wait(max(self._interval * self._jitter.uniform(0.9, 1.1), _SHARE * cost))
            before = time.thread_time()
            self._work(ended)
            cost = time.thread_time() - before
            if ended:
                return
