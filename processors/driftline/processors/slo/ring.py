"""Counts of events over a rolling window, in panes, at a bounded price."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from driftline.processors.slo.budget import Counts


class Ring:
    """Good, bad and unknown events of the last `length_ns`, kept by pane.

    Args:
        length_ns: how far back it reaches, above 0.
        panes: how many panes that is, at least 1: the total may hold up to one pane more than the length, so that
            nothing drops out early. Panes without events cost nothing.

    A clock that steps back counts in the newest pane. Not thread-safe.

    >>> ring = Ring(100, panes=10)
    >>> ring.add(5, Counts(good=1)); ring.add(60, Counts(bad=2))
    >>> ring.total(100), ring.total(125)
    (Counts(good=1, bad=2, unknown=0), Counts(good=0, bad=2, unknown=0))
    >>> ring.restate(60, Counts(bad=2), Counts(good=2)); ring.total(125)
    Counts(good=2, bad=0, unknown=0)
    """

    def __init__(self, length_ns: int, panes: int) -> None:
        self._pane_ns = max(length_ns // panes, 1)
        self._reach = -(-length_ns // self._pane_ns)
        self._panes: deque[tuple[int, Counts]] = deque()
        self._total = Counts()

    def add(self, at_ns: int, counts: Counts) -> None:
        """Count events at a time, nanoseconds since the epoch."""
        pane = at_ns // self._pane_ns
        if self._panes and pane <= self._panes[-1][0]:
            newest, held = self._panes[-1]
            self._panes[-1] = newest, held + counts
        else:
            self._panes.append((pane, counts))
        self._total += counts

    def total(self, now_ns: int) -> Counts:
        """What the window that ends now holds; older panes are let go."""
        self.forget_before(now_ns // self._pane_ns * self._pane_ns - self._reach * self._pane_ns)
        return self._total

    def forget_before(self, start_ns: int) -> None:
        """Let go of panes that ended by a time."""
        while self._panes and (self._panes[0][0] + 1) * self._pane_ns <= start_ns:
            _, gone = self._panes.popleft()
            self._total -= gone

    def restate(self, at_ns: int, before: Counts, after: Counts) -> None:
        """Count `after` where `before` was counted at a time; nothing when that pane was let go."""
        pane = at_ns // self._pane_ns
        for place, (there, held) in enumerate(self._panes):
            if there == pane:
                self._panes[place] = there, held - before + after
                self._total = self._total - before + after

    def dump(self) -> list[list[int]]:
        """Every pane, as JSON can hold it: when it began, good, bad, unknown."""
        return [[pane * self._pane_ns, held.good, held.bad, held.unknown] for pane, held in self._panes]

    def load(self, saved: Iterable[Iterable[int]]) -> None:
        """Take up what was dumped, oldest first. Raises TypeError or ValueError when it is none."""
        for at_ns, good, bad, unknown in saved:
            self.add(int(at_ns), Counts(int(good), int(bad), int(unknown)))
