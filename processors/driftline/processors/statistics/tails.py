"""A tail probability as a curve: score to p-value and p-value to score, from a few exact points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtri_exp

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tail:
    """P(statistic > x) at ascending `points`, kept as normal deviates z with P = Phi(-z), between which it is linear.

    `points` and `deviates` have shape (K,), both ascending; beyond the ends the last slope goes on.

    >>> tail = Tail(np.array([0.0, 1.0]), np.array([0.0, 2.0]))
    >>> round(float(np.exp(tail.log_probability(0.5))), 4)
    0.1587
    >>> round(tail.quantile(0.15865525), 4)
    0.5
    """

    points: Floats
    deviates: Floats

    def log_probability(self, score: float) -> float:
        """Log of P(statistic > score)."""
        return float(log_ndtr(-_line(score, self.points, self.deviates)))

    def probability(self, score: float) -> float:
        """P(statistic > score), in [0, 1]."""
        return float(np.exp(self.log_probability(score)))

    def quantile(self, probability: float) -> float:
        """The score exceeded with `probability`, in (0, 1)."""
        return float(_line(-float(ndtri_exp(np.log(probability))), self.deviates, self.points))


def _line(x: float, xs: Floats, ys: Floats) -> float:
    """Piecewise linear through (xs, ys), the end pieces prolonged."""
    piece = int(np.clip(np.searchsorted(xs, x) - 1, 0, len(xs) - 2))
    slope = (ys[piece + 1] - ys[piece]) / (xs[piece + 1] - xs[piece])
    return float(ys[piece] + slope * (x - xs[piece]))
