"""Which delta points have been counted: each (start, time) of a stream once."""

from __future__ import annotations

from driftline.processors.observations import Reason

REMEMBERED = 4096
"""Points remembered for one stream. Older than the lateness they are late anyway, so far fewer are needed."""


class Deltas:
    """The points of one delta stream that were counted lately.

    Forgetting is safe: what is older than the lateness is refused as late, and beyond `REMEMBERED` points everything
    up to the newest forgotten time is refused as out of order, so a repeat never counts.

    >>> deltas = Deltas()
    >>> deltas.count(1, 5, late_before_ns=0), deltas.count(1, 5, late_before_ns=0), deltas.count(1, 4, late_before_ns=5)
    (None, <Reason.DUPLICATE: 'duplicate'>, <Reason.LATE: 'late'>)
    """

    __slots__ = ("_counted", "_forgotten_ns")

    def __init__(self) -> None:
        self._counted: set[tuple[int, int]] = set()
        self._forgotten_ns = -1

    def count(self, start_ns: int, time_ns: int, *, late_before_ns: int) -> Reason | None:
        """None: count this point. Else why not."""
        if (start_ns, time_ns) in self._counted:
            return Reason.DUPLICATE
        if time_ns < late_before_ns:
            return Reason.LATE
        if time_ns <= self._forgotten_ns:
            return Reason.OUT_OF_ORDER
        if len(self._counted) >= REMEMBERED:
            self._forget(late_before_ns)
        self._counted.add((start_ns, time_ns))
        return None

    def _forget(self, late_before_ns: int) -> None:
        self._counted = {point for point in self._counted if point[1] >= late_before_ns}
        if len(self._counted) >= REMEMBERED:
            times = sorted(time for _, time in self._counted)
            self._forgotten_ns = times[REMEMBERED // 2]
            self._counted = {point for point in self._counted if point[1] > self._forgotten_ns}

    def dump(self) -> list[tuple[int, int]]:
        """What is remembered, to be loaded after a restart."""
        return sorted(self._counted)

    def load(self, points: list[tuple[int, int]]) -> None:
        """Remember what another process had counted."""
        self._counted.update((start, time) for start, time in points)
