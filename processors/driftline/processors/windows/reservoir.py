"""A bounded sample of rows: the state behind every comparison of rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import NamedTuple

import numpy as np

from driftline.processors.windows.row_sample import RowSample, column_of


class Kept(NamedTuple):
    """One row: its key, the smaller the sooner it is kept; what it arrived with; when; its cells by name."""

    key: float
    block: int
    time_ns: int
    cells: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Reservoir:
    """At most `capacity` rows of all that were offered, each with a chance as large as what it stands for.

    Every row draws an exponential key over its weight, and the smallest keys stay. So a sample of samples is a sample,
    and merging two gives what one would have kept of both. `empty` is the zero of `merge`.

    >>> random = np.random.default_rng(0)
    >>> kept = Reservoir.empty(2).update({"x": np.arange(9.0)}, random=random, blocks=[0] * 9)
    >>> len(kept.get()), kept.offered
    (2, 9)

    Source: Efraimidis and Spirakis (2006), doi:10.1016/j.ipl.2005.11.003, algorithm A-Res.
    """

    capacity: int
    offered: int = 0
    """Rows that were offered."""
    stands_for: float = 0.0
    """How many rows those stand for."""
    kept: tuple[Kept, ...] = field(default=(), repr=False)

    @classmethod
    def empty(cls, capacity: int) -> Reservoir:
        return cls(capacity)

    def update(
        self,
        columns: Mapping[str, Sequence[object] | np.ndarray],
        *,
        random: np.random.Generator,
        blocks: Sequence[int],
        time_ns: int = 0,
        weight: float = 1.0,
    ) -> Reservoir:
        """With the rows of these columns, all of one length, that arrived together.

        Args:
            columns: cells by name: numbers, texts, vectors, None.
            random: where keys come from.
            blocks: of each row, what it arrived with.
            time_ns: when.
            weight: how many rows each stands for, positive.
        """
        names, cells = list(columns), list(columns.values())
        rows = len(cells[0]) if cells else 0
        keys = random.exponential(1 / weight, rows)
        chosen = np.argsort(keys)[: self.capacity].tolist()
        new = [
            Kept(float(keys[row]), blocks[row], time_ns, {name: at[row] for name, at in zip(names, cells, strict=True)})
            for row in chosen
        ]
        best, stands_for = self._best([*self.kept, *new]), self.stands_for + weight * rows
        return Reservoir(self.capacity, self.offered + rows, stands_for, best)

    def merge(self, other: Reservoir) -> Reservoir:
        """What one reservoir would have kept of both. Blocks of the two must not share numbers."""
        best, stands_for = self._best([*self.kept, *other.kept]), self.stands_for + other.stands_for
        return Reservoir(self.capacity, self.offered + other.offered, stands_for, best)

    def get(self) -> RowSample:
        """The rows in the order of their blocks. A name that some rows lack is missing there."""
        rows = sorted(self.kept, key=lambda row: row.block)
        names = dict.fromkeys(name for row in rows for name in row.cells)
        columns = {name: column_of([row.cells.get(name) for row in rows]) for name in names}
        blocks = np.array([row.block for row in rows], dtype=np.int64)
        return RowSample({name: column for name, column in columns.items() if column is not None}, blocks)

    @property
    def span_ns(self) -> tuple[int, int]:
        """When the oldest and the newest row came; zeros without any."""
        times = [row.time_ns for row in self.kept]
        return (min(times), max(times)) if times else (0, 0)

    def _best(self, rows: Iterable[Kept]) -> tuple[Kept, ...]:
        return tuple(nsmallest(self.capacity, rows, key=lambda row: row.key))
