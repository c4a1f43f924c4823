"""A tail probability as a curve: score to p-value and p-value to score, from a few exact points."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from math import exp, log

from scipy.special import log_ndtr, ndtri_exp


@dataclass(frozen=True, slots=True)
class Tail:
    """P(statistic > x) at ascending `points`, kept as normal deviates z with P = Phi(-z), between which it is linear.

    `points` and `deviates` are equally many, two or more, both ascending; beyond the ends the last slope goes on.

    >>> tail = Tail((0.0, 1.0), (0.0, 2.0))
    >>> round(tail.probability(0.5), 4)
    0.1587
    >>> round(tail.quantile(0.15865525), 4)
    0.5
    """

    points: tuple[float, ...]
    deviates: tuple[float, ...]

    def log_probability(self, score: float) -> float:
        """Log of P(statistic > score)."""
        return float(log_ndtr(-_line(score, self.points, self.deviates)))

    def probability(self, score: float) -> float:
        """P(statistic > score), in [0, 1]."""
        return exp(self.log_probability(score))

    def quantile(self, probability: float) -> float:
        """The score exceeded with `probability`, in (0, 1)."""
        return _line(-float(ndtri_exp(log(probability))), self.deviates, self.points)


def _line(x: float, xs: tuple[float, ...], ys: tuple[float, ...]) -> float:
    """Piecewise linear through (xs, ys), the end pieces prolonged."""
    piece = min(max(bisect_left(xs, x) - 1, 0), len(xs) - 2)
    slope = (ys[piece + 1] - ys[piece]) / (xs[piece + 1] - xs[piece])
    return ys[piece] + slope * (x - xs[piece])
