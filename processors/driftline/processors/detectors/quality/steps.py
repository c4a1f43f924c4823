"""A distribution of which only the shares up to some edges are known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Steps:
    """The share of values up to each edge: `edges` (E,) ascending, `up_to` (E,) in [0, 1]; `values` of them in all."""

    edges: Floats
    up_to: Floats
    values: int

    @classmethod
    def on_bounds(cls, bounds: Floats, counts: Counts) -> Steps:
        """Of counts (B,) between ascending bounds (B-1,), at least one value.

        >>> Steps.on_bounds(np.array([1.0, 2.0]), np.array([1, 2, 1])).up_to.tolist()
        [0.25, 0.75]
        """
        total = int(counts.sum())
        return cls(bounds, np.cumsum(counts)[:-1] / total, total)

    @classmethod
    def of_buckets(cls, lower: Floats, upper: Floats, counts: Counts) -> Steps:
        """Of occupied buckets in ascending order, with gaps between them, at least one value.

        >>> Steps.of_buckets(np.array([1.0, 4.0]), np.array([2.0, 5.0]), np.array([3, 1])).up_to.tolist()
        [0.0, 0.75, 0.75, 1.0]
        """
        running, total = np.cumsum(counts), int(counts.sum())
        edges = np.unique(np.concatenate([lower, upper]))
        held = np.r_[0, running][np.searchsorted(upper, edges, side="right")]
        return cls(edges, held / total, total)

    @classmethod
    def of_values(cls, ordered: Floats) -> Steps:
        """Of the values themselves in order, (n,), at least one."""
        values, counts = np.unique(ordered, return_counts=True)
        return cls(values, np.cumsum(counts) / len(ordered), len(ordered))

    def between(self, points: Floats) -> tuple[Floats, Floats]:
        """What the share of values up to each point is at least and at most, shapes of `points`.

        A point on an edge may have that edge's bucket on either side of it: units are turned with rounding.
        """
        slack = np.abs(points) * _ROUNDING
        below = np.searchsorted(self.edges, points - slack, side="left")
        above = np.searchsorted(self.edges, points + slack, side="right")
        return np.r_[0.0, self.up_to][below], np.r_[self.up_to, 1.0][above]

    def thinned(self, most: int) -> Steps:
        """The same with at most `most` edges, those that the values spread over most evenly."""
        if len(self.edges) <= most:
            return self
        wanted = np.searchsorted(self.up_to, np.linspace(0.0, 1.0, most)[1:-1])
        kept = np.unique(np.minimum(wanted, len(self.edges) - 1))
        return Steps(self.edges[kept], self.up_to[kept], self.values)
