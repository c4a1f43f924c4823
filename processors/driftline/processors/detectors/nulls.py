"""What chance does to one field: limits at a level, and the p-values of its scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from driftline.processors.detectors.pair import Pair
from driftline.processors.statistics import chance, two_buckets
from driftline.processors.statistics.distances import chi2, ks, psi
from driftline.processors.statistics.overlap import shared, split
from driftline.processors.statistics.tails import Tail

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


class Null(Protocol):
    """The null distribution of the statistics that decide on one field."""

    def limits(self, level: float) -> dict[str, float]:
        """Limits of the deciding statistics, any of them exceeded by chance with at most `level`."""

    def p_values(self, scores: Mapping[str, float]) -> dict[str, float]:
        """Chance of a score this large, for the deciding statistics."""


@dataclass(frozen=True, slots=True)
class Smooth:
    """Three occupied buckets or more: tails in scaled units, see `statistics.chance`. `ks` is None for categories."""

    psi: Tail
    ks: Tail | None
    variance: float
    """1/n + 1/m."""
    lattice: float
    """Step of the values `ks` can take."""
    buckets: int
    """Occupied buckets, 3 or more."""

    def limits(self, level: float) -> dict[str, float]:
        if self.ks is None:
            return {"psi": self.psi.quantile(level) ** 2 * self.variance}
        part = split(level, self.buckets)
        bound, attained = chance.ks_limit(self.ks, part, self.lattice, sqrt(self.variance))
        rest = level - attained * (1 - shared(self.buckets, part))  # what the lattice of `ks` leaves goes to `psi`
        return {"ks": bound, "psi": self.psi.quantile(rest) ** 2 * self.variance}

    def p_values(self, scores: Mapping[str, float]) -> dict[str, float]:
        found = {"psi": self.psi.probability(sqrt(scores["psi"] / self.variance))}
        if self.ks is not None:
            at_least = scores["ks"] - self.lattice / 2
            found["ks"] = min(self.ks.probability(at_least / sqrt(self.variance)), 1.0)
        return found


@dataclass(frozen=True, slots=True)
class Exact:
    """Two occupied buckets: each deciding statistic at every outcome chance can draw."""

    values: Mapping[str, Floats]
    probabilities: Floats

    @classmethod
    def of(cls, pair: Pair) -> Exact:
        """The null of a pair with two occupied buckets; a reference with one is judged by `chi2` alone."""
        total = pair.current + pair.reference
        occupied = np.flatnonzero(total)
        drawn = two_buckets.outcomes(total[occupied], pair.observations)
        windows = np.zeros((len(drawn.windows), len(total)), dtype=np.int64)
        windows[:, occupied] = drawn.windows
        functions = {"psi": psi, "ks": ks} if pair.ordered else {"psi": psi}
        return cls({name: each(windows, total - windows) for name, each in functions.items()}, drawn.probabilities)

    @classmethod
    def of_constant(cls, pair: Pair) -> Exact:
        """The null of a window that leaves a constant reference: equal and not equal, by `chi2`."""
        held = int(pair.current[pair.reference > 0].sum())
        other = pair.observations - held
        total = np.array([held + int(pair.reference.sum()), other])
        drawn = two_buckets.outcomes(total, pair.observations)
        return cls({"chi2": chi2(drawn.windows, total - drawn.windows)}, drawn.probabilities)

    def limits(self, level: float) -> dict[str, float]:
        bounds = two_buckets.joint_limits(list(self.values.values()), self.probabilities, level)
        return dict(zip(self.values, bounds, strict=True))

    def p_values(self, scores: Mapping[str, float]) -> dict[str, float]:
        return {
            name: two_buckets.tail_probability(values, self.probabilities, scores[name])
            for name, values in self.values.items()
        }
