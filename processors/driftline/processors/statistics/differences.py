"""By how much the mean, the variance, quantiles and the share of missing values changed, each with an interval.

Two kinds of doubt are kept apart. `lower` and `upper` are chance: 95 % of such intervals hold the change of the
population, its values taken where `places` puts them. `binning_error` is what the buckets hide: the figure of the raw
values, clipped to the reference's range, is never further from `value` than this, whatever the values in the buckets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from driftline.processors.statistics.intervals import Z95, Interval, difference, wilson
from driftline.processors.statistics.places import Places, inside

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

QUANTILES = {"p10": 0.1, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p90": 0.9}
"""The quantiles that are compared, by name."""


class Difference(NamedTuple):
    """One figure of the window less that of the reference.

    Args:
        name: `mean`, `variance`, `p10`, `p25`, `p50`, `p75`, `p90` or `missing` (a share).
        value: the change, in the field's unit (`variance`: its square).
        lower, upper: 95 % interval of the change.
        binning_error: the most that `value` may be away from the change of the unbinned values.
    """

    name: str
    value: float
    lower: float
    upper: float
    binning_error: float = 0.0


@dataclass(frozen=True, slots=True)
class Differences:
    """A figure's change in F fields: arrays of shape (F,)."""

    change: Interval
    binning_error: Floats


def differences(current: Counts, reference: Counts, places: Places) -> dict[str, Differences]:
    """Changes of mean, variance and quantiles, by name.

    Args:
        current, reference: counts, shape (F, B), at least one observation each.
        places: of the buckets, shape (F, B).

    Cost: 6 ms for 500 fields of 20 buckets.

    >>> bounds, ends = np.arange(1.0, 10.0)[None], (np.array([0.0]), np.array([10.0]))
    >>> reference, current = np.full((1, 10), 100), np.full((1, 10), 100)
    >>> current[0, :5], current[0, 5:] = 50, 150
    >>> found = differences(current, reference, Places.of(reference, bounds, *ends))["mean"]
    >>> [round(float(figure[0]), 2) for figure in (*found.change, found.binning_error)]
    [1.24, 1.0, 1.48, 1.01]
    """
    sides = [_Side.of(counts, places) for counts in (current, reference)]
    return {"mean": _mean(*sides), "variance": _variance(*sides), **_quantiles(*sides)}


def missing_difference(missing: tuple[Counts, Counts], offered: tuple[Counts, Counts]) -> Differences:
    """Change of the share of missing values; `missing` of `offered` values, each (window, reference) of shape (F,).

    >>> one = missing_difference((np.array([56]), np.array([48])), (np.array([70]), np.array([80])))
    >>> [round(float(figure[0]), 4) for figure in one.change]
    [0.2, 0.0524, 0.3339]
    """
    change = difference(wilson(missing[0], offered[0]), wilson(missing[1], offered[1]))
    return Differences(change, np.zeros_like(change.value))


@dataclass(frozen=True, slots=True)
class _Side:
    """One side's counts (F, B), also cumulated, observations (F, 1), shares (F, B), mean and variance (F,)."""

    places: Places
    counts: Counts
    reached: Counts
    size: Floats
    shares: Floats
    mean: Floats
    variance: Floats

    @classmethod
    def of(cls, counts: Counts, places: Places) -> _Side:
        size = counts.sum(axis=1, keepdims=True).astype(np.float64)
        shares = counts / size
        mean = (shares * places.points).sum(axis=1)
        square = (places.points - mean[:, None]) ** 2 + places.spread
        return cls(places, counts, np.cumsum(counts, axis=1), size, shares, mean, (shares * square).sum(axis=1))

    def mean_of(self, values: Floats) -> Floats:
        """Mean over the buckets' values, (F, B) to (F,)."""
        return np.asarray((self.shares * values).sum(axis=1))

    def variance_interval(self) -> Interval:
        """The variance, its interval on the logarithmic scale by the fourth moment."""
        away, spread = (self.places.points - self.mean[:, None]) ** 2, self.places.spread
        fourth = self.mean_of(away**2 + 6 * away * spread + 1.8 * spread**2)  # 1.8: a uniform's, in squared variances
        square = np.where(self.variance > 0, self.variance, 1.0) ** 2
        reach = Z95 * np.sqrt(np.maximum(fourth / square - 1, 0.0) / self.size[:, 0])
        return Interval(self.variance, self.variance * np.exp(-reach), self.variance * np.exp(reach))

    def variance_range(self) -> tuple[Floats, Floats]:
        """Least and largest variance of the raw values: standard deviations obey the triangle inequality."""
        points = self.places.points
        away = np.maximum(points - self.places.lower, self.places.upper - points)
        hidden = np.sqrt(self.mean_of(away**2))
        seen = np.sqrt(self.mean_of((points - self.mean[:, None]) ** 2))
        return np.maximum(seen - hidden, 0.0) ** 2, (seen + hidden) ** 2

    def at(self, ranks: Floats) -> tuple[Floats, Floats, Floats]:
        """The values at `ranks`, (F, K), and the edges of the buckets they lie in."""
        ranks = np.clip(ranks, 1e-9, self.size)
        bucket = np.count_nonzero(self.reached[:, None, :] < ranks[:, :, None], axis=2)
        row = np.arange(len(bucket))[:, None]
        low, high, rate = (each[row, bucket] for each in (self.places.lower, self.places.upper, self.places.rate))
        share = 1 - (self.reached[row, bucket] - ranks) / self.counts[row, bucket]
        return low + inside(share, rate, high - low), low, high

    def quantiles(self, parts: Floats) -> tuple[Interval, Floats, Floats]:
        """Quantiles, each between two order statistics, and the edges of their buckets, (F, K) for `parts` of (K,).

        Source: Thompson (1936), doi:10.1214/aoms/1177732502, the binomial ranks by their normal limit.
        """
        middle, reach = self.size * parts, Z95 * np.sqrt(self.size * parts * (1 - parts))
        found, low, high = self.at(np.concatenate([middle, middle - reach, middle + reach + 1], axis=1))
        kinds = len(parts)
        values = Interval(found[:, :kinds], found[:, kinds : 2 * kinds], found[:, 2 * kinds :])
        return values, low[:, :kinds], high[:, :kinds]


def _mean(current: _Side, reference: _Side) -> Differences:
    value = current.mean - reference.mean
    reach = Z95 * np.sqrt(sum(side.variance / np.maximum(side.size[:, 0] - 1, 1) for side in (current, reference)))
    places = current.places
    up, down = places.upper - places.points, places.points - places.lower
    above = current.mean_of(up) + reference.mean_of(down)
    below = current.mean_of(down) + reference.mean_of(up)
    return Differences(Interval(value, value - reach, value + reach), np.maximum(above, below))


def _variance(current: _Side, reference: _Side) -> Differences:
    change = difference(current.variance_interval(), reference.variance_interval())
    (low, high), (known_low, known_high) = current.variance_range(), reference.variance_range()
    error = np.maximum(high - known_low - change.value, change.value - (low - known_high))
    return Differences(change, error)


def _quantiles(current: _Side, reference: _Side) -> dict[str, Differences]:
    parts = np.array(list(QUANTILES.values()))
    (now, low, high), (then, known_low, known_high) = current.quantiles(parts), reference.quantiles(parts)
    change = difference(now, then)
    error = np.maximum(high - known_low - change.value, change.value - (low - known_high))
    return {
        name: Differences(Interval(*(figure[:, at] for figure in change)), error[:, at])
        for at, name in enumerate(QUANTILES)
    }
