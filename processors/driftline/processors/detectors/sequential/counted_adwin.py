"""ADWIN on panes of counts, with the reference as the piece of the window that never goes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from driftline.processors.detectors.sequential.adwin import Adwin, moments, piece_of, variance
from driftline.processors.detectors.sequential.alarm import LIFT
from driftline.processors.detectors.sequential.tilts import MOST_CATEGORIES
from driftline.processors.statistics import special
from driftline.processors.statistics.scanning import scan_limit

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

BORDERS = 0.85
"""The window has borders between its pieces alone: they raise at most this part of the alarms that all would."""

PARTS = np.array([0.75, 0.25])
"""Of the false alarms: those of a numeric field's place, and of its spread."""


class CountedAdwin:
    """ADWIN over normal scores of the reference's buckets, and how far out they are; of categories, over being each.

    The window keeps what agrees with itself; the field is in drift while its mean, or that of its newest part, differs
    from the reference's by more than chance gives. Once the traffic has moved, the window shrinks to what came after.

    Guarantee: false alarms at most `rate` a pane, by the approximation of Siegmund and Venkatraman to what normal means
    do; rare categories, whose means are far from normal, get the room that their skewness asks for. That is less than
    the bound of Bifet and Gavalda allows, which holds for every distribution in [0, 1], and finds changes in half the
    time. That bound, by the variance as River has it, still cuts the window.

    Args:
        reference: counts, (B,), two buckets or more, at least one observation.
        ordered: whether the buckets have an order.

    The score is the largest difference over what chance may give, times 1.5 while in alarm; the limit is 1.

    >>> window = CountedAdwin(np.full(4, 2500), ordered=True)
    >>> for _ in range(60):
    ...     window.update(np.array([1, 2, 3, 4]), rate=1e-4)
    >>> window.get()[0] > 1
    True

    Source: Bifet and Gavalda (2007), doi:10.1137/1.9781611972771.42; Siegmund and Venkatraman (1995),
    doi:10.1214/aos/1176324466.
    """

    name = "adwin"

    def __init__(self, reference: Counts, *, ordered: bool) -> None:
        self._values = _scores(reference) if ordered else _members(reference)
        self._skewness = _skewness(reference, self._values)
        self._parts = PARTS if ordered else np.full(len(self._values), 1 / len(self._values))
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
        """The largest distance of the window's newest part, any of them, from the reference, over what chance gives."""
        pieces = self._window.pieces()
        newest = np.cumsum(pieces[::-1, :2], axis=0)
        known, held = self._reference[0], newest[:, 0]
        apart = newest[:, 1] / held - self._reference[1] / known
        spread = variance(np.concatenate([self._reference[None], pieces]))
        errors = np.array([scan_limit(_rounded(rate * part / BORDERS)) for part in self._parts.tolist()])
        skewed = np.maximum(np.sign(apart) * self._skewness, 0.0) * (errors**2 - 1) / 6
        allowed = errors * np.sqrt(spread * (1 / known + 1 / held)) + skewed / held
        return float(np.divide(np.abs(apart), allowed, out=np.zeros_like(apart), where=allowed > 0).max())

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


def _scores(reference: Counts) -> Floats:
    """Normal score of each bucket's middle, and how far out it is, by rank in [0, 1]; (2, B)."""
    held = reference + 0.5
    middle = (np.cumsum(held) - held / 2) / held.sum()
    return np.stack([special.ndtri(middle), np.abs(2 * middle - 1)])


def _members(reference: Counts) -> Floats:
    """One row for each of the largest categories, and one for all others; (D, B)."""
    named = np.argsort(-reference, kind="stable")[:MOST_CATEGORIES]
    rows = np.eye(len(reference))[named]
    others = 1 - rows.sum(axis=0)
    return np.vstack([rows, others]) if others.any() else rows


def _skewness(reference: Counts, values: Floats) -> Floats:
    """Third central moment over the variance, (D,): what Cornish and Fisher correct a mean's quantiles by."""
    shares = (reference + 0.5) / (reference.sum() + 0.5 * len(reference))
    away = values - (values @ shares)[:, None]
    return np.asarray(away**3 @ shares / (away**2 @ shares))


def _rounded(rate: float) -> float:
    """To steps of 5 %, so that fields share a limit."""
    return float(np.exp(np.round(np.log(rate) * 20) / 20))
