"""Estimates of windows that are over: outcomes of their predictions come later."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Final

from driftline.processors.findings import Identity, Performance

MOST_WINDOWS: Final = 1000
"""Of an identity; of more the oldest go. At one look an hour that is six weeks."""


class PastEstimates:
    """What was estimated of each identity's windows. Not thread-safe.

    Args:
        most: identities; of more, those that were noted longest ago are forgotten.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._of: OrderedDict[Identity, deque[Performance]] = OrderedDict()

    def note(self, estimate: Performance) -> None:
        """Remember the estimate of a window."""
        self._of.setdefault(estimate.identity, deque(maxlen=MOST_WINDOWS)).append(estimate)
        self._of.move_to_end(estimate.identity)
        while len(self._of) > self._most:
            self._of.popitem(last=False)

    def between(self, identity: Identity, start_ns: int, end_ns: int) -> list[Performance]:
        """Estimates of the windows that lie within [start, end); none where they last less than half as long."""
        found = [
            each
            for each in self._of.get(identity, ())
            if start_ns <= each.window.start_ns and each.window.end_ns <= end_ns
        ]
        lasting = sum(each.window.end_ns - each.window.start_ns for each in found)
        return found if 2 * lasting >= end_ns - start_ns else []
