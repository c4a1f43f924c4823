"""What proves true, some time after each prediction: told to the processor by the id that the model server gave."""

from __future__ import annotations

import heapq
import json
from collections.abc import Sequence
from typing import Final

import httpx
import numpy as np

MISSING: Final = 0.03
"""Share of flights of which nobody ever hears."""


class Landings:
    """Keeps what will be known of each flight until it is.

    Args:
        control: URL of the processor's control port.
        seconds: from prediction to outcome, on average; exponential.
        random: draws how long each takes, and which are never heard of.
    """

    def __init__(self, control: str, seconds: float, random: np.random.Generator) -> None:
        self.told = 0
        self._url = f"{control}/v1/outcomes"
        self._seconds = seconds
        self._random = random
        self._waiting: list[tuple[float, str, bool]] = []

    def expect(self, prediction_id: str, late: Sequence[bool], now: float) -> None:
        """Flights of one request: the first has the request's id, the others `.1`, `.2`, ... behind it."""
        for row, truth in enumerate(late):
            if self._random.uniform() >= MISSING:
                due = now + self._random.exponential(self._seconds)
                heapq.heappush(self._waiting, (due, f"{prediction_id}.{row}" if row else prediction_id, truth))

    def tell(self, client: httpx.Client, now: float) -> None:
        """Tell what is known by now."""
        lines = []
        while self._waiting and self._waiting[0][0] <= now:
            _, prediction_id, late = heapq.heappop(self._waiting)
            lines.append(json.dumps({"id": prediction_id, "label": late}))
        if lines:
            headers = {"Content-Type": "application/x-ndjson"}
            client.post(self._url, content="\n".join(lines), headers=headers).raise_for_status()
            self.told += len(lines)
