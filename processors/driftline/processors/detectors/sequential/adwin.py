"""ADWIN: a window that is as long as the data agree with themselves."""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


class Adwin:
    """Adaptive windowing in logarithmic memory: the window is kept in pieces of doubling size, oldest first.

    `level` is what the last check found: the largest difference between both sides of a border, over what chance may
    give.

    At each check every border between two pieces is tried; where the means on both sides differ by more than chance
    gives them at confidence `delta`, the oldest piece goes, until no border is left that does.

    Guarantee, for independent values in [0, 1] of constant mean: the chance that a check shortens the window is at
    most `delta` (Bifet and Gavalda 2007, theorem 3.1, in its form by the variance, which is approximate). Values of
    another range have River's behaviour, and no guarantee.

    Args:
        delta: confidence, in (0, 1).
        clock: values between checks.
        pieces: of each size, before the two oldest become one of twice the size.
        shortest: values that each side of a border needs.
        grace: values before the first check.

    Definition and defaults are River's; River's detector starts anew after each detection, this one keeps what is left
    of the window, as the paper does.

    >>> window = Adwin()
    >>> found = [at for at, value in enumerate([0.2] * 200 + [0.9] * 100) if window.update(value)]
    >>> found[0], window.width < 300
    (223, True)

    Source: Bifet and Gavalda (2007), doi:10.1137/1.9781611972771.42.
    """

    def __init__(
        self,
        delta: float = 0.002,
        *,
        clock: int = 32,
        pieces: int = 5,
        shortest: int = 5,
        grace: int = 10,
    ) -> None:
        self.delta, self._clock, self._most, self._shortest, self._grace = delta, clock, pieces, shortest, grace
        self._sizes: list[deque[Floats]] = []
        self._ticks = 0
        self.level = 0.0

    @property
    def width(self) -> float:
        """Values in the window."""
        return float(sum(piece[0, 0] for pieces in self._sizes for piece in pieces))

    def update(self, value: float) -> bool:
        """Take one value; True when the window was shortened."""
        return self.add(1.0, value, 0.0)

    def add(self, observations: float, total: ArrayLike, squares: ArrayLike) -> bool:
        """Take several values at once as one piece, by their number, sum and sum of squared deviations.

        True when the window was shortened.
        """
        self._insert(piece_of(observations, total, squares))
        self._ticks += 1
        if self._ticks % self._clock or self.width <= self._grace:
            return False
        shortened, self.level = False, self._look()
        while self.level > 1 and self._sizes:
            self._drop()
            shortened, self.level = True, self._look()
        return shortened

    def _look(self) -> float:
        """The largest difference between both sides of a border, over what chance may give; 0 without a border."""
        table = self.pieces()
        if len(table) < 2:
            return 0.0
        older = np.cumsum(table[:, :2], axis=0)
        older, newer = older[:-1], older[-1] - older[:-1]
        wide = (older[:, 0] >= self._shortest) & (newer[:, 0] >= self._shortest)
        if not wide.any():
            return 0.0
        older, newer, wide = older[wide[:, 0]], newer[wide[:, 0]], wide[wide[:, 0]]
        apart = np.abs(older[:, 1] / older[:, 0] - newer[:, 1] / newer[:, 0])
        less = self._shortest - 1
        allowed = chance(older[:, 0] - less, newer[:, 0] - less, older[0, 0] + newer[0, 0], variance(table), self.delta)
        return float((apart / allowed).max())

    def clear(self) -> None:
        """Forget the window."""
        self._sizes.clear()
        self.level = 0.0

    def pieces(self) -> Floats:
        """Number, sum and sum of squared deviations of each piece, from the oldest to the newest, (P, 3, D)."""
        held = [piece for pieces in reversed(self._sizes) for piece in pieces]
        return np.array(held) if held else np.zeros((0, 3, 1))

    def _insert(self, piece: Floats) -> None:
        for pieces in self._sizes:
            pieces.append(piece)
            if len(pieces) <= self._most:
                return
            piece = _joined(pieces.popleft(), pieces.popleft())
        self._sizes.append(deque([piece]))

    def _drop(self) -> None:
        self._sizes[-1].popleft()
        while self._sizes and not self._sizes[-1]:
            self._sizes.pop()

    def to_dict(self) -> dict[str, Any]:
        """The window, as JSON can hold it."""
        return {
            "ticks": self._ticks,
            "level": self.level,
            "sizes": [[piece.tolist() for piece in pieces] for pieces in self._sizes],
        }

    def restore(self, saved: dict[str, Any]) -> None:
        """Take up `to_dict`. Raises KeyError, TypeError or ValueError on anything else."""
        self._ticks, self.level = int(saved["ticks"]), float(saved["level"])
        self._sizes = [deque(np.array(piece, dtype=np.float64) for piece in pieces) for pieces in saved["sizes"]]


def piece_of(observations: float, total: ArrayLike, squares: ArrayLike) -> Floats:
    """Rows n, sum, sum of squared deviations; shape (3, D)."""
    sums, deviations = np.atleast_1d(np.asarray(total, float)), np.atleast_1d(np.asarray(squares, float))
    return np.stack([np.full(len(sums), float(observations)), sums, deviations])


def _joined(one: Floats, other: Floats) -> Floats:
    both = one + other
    both[2] += (one[1] / one[0] - other[1] / other[0]) ** 2 * one[0] * other[0] / both[0]
    return both


def variance(pieces: Floats) -> Floats:
    """Of all values of the pieces, (P, 3, D) to (D,)."""
    counts, sums = pieces[:, 0], pieces[:, 1]
    total = counts.sum(axis=0)
    between = ((sums / counts - sums.sum(axis=0) / total) ** 2 * counts).sum(axis=0)
    return np.asarray((pieces[:, 2].sum(axis=0) + between) / total)


def chance(one: Floats, other: Floats, width: Floats | float, spread: Floats, delta: float) -> Floats:
    """How far the means of two samples may be apart by chance: ADWIN's bound by the variance.

    Args:
        one, other: sizes of the samples, broadcasting, positive.
        width: values in all of the window.
        spread: variance of the values, (D,); the confidence is split over its D parts.
        delta: chance that the bound is exceeded, in (0, 1).
    """
    inverse = 1 / one + 1 / other
    confidence = np.log(2 * np.log(width) * spread.size / delta)
    return np.asarray(np.sqrt(2 * inverse * spread * confidence) + 2 / 3 * confidence * inverse)


def moments(counts: ArrayLike, values: Floats) -> tuple[float, Floats, Floats]:
    """Number, sums and sums of squared deviations of bucketed values.

    Args:
        counts: per bucket, (B,), at least one observation.
        values: D values for each bucket, (D, B).

    >>> n, total, squares = moments([1, 1], np.array([[0.0, 1.0]]))
    >>> n, total.tolist(), squares.tolist()
    (2.0, [1.0], [0.5])
    """
    held = np.asarray(counts, dtype=np.float64)
    n, sums = float(held.sum()), values @ held
    return n, sums, np.maximum(values**2 @ held - sums**2 / n, 0.0)
