"""Sums over buckets, tilted: the cumulants that a saddlepoint is looked for with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Terms:
    """Independent terms of the sums of K problems: R distinct buckets, and the N counts they can hold as nodes.

    The buckets of a problem lie side by side, and so do the nodes of a bucket; each has one or more.

    Args:
        problem: of each bucket, shape (R,), ascending from 0 to K - 1.
        times: how many equal buckets it stands for, (R,).
        bucket: of each node, (N,), ascending from 0 to R - 1.
        values: the term at each node, scaled so that the sum is near chi-square, (N,).
        counts: the count at each node less the mean of its bucket, (N,).
        log_weights: log probability of each node, finite, (N,).
        freedom: buckets less one, (K,).
    """

    problem: Ints
    times: Floats
    bucket: Ints
    values: Floats
    counts: Floats
    log_weights: Floats
    freedom: Floats


@dataclass(frozen=True, slots=True)
class Moments:
    """Cumulant generating function of value and count at (s, u) and its derivatives, each (K,)."""

    k: Floats
    k_s: Floats
    k_u: Floats
    k_ss: Floats
    k_su: Floats
    k_uu: Floats


@dataclass(frozen=True, slots=True)
class Tilted:
    """Terms made ready for many tilts.

    Args:
        bucket, problem: whose each node is, shape (N,).
        start: where the nodes of each bucket begin, (R,).
        first: where the buckets of each problem begin, (K,).
        times, log_weights: as in `Terms`.
        products: value, count, value^2, value count and count^2 of each node, (5, N).
    """

    bucket: Ints
    problem: Ints
    start: Ints
    first: Ints
    times: Floats
    log_weights: Floats
    products: Floats

    @classmethod
    def of(cls, terms: Terms) -> Tilted:
        """The terms with what does not change from tilt to tilt."""
        products = np.empty((5, len(terms.values)))
        products[0], products[1] = terms.values, terms.counts
        np.multiply(products[0], products[:2], out=products[2:4])
        np.multiply(terms.counts, terms.counts, out=products[4])
        problem, start, first = terms.problem[terms.bucket], _starts(terms.bucket), _starts(terms.problem)
        return cls(terms.bucket, problem, start, first, terms.times, terms.log_weights, products)

    def nodes(self, kept: Mask) -> Tilted:
        """The same with the nodes `kept`, (N,), alone: one of each bucket, or more."""
        at = np.flatnonzero(kept)
        bucket, products = self.bucket[at], self.products.take(at, axis=1)
        return Tilted(bucket, self.problem[at], _starts(bucket), self.first, self.times, self.log_weights[at], products)

    def problems(self, chosen: Mask) -> Tilted:
        """Those of the problems `chosen`, (K,), one or more."""
        some = self.nodes(chosen[self.problem])
        rows = np.repeat(chosen, np.diff(self.first, append=len(self.times)))
        bucket, problem = (np.cumsum(rows) - 1)[some.bucket], (np.cumsum(chosen) - 1)[some.problem]
        start = _starts(bucket)
        first, times = _starts(problem[start]), self.times[rows]
        return Tilted(bucket, problem, start, first, times, some.log_weights, some.products)

    def moments(self, s: Floats, u: Floats) -> Moments:
        """Of each problem, tilted by `s` in its values and `u` in its counts, (K,).

        Squares are taken about the untilted mean: tilted by some deviations, that costs two digits of sixteen.

        Cost: half of it is one exponential function a node.

        >>> one, coin = np.zeros(1, dtype=np.int64), np.array([0.0, 1.0])
        >>> terms = Terms(one, np.array([3.0]), np.array([0, 0]), coin, coin, np.log([0.5, 0.5]), np.array([2.0]))
        >>> found = Tilted.of(terms).moments(np.zeros(1), np.zeros(1))
        >>> found.k_s.round(9).tolist(), found.k_ss.round(9).tolist()
        ([1.5], [0.75])
        """
        exponent = s[self.problem] * self.products[0]
        exponent += u[self.problem] * self.products[1]
        exponent += self.log_weights
        peak = np.maximum.reduceat(exponent, self.start)
        exponent -= peak[self.bucket]
        weighted = np.empty((6, len(exponent)))
        weights = np.exp(exponent, out=weighted[0])
        np.multiply(self.products, weights, out=weighted[1:])
        sums = np.add.reduceat(weighted, self.start, axis=1)
        means = sums[1:] / sums[0]
        sums[0] = peak + np.log(sums[0])
        sums[1:3] = means[:2]
        sums[3:] = means[2:] - means[[0, 0, 1]] * means[[0, 1, 1]]
        sums *= self.times
        return Moments(*np.add.reduceat(sums, self.first, axis=1))

    def log_mass(self) -> Floats:
        """Log of what the nodes of each problem hold together, (K,): not quite 0, and near the mean it is felt."""
        logs = np.log(np.add.reduceat(np.exp(self.log_weights), self.start))
        return np.asarray(np.add.reduceat(logs * self.times, self.first))


def _starts(groups: Ints) -> Ints:
    """Where each group begins, all of them from 0 on occurring."""
    return np.searchsorted(groups, np.arange(groups[-1] + 1))
