"""Counts of a history: one cell for each pane and group of rows. Rows may come in any order; counts only add up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from driftline.processors.profile.exponential import Exponential
from driftline.processors.replay.answers import Answered
from driftline.processors.replay.errors import ReplayError
from driftline.semconv import Defect

SMALLEST_LIMIT = 1 << 30
"""Bytes of counts that are held before the oldest panes are let go."""
_FREE_BYTES = 2000  # about what one exponential histogram or one dictionary of categories takes


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that share a model version and the values of the monitor's segment attributes."""

    version: str | None = None
    segments: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Free:
    """One column without a reference, as counted in one cell: numbers or categories, and defects."""

    numbers: Exponential | None = None
    categories: dict[str, int] = field(default_factory=dict)
    """In the order in which they first came."""
    defects: dict[Defect, int] = field(default_factory=dict)

    def merge(self, other: Free) -> None:
        """Take in the counts of later rows."""
        if other.numbers is not None:
            self.numbers = other.numbers if self.numbers is None else self.numbers.merge(other.numbers)
        for text, count in other.categories.items():
            self.categories[text] = self.categories.get(text, 0) + count
        for defect, count in other.defects.items():
            self.defects[defect] = self.defects.get(defect, 0) + count


@dataclass(slots=True)
class Cell:
    """What one group did in one pane: `counts` by the slots of its layout, the columns without a reference, and what
    the model answered, row by row, where the table tells what proved true.
    """

    rows: int
    counts: NDArray[np.int32]
    free: dict[str, Free] = field(default_factory=dict)
    answered: list[Answered] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Bytes, about."""
        answered = sum(each.size for each in self.answered)
        return self.counts.nbytes + 200 + _FREE_BYTES * len(self.free) + answered

    def merge(self, other: Cell) -> None:
        """Take in the counts of later rows."""
        self.rows += other.rows
        self.counts += other.counts
        self.answered += other.answered
        for name, counted in other.free.items():
            if name in self.free:
                self.free[name].merge(counted)
            else:
                self.free[name] = counted


Pane = Mapping[Group, Cell]


class Grid:
    """Cells by pane.

    Args:
        step_ns: length of a pane.
        limit: bytes of counts that may be held.

    >>> grid = Grid(step_ns=10)
    >>> grid.add(3, Group("7"), Cell(2, np.array([1, 1], dtype=np.int32)))
    >>> [(pane, cells[Group("7")].rows) for pane, cells in grid.release(all_of_it=True)]
    [(3, 2)]
    """

    def __init__(self, step_ns: int, limit: int = SMALLEST_LIMIT) -> None:
        self.step_ns = step_ns
        self._limit = limit
        self._panes: dict[int, dict[Group, Cell]] = {}
        self._size = 0
        self._released: int | None = None

    @property
    def full(self) -> bool:
        """Whether more is held than may be."""
        return self._size > self._limit

    def add(self, pane: int, group: Group, cell: Cell) -> None:
        """Count a cell.

        Raises:
            ReplayError: the pane was let go already.
        """
        if self._released is not None and pane <= self._released:
            raise ReplayError(_too_late(pane * self.step_ns, self._released * self.step_ns))
        cells = self._panes.setdefault(pane, {})
        before = cells.get(group)
        if before is None:
            cells[group] = cell
            self._size += cell.size
        else:
            self._size -= before.size
            before.merge(cell)
            self._size += before.size

    def release(self, *, all_of_it: bool) -> Iterator[tuple[int, Pane]]:
        """Let go of panes, oldest first: of all, or of the older half."""
        panes = sorted(self._panes)
        for pane in panes if all_of_it else panes[: max(len(panes) // 2, 1)]:
            cells = self._panes.pop(pane)
            self._size -= sum(cell.size for cell in cells.values())
            self._released = pane
            yield pane, cells


def _too_late(time_ns: int, released_ns: int) -> str:
    late, now = (np.datetime64(each, "ns").astype("datetime64[s]") for each in (time_ns, released_ns))
    return (
        f"a row of {late}Z comes after what was held of {now}Z had to make room: sort the rows by their time, or give "
        "the monitor a longer `window.every`"
    )
