"""What a quiet field keeps from before its window: every count with its pane, compactly."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kept:
    """`count` observations (or defects) of part `part`, in cell `cell`."""

    part: int
    cell: int
    count: float
    weight: int


class Older:
    """Counts of panes that left the window's length, oldest first; 40 bytes for each occupied cell.

    >>> older = Older()
    >>> older.push(3, Kept(part=0, cell=1, count=5, weight=1))
    >>> older.first_pane, older.first_observations, [kept.count for kept in older.pop()], bool(older)
    (3, 5.0, [5.0], False)
    """

    __slots__ = ("_cells", "_counts", "_head", "_panes", "_parts", "_weights")

    def __init__(self) -> None:
        self._panes, self._parts, self._cells = array("q"), array("q"), array("q")
        self._counts, self._weights = array("d"), array("q")  # a double holds every count up to 2^53
        self._head = 0

    def __bool__(self) -> bool:
        return self._head < len(self._panes)

    def __len__(self) -> int:
        """How many cells are kept."""
        return len(self._panes) - self._head

    def push(self, pane: int, kept: Kept) -> None:
        """Keep a count; panes come in ascending order."""
        self._panes.append(pane)
        self._parts.append(kept.part)
        self._cells.append(kept.cell)
        self._counts.append(kept.count)
        self._weights.append(kept.weight)

    @property
    def first_pane(self) -> int:
        """The oldest pane kept; IndexError when nothing is."""
        return self._panes[self._head]

    @property
    def first_observations(self) -> float:
        """Observations in the oldest pane."""
        return sum(self._counts[at] * self._weights[at] for at in self._first())

    def pop(self) -> Iterator[Kept]:
        """Everything of the oldest pane, which is forgotten."""
        first = self._first()
        popped = [Kept(self._parts[at], self._cells[at], self._counts[at], self._weights[at]) for at in first]
        self._head = first.stop
        if self._head > 256 and 2 * self._head > len(self._panes):
            for column in (self._panes, self._parts, self._cells, self._counts, self._weights):
                del column[: self._head]
            self._head = 0
        return iter(popped)

    def _first(self) -> range:
        stop = self._head
        while stop < len(self._panes) and self._panes[stop] == self._panes[self._head]:
            stop += 1
        return range(self._head, stop)
