"""The client: real rows over HTTP, from the months the story has come to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Final, Self

import httpx
import numpy as np

from driftline.processors.demo.flights import Request, batches
from driftline.processors.demo.landings import Landings
from driftline.processors.demo.story import Phase, Story

ROWS_A_REQUEST: Final = 50
REQUESTS_A_SECOND: Final = 8


class Traffic:
    """Sends requests in a thread of its own from `start()` until the block ends.

    Attributes:
        predictions: rows the server has answered.
        landings: what proves true of them, later.
        error: what stopped the client, if anything did.
    """

    def __init__(
        self,
        url: str,
        control: str,
        story: Story,
        random: np.random.Generator,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.predictions = 0
        self.error: Exception | None = None
        self._url = url
        self._story = story
        self._clock = clock
        self.landings = Landings(control, story.outcome_seconds, random)
        self._requests: dict[Any, Iterator[Request]] = {
            phase.period: batches(phase.period, ROWS_A_REQUEST, random) for phase in story.phases
        }
        self._started = clock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="demo-traffic", daemon=True)

    def __enter__(self) -> Self:
        self._started = self._clock()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(10)

    @property
    def elapsed(self) -> float:
        """Seconds since the first request."""
        return self._clock() - self._started

    def _run(self) -> None:
        try:
            with httpx.Client(base_url=self._url, timeout=30) as client:
                while not self._stop.is_set():
                    asked = self._clock()
                    self._send(client, self._story.phase(self.elapsed))
                    self.landings.tell(client, self.elapsed)
                    self._stop.wait(max(1 / REQUESTS_A_SECOND - (self._clock() - asked), 0))
        except Exception as error:  # noqa: BLE001 - handed to the thread that watches
            self.error = error

    def _send(self, client: httpx.Client, phase: Phase) -> None:
        asked = next(self._requests[phase.period])
        answer = client.post("/predict", json=asked.rows)
        answer.raise_for_status()
        self.predictions += len(answer.json())
        self.landings.expect(answer.headers["X-Prediction-Id"], asked.late, self.elapsed)
