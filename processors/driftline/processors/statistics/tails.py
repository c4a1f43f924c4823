"""A tail probability as a curve: score to p-value and p-value to score, from a few exact points."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from driftline.processors.statistics import special

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tail:
    """P(statistic > x) at ascending `points`, kept as normal deviates z with P = Phi(-z), between which it is linear.

    Args:
        points: shape (..., P), ascending, P >= 2.
        deviates: shape (..., P), ascending. Beyond the ends the last slope goes on.

    Leading axes are curves side by side, and what is asked of them broadcasts against those axes.

    >>> tail = Tail(np.array([0.0, 1.0]), np.array([0.0, 2.0]))
    >>> round(float(tail.probability(0.5)), 4)
    0.1587
    >>> round(float(tail.quantile(0.15865525)), 4)
    0.5
    """

    points: Floats
    deviates: Floats

    @classmethod
    def stack(cls, tails: Iterable[Tail]) -> Tail:
        """Curves of equally many points side by side."""
        listed = list(tails)
        return cls(np.array([tail.points for tail in listed]), np.array([tail.deviates for tail in listed]))

    def log_probability(self, score: ArrayLike) -> Floats:
        """Log of P(statistic > score)."""
        return np.asarray(special.log_ndtr(-_line(score, self.points, self.deviates)))

    def probability(self, score: ArrayLike) -> Floats:
        """P(statistic > score), in [0, 1]."""
        return np.asarray(np.exp(self.log_probability(score)))

    def quantile(self, probability: ArrayLike) -> Floats:
        """The score exceeded with `probability`, in (0, 1)."""
        return _line(-special.ndtri_exp(np.log(probability)), self.deviates, self.points)


def _line(x: ArrayLike, xs: Floats, ys: Floats) -> Floats:
    """Piecewise linear through (xs, ys), the end pieces prolonged."""
    at = np.asarray(x, dtype=np.float64)
    piece = np.clip((xs < at[..., None]).sum(axis=-1) - 1, 0, xs.shape[-1] - 2)
    start = piece + np.arange(0, xs.size, xs.shape[-1]).reshape(xs.shape[:-1])  # of its curve among all points
    left, right, low, high = (points.reshape(-1)[start + end] for points in (xs, ys) for end in (0, 1))
    return np.asarray(low + (high - low) / (right - left) * (at - left))
