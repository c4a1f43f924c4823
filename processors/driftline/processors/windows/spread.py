"""One field's exponential observations over panes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from driftline.processors.windows.exponential import SCALES, ExponentialCounts

_ZERO, _UP, _DOWN = 0, 1, 2


class Spread:
    """Exponential counts, pane by pane, and the running sum of the panes before the open one.

    >>> spread = Spread()
    >>> spread.roll(7)
    >>> spread.add(ExponentialCounts(scale=3, positive=np.array([2])), pane=7)
    >>> spread.held.count
    2
    """

    __slots__ = ("_observations", "_pane", "_running", "_sealed", "last_ns", "owner", "part")

    def __init__(self, *, owner: int = 0, part: int = 0) -> None:
        self.owner, self.part = owner, part
        self.last_ns = 0
        self._observations = 0  # in the running sum
        self._running = ExponentialCounts()
        self._sealed: dict[int, ExponentialCounts] = {}
        self._pane = -1

    def add(self, counts: ExponentialCounts, *, pane: int) -> None:
        """Count into one pane, late ones and early ones included."""
        before = self._sealed.get(pane)
        self._sealed[pane] = counts if before is None else before.merge(counts)
        if pane < self._pane:
            self._join(counts)

    def roll(self, pane: int) -> None:
        """Make `pane` the open one; all before it join the running sum."""
        if pane <= self._pane:
            return
        near = pane - self._pane < len(self._sealed)
        for passed in range(self._pane, pane) if near else sorted(self._sealed):
            if self._pane <= passed < pane and passed in self._sealed:
                self._join(self._sealed[passed])
        self._pane = pane

    @property
    def held(self) -> ExponentialCounts:
        """What the window holds."""
        present = self._sealed.get(self._pane)
        return self._running if present is None else self._running.merge(present)

    @property
    def observations(self) -> int:
        """How many observations the window holds."""
        return self._observations + self.observations_in(self._pane)

    def panes_before(self, pane: int) -> list[int]:
        """Panes held that are older than `pane`, oldest first."""
        return sorted(sealed for sealed in self._sealed if sealed < pane)

    def observations_in(self, pane: int) -> int:
        """Observations in one pane."""
        sealed = self._sealed.get(pane)
        return 0 if sealed is None else sealed.count

    def in_pane(self, pane: int) -> ExponentialCounts | None:
        """What one sealed pane holds; None when it got nothing."""
        return self._sealed.get(pane)

    def take(self, pane: int) -> ExponentialCounts:
        """Forget a pane; what it held stays in the running sum until it is reverted."""
        return self._sealed.pop(pane, None) or ExponentialCounts()

    def revert(self, counts: ExponentialCounts, *, alone: bool = True) -> None:
        """Take counts out of the running sum.

        Args:
            counts: part of what was added.
            alone: the sealed panes are all that is left, so the sum may be made anew at their finer scale.
        """
        coarse = counts.scale <= self._running.scale
        self._running = self._running.revert(counts)
        self._observations -= counts.count
        if alone and (coarse or not self._observations):
            self.refine()

    def refine(self) -> None:
        """Make the running sum anew from the sealed panes, at the finest scale they allow."""
        self._running, self._observations = ExponentialCounts(), 0
        for pane, sealed in self._sealed.items():
            if pane < self._pane:
                self._join(sealed)

    def _join(self, counts: ExponentialCounts) -> None:
        self._running = self._running.merge(counts)
        self._observations += counts.count


def cells(counts: ExponentialCounts) -> Iterator[tuple[int, int]]:
    """Occupied buckets as (code, count); the code holds index, scale and side, so it stands for itself.

    >>> [(decode(code, count).positive_offset, count) for code, count in
    ...  cells(ExponentialCounts(scale=2, positive_offset=-3, positive=np.array([4, 0, 1])))]
    [(-3, 4), (-1, 1)]
    """
    if counts.zero:
        yield _code(0, counts.scale, _ZERO), counts.zero
    for side, offset, values in (
        (_UP, counts.positive_offset, counts.positive),
        (_DOWN, counts.negative_offset, counts.negative),
    ):
        for at in np.flatnonzero(values).tolist():
            yield _code(offset + at, counts.scale, side), int(values[at])


def decode(code: int, count: int) -> ExponentialCounts:
    """The histogram of one cell."""
    index, scale, side = code >> 8, ((code >> 2) & 63) + SCALES[0], code & 3
    one = np.array([count], dtype=np.int64)
    if side == _ZERO:
        return ExponentialCounts(scale, zero=count)
    if side == _UP:
        return ExponentialCounts(scale, positive_offset=index, positive=one)
    return ExponentialCounts(scale, negative_offset=index, negative=one)


def _code(index: int, scale: int, side: int) -> int:
    return index << 8 | (scale - SCALES[0]) << 2 | side
