"""Number, mean, spread and extremes of values, mergeable."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite, sqrt

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Moments:
    """A monoid: `Moments()` is its zero, `merge` its sum.

    Args:
        count: how many values.
        mean: their mean; infinite or NaN when it is beyond a double.
        squares: sum of squared distances from the mean.
        low: the smallest, infinity without values.
        high: the largest, -infinity without values.
    """

    count: int = 0
    mean: float = 0.0
    squares: float = 0.0
    low: float = inf
    high: float = -inf

    @classmethod
    def of(cls, values: NDArray[np.float64]) -> Moments:
        """Moments of finite values, (n,).

        >>> Moments.of(np.array([1.0, 2.0, 3.0])).std
        0.816496580927726
        """
        if not len(values):
            return cls()
        with np.errstate(over="ignore", invalid="ignore"):  # values near 1e308 have no finite square
            mean = float(values.mean())
            squares = float(np.square(values - mean).sum())
        return cls(len(values), mean, squares, float(values.min()), float(values.max()))

    @classmethod
    def from_std(cls, count: int, mean: float, std: float, low: float, high: float) -> Moments:
        """The moments that have this population standard deviation."""
        return cls(count, mean, std * std * count, low, high)

    @property
    def std(self) -> float | None:
        """Population standard deviation (divisor n), None when there is none or it is beyond a double."""
        return sqrt(self.squares / self.count) if self.count and isfinite(self.squares) else None

    def merge(self, other: Moments) -> Moments:
        """Both together.

        Source: Chan, Golub, LeVeque, The American Statistician 37 (1983), doi:10.1080/00031305.1983.10483115.
        """
        if not self.count or not other.count:
            return self if self.count else other
        count = self.count + other.count
        distance = other.mean - self.mean
        return Moments(
            count,
            self.mean + distance * (other.count / count),
            self.squares + other.squares + distance * distance * (self.count * (other.count / count)),
            min(self.low, other.low),
            max(self.high, other.high),
        )
