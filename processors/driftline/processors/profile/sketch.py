"""What a column holds, in bounded memory: its distinct values and how often each came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Distinct:
    """Ascending distinct values, float64 (k,), and their weights, int64 (k,)."""

    values: NDArray[np.float64]
    weights: NDArray[np.int64]

    @property
    def total(self) -> int:
        return int(self.weights.sum())

    @classmethod
    def of(cls, values: NDArray[np.float64], weights: NDArray[np.int64] | None = None) -> Self:
        """Distinct values of an array, each weighing one unless weights, (n,), say otherwise.

        >>> Distinct.of(np.array([3.0, 1.0, 3.0])).weights.tolist()
        [1, 2]
        """
        if weights is None or not len(values):
            found, counts = np.unique(values, return_counts=True)
            return cls(found, counts.astype(np.int64))
        order = np.argsort(values, kind="stable")
        ordered, running = values[order], np.cumsum(weights[order])
        last = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
        return cls(ordered[last], np.diff(running[last], prepend=0).astype(np.int64))

    def merge(self, other: Distinct) -> Distinct:
        """Both together; one without values adds nothing, and costs nothing."""
        if not len(self.values) or not len(other.values):
            return self if len(self.values) else other
        values, weights = ((self.values, other.values), (self.weights, other.weights))
        return Distinct.of(np.concatenate(values), np.concatenate(weights))

    def thinned(self, size: int) -> Distinct:
        """About `size` of the values at evenly spaced ranks, each with the weight of those it stands for.

        No rank moves by more than total / size; the outermost values, and one that makes up more than that share, stay.
        """
        if len(self.values) <= size:
            return self
        running = np.cumsum(self.weights)
        ranks = np.linspace(running[-1] / size, running[-1], size)
        kept = np.unique(np.r_[0, np.searchsorted(running, ranks - 0.5)])
        return Distinct(self.values[kept], np.diff(running[kept], prepend=0).astype(np.int64))


class NumberSketch:
    """Distinct values of a numeric column. Exact up to `limit` distinct ones; beyond it ranks are right to 1/limit.

    Memory: at most about 48 bytes for each of `limit` values while it folds, 16 between.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._waiting: list[NDArray[np.float64]] = []
        self._count = 0
        self.observations = 0
        self._kept = Distinct.of(np.zeros(0))
        self._uniqueness: float | None = None
        self.integral = True
        """Whether every value so far was an integer."""

    def update(self, values: NDArray[np.float64]) -> None:
        """Take in finite values, (n,)."""
        self.integral = self.integral and bool((values == np.trunc(values)).all())
        self._waiting.append(values)
        self._count += len(values)
        self.observations += len(values)
        if self._count > self._limit:
            self._fold()

    def get(self) -> Distinct:
        """The distinct values and their weights."""
        self._fold()
        return self._kept

    @property
    def uniqueness(self) -> float:
        """Distinct values / observations, over as many observations as were counted exactly; 0 without any."""
        self._fold()
        return self._uniqueness if self._uniqueness is not None else _share(self._kept)

    def _fold(self) -> None:
        if not self._waiting:
            return
        merged = Distinct.of(np.concatenate(self._waiting)).merge(self._kept)
        self._waiting, self._count = [], 0
        if len(merged.values) > self._limit and self._uniqueness is None:
            self._uniqueness = _share(merged)
        self._kept = merged.thinned(self._limit)


class TextSketch:
    """How often each category came. Exact up to `limit` distinct ones; beyond it the rare half is forgotten."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._counts: Counter[str] = Counter()
        self.observations = 0
        self._uniqueness: float | None = None

    def update(self, counts: Mapping[str, int]) -> None:
        """Take in how often categories came."""
        for text, count in counts.items():
            self._counts[text] += count
        self.observations += sum(counts.values())
        if len(self._counts) > self._limit:
            self._forget()

    def get(self) -> Counter[str]:
        """The categories and how often each came."""
        return self._counts

    @property
    def uniqueness(self) -> float:
        """Distinct categories / observations, over as many observations as were counted exactly; 0 without any."""
        if self._uniqueness is not None:
            return self._uniqueness
        return len(self._counts) / self.observations if self.observations else 0.0

    def _forget(self) -> None:
        if self._uniqueness is None:
            self._uniqueness = len(self._counts) / self.observations
        self._counts = Counter(dict(self._counts.most_common(self._limit // 2)))


def _share(distinct: Distinct) -> float:
    return len(distinct.values) / distinct.total if distinct.total else 0.0
