"""How far a learned reference scatters: blocks of panes kept while a field learns, and measured when it has."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from driftline.processors.findings import State
from driftline.processors.monitor import Window
from driftline.processors.pipeline.alignment import align
from driftline.processors.pipeline.sides import Side
from driftline.processors.pipeline.sums import FieldSums
from driftline.processors.statistics.dispersion import dispersion_of_longer
from driftline.processors.windows import FieldWindow

MOST_BLOCKS = 80
"""Blocks kept of a field while it learns; when there are more, they are joined two by two: 40 to 80 are measured."""


class Blocks:
    """Stretches of equal time that follow each other, of one field.

    Memory: at most 80 sums of what came in one block; for an exponential stream of 100 buckets 64 kB.
    """

    def __init__(self) -> None:
        self._length_ns = 0
        self._sums: dict[int, FieldSums] = {}

    def __len__(self) -> int:
        return len(self._sums)

    def add(self, pane: FieldWindow) -> None:
        """Count a pane; all are equally long, and none starts before one that was counted."""
        self._length_ns = self._length_ns or max(pane.end_ns - pane.start_ns, 1)
        self._sums.setdefault(pane.start_ns // self._length_ns, FieldSums(pane.role)).add(pane)
        while len(self._sums) > MOST_BLOCKS:
            self._length_ns *= 2
            joined: dict[int, FieldSums] = {}
            for at, sums in self._sums.items():
                joined.setdefault(at // 2, FieldSums(sums.role)).add(_pane(sums))
            self._sums = joined

    def dispersion(self, side: Side, window: Window) -> dict[str, float]:
        """Variance of a window's shares over that of independent rows, by deciding statistic; empty with few blocks.

        Windows longer than a block are taken to scatter as it grows from blocks to blocks twice as long.
        """
        counts = [found for sums in self._sums.values() if (found := _counts(sums, side)) is not None]
        if len({len(each) for each in counts}) != 1:
            return {}
        matrix = np.array(counts, dtype=np.int64)
        rows = float(np.mean(matrix.sum(axis=1)))
        longer = max(window.length / self._length_ns, (window.reaches_back_for or 0) / rows)
        return dispersion_of_longer(matrix, longer, ordered=side.categories is None)


def _counts(sums: FieldSums, side: Side) -> Sequence[int] | None:
    """A block on the buckets, or the categories, of what was learned; None where it cannot be brought there."""
    if side.categories is not None:
        return [sums.categories.get(name, 0) for name in side.categories]
    aligned = align(_pane(sums, side.name), side)
    return None if isinstance(aligned, State) else aligned.current.tolist()


def _pane(sums: FieldSums, name: str = "") -> FieldWindow:
    return FieldWindow(name, sums.role, tuple(sums.binned.values()), sums.exponential, sums.categories)
