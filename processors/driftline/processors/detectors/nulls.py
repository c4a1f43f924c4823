"""What chance does to fields: limits at a level, and the p-values of their scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from driftline.processors.statistics import chance, two_buckets
from driftline.processors.statistics.distances import chi2, ks, psi
from driftline.processors.statistics.overlap import shared, split
from driftline.processors.statistics.tails import Tail

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Smooth:
    """F fields of three occupied buckets or more: tails in scaled units, see `statistics.chance`.

    Args:
        psi: F curves.
        variance: 1/n + 1/m, (F,).
        buckets: occupied buckets, 3 or more, (F,).
        ks: F curves; None for categories.
        lattice: step of the values `ks` can take, (F,); None for categories.
    """

    psi: Tail
    variance: Floats
    buckets: Counts
    ks: Tail | None = None
    lattice: Floats | None = None

    def limits(self, level: Floats) -> dict[str, Floats]:
        """Limits of the deciding statistics, (F,), any of them exceeded by chance with at most `level`, (F,)."""
        if self.ks is None or self.lattice is None:
            return {"psi": self.psi.quantile(level) ** 2 * self.variance}
        asked = list(zip(level.tolist(), self.buckets.tolist(), strict=True))
        parts = {each: split(*each) for each in dict.fromkeys(asked)}
        of_ks, of_psi = np.array([parts[each] for each in asked]).T
        shares = {each: shared(each[1], of_psi) for each, (_, of_psi) in parts.items()}
        both = np.array([shares[each] for each in asked])
        bound, attained = chance.ks_limit(self.ks, of_ks, self.lattice, np.sqrt(self.variance))
        rest = level - attained + both * np.minimum(attained, of_psi)  # what the lattice of `ks` leaves goes to `psi`
        return {"ks": bound, "psi": self.psi.quantile(rest) ** 2 * self.variance}

    def p_values(self, scores: Mapping[str, Floats]) -> dict[str, Floats]:
        """Chance of scores this large, (F,), for the deciding statistics."""
        found = {"psi": self.psi.probability(np.sqrt(scores["psi"] / self.variance))}
        if self.ks is not None and self.lattice is not None:
            at_least = scores["ks"] - self.lattice / 2
            found["ks"] = np.minimum(self.ks.probability(at_least / np.sqrt(self.variance)), 1.0)
        return found


@dataclass(frozen=True, slots=True)
class Exact:
    """One field of two occupied buckets: each deciding statistic at every outcome chance can draw."""

    values: Mapping[str, Floats]
    probabilities: Floats

    @classmethod
    def of(cls, current: Counts, reference: Counts, *, ordered: bool) -> Exact:
        """The null of a field with two occupied buckets, (B,); a reference with one is judged by `chi2` alone."""
        total = current + reference
        occupied = np.flatnonzero(total)
        drawn = two_buckets.outcomes(total[occupied], int(current.sum()))
        windows = np.zeros((len(drawn.windows), len(total)), dtype=np.int64)
        windows[:, occupied] = drawn.windows
        functions = {"psi": psi, "ks": ks} if ordered else {"psi": psi}
        return cls({name: each(windows, total - windows) for name, each in functions.items()}, drawn.probabilities)

    @classmethod
    def of_constant(cls, current: Counts, reference: Counts) -> Exact:
        """The null of a window that leaves a constant reference: equal and not equal, by `chi2`."""
        held, observations = int(current[reference > 0].sum()), int(current.sum())
        total = np.array([held + int(reference.sum()), observations - held])
        drawn = two_buckets.outcomes(total, observations)
        return cls({"chi2": chi2(drawn.windows, total - drawn.windows)}, drawn.probabilities)

    def limits(self, level: float) -> dict[str, float]:
        """Limits of the deciding statistics, any of them exceeded by chance with at most `level`."""
        bounds = two_buckets.joint_limits(list(self.values.values()), self.probabilities, level)
        return dict(zip(self.values, bounds, strict=True))

    def p_values(self, scores: Mapping[str, float]) -> dict[str, float]:
        """Chance of scores this large, for the deciding statistics."""
        return {
            name: two_buckets.tail_probability(values, self.probabilities, scores[name])
            for name, values in self.values.items()
        }
