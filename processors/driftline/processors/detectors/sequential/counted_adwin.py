"""ADWIN on panes of counts, with the reference as the piece of the window that never goes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from driftline.processors.detectors.sequential.adwin import Adwin, chance, moments, piece_of, variance
from driftline.processors.detectors.sequential.alarm import LIFT
from driftline.processors.detectors.sequential.tilts import MOST_CATEGORIES

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


class CountedAdwin:
    """ADWIN over mid-ranks of the reference, how high and how far out; of categories, over being each of them.

    The window keeps what agrees with itself; the field is in drift while its mean, or that of its newest part, differs
    from the reference's by more than ADWIN's bound. Once the traffic has moved, the window shrinks to what came after.

    Guarantee: false alarms at most `rate` a pane: all values lie in [0, 1], where Bifet and Gavalda's bound (by the
    variance, with the rate as `delta`) holds for every distribution. In fact they are far fewer, and the delay is the
    longest of the four.

    Args:
        reference: counts, (B,), two buckets or more, at least one observation.
        ordered: whether the buckets have an order.

    The score is the largest difference over what chance may give, times 1.5 while in alarm; the limit is 1.

    >>> window = CountedAdwin(np.full(4, 2500), ordered=True)
    >>> for _ in range(60):
    ...     window.update(np.array([1, 2, 3, 4]), rate=1e-4)
    >>> window.get()[0] > 1
    True

    Source: Bifet and Gavalda (2007), doi:10.1137/1.9781611972771.42.
    """

    name = "adwin"

    def __init__(self, reference: Counts, *, ordered: bool) -> None:
        self._values = _ranks(reference) if ordered else _members(reference)
        self._reference = piece_of(*moments(reference, self._values))
        self._window = Adwin(clock=1, shortest=1, grace=0)
        self._score, self._alarmed = 0.0, False

    def update(self, counts: Counts, rate: float, dispersion: float = 1.0) -> None:
        """See `Chart`."""
        if not counts.any():
            return
        self._window.delta = rate
        self._window.add(*moments(counts / dispersion, self._values))
        score = self._level(rate) * (LIFT if self._alarmed else 1.0)
        if self._alarmed and score <= 1:
            self._window.clear()
            score = 0.0
        self._score, self._alarmed = score, score > 1

    def _level(self, rate: float) -> float:
        """The largest distance of the window's newest part, any of them, from the reference, over the bound."""
        pieces = self._window.pieces()
        newest = np.cumsum(pieces[::-1, :2], axis=0)
        known, held = self._reference[0], newest[:, 0]
        apart = np.abs(newest[:, 1] / held - self._reference[1] / known)
        spread = variance(np.concatenate([self._reference[None], pieces]))
        return float((apart / chance(known, held, known + held[-1:], spread, rate)).max())

    def get(self) -> tuple[float, float]:
        """See `Chart`."""
        return self._score, 1.0

    def to_dict(self) -> dict[str, Any]:
        """See `Chart`."""
        return {"window": self._window.to_dict(), "score": self._score, "alarmed": self._alarmed}

    def restore(self, saved: dict[str, Any]) -> None:
        """See `Chart`."""
        self._window.restore(saved["window"])
        self._score, self._alarmed = float(saved["score"]), bool(saved["alarmed"])


def _ranks(reference: Counts) -> Floats:
    """Mid-rank of each bucket, and how far it is from the middle; (2, B) in [0, 1]."""
    middle = (np.cumsum(reference) - reference / 2) / reference.sum()
    return np.stack([middle, np.abs(2 * middle - 1)])


def _members(reference: Counts) -> Floats:
    """One row for each of the largest categories, and one for all others; (D, B)."""
    named = np.argsort(-reference, kind="stable")[:MOST_CATEGORIES]
    rows = np.eye(len(reference))[named]
    others = 1 - rows.sum(axis=0)
    return np.vstack([rows, others]) if others.any() else rows
