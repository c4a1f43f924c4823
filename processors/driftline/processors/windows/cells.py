"""Counts of many rows with the same number of buckets, pane by pane, and their running sum.

The open pane is one dense array: folding into it is one indexed addition. Every other pane is sparse: the rows that
got something. The running sum holds all panes before the open one that were not retired.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from driftline.processors.windows.rows import Rows, Span, Vacancies, grown, unique_sums

_CHUNKS = 16  # late additions to one pane are summed up once there are this many


class Cells:
    """Rows of B buckets over panes.

    >>> cells = Cells(2, np.dtype(np.int64))
    >>> row = cells.open(owner=0, part=0, weight=1)
    >>> cells.roll(7)
    >>> cells.add(np.array([row]), np.array([[1, 2]]), pane=7, now_ns=70)
    >>> cells.roll(8)
    >>> cells.held(np.array([row])).tolist()
    [[1, 2]]
    >>> rows, counts = cells.take(7)
    >>> cells.revert(rows, counts)
    >>> cells.held(np.array([row])).tolist()
    [[0, 0]]
    """

    def __init__(self, buckets: int, dtype: np.dtype[Any]) -> None:
        self.buckets = buckets
        self.owner = np.zeros(0, dtype=np.int64)
        self.part = np.zeros(0, dtype=np.int64)
        self.weight = np.zeros(0, dtype=np.int64)
        self.last_ns = np.zeros(0, dtype=np.int64)
        self._open: NDArray[Any] = np.zeros((0, buckets), dtype=dtype)
        self._running: NDArray[Any] = np.zeros((0, buckets), dtype=dtype)
        self._mark = np.zeros(0, dtype=np.int64)
        self._panes: dict[int, list[tuple[Rows, NDArray[Any]]]] = {}
        self._pane = self._early_from = -1
        self._vacancies = Vacancies()

    def open(self, *, owner: int, part: int, weight: int) -> int:
        """A row for part `part` of `owner`; `weight` 1 when its counts are observations, 0 when they are not."""
        row = self._vacancies.take()
        if row >= len(self.owner):
            self._grow(max(64, 2 * row))
        self.owner[row], self.part[row], self.weight[row], self.last_ns[row] = owner, part, weight, 0
        return row

    def close(self, rows: list[int]) -> None:
        """Forget rows and all they hold; they will serve others."""
        gone = np.zeros(len(self.owner), dtype=np.bool_)
        gone[rows] = True
        self._open[rows], self._running[rows], self.weight[rows] = 0, 0, 0
        for pane, chunks in self._panes.items():
            self._panes[pane] = [(kept[keep], counts[keep]) for kept, counts in chunks for keep in (~gone[kept],)]
        for row in rows:
            self._vacancies.give_back(row)

    def add(self, rows: Rows, counts: NDArray[Any], *, pane: int, now_ns: int) -> None:
        """Count `counts` (n, B) into `rows` (n,), which may repeat, in one pane."""
        self.last_ns[rows] = now_ns
        if not self._distinct(rows):
            rows, counts = unique_sums(rows, counts)
        if pane == self._pane:
            self._open[rows] += counts
            return
        chunks = self._panes.setdefault(pane, [])
        chunks.append((rows, counts))
        if len(chunks) > _CHUNKS:
            chunks[:] = [_summed(chunks)]
        if pane < self._pane:
            self._running[rows] += counts

    def add_open(self, span: Span, counts: NDArray[Any], moved: NDArray[np.bool_] | None, *, now_ns: int) -> None:
        """Count `counts` (n, B) into rows (n,) in the open pane.

        Args:
            span: the rows, each once.
            counts: what they got.
            moved: which of them got anything, (n,); None: all of them did.
            now_ns: when.
        """
        if moved is None:
            self.last_ns[span] = now_ns
        else:
            self.last_ns[span] = np.where(moved, now_ns, self.last_ns[span])
        self._open[span] += counts

    def roll(self, pane: int) -> None:
        """Make `pane` the open one: what was open is sealed, and points that came early join."""
        if pane <= self._pane:
            return
        self._seal()
        self._pane = pane
        for early in sorted(self._panes):
            if early == pane:
                rows, counts = _summed(self._panes.pop(early))
                self._open[rows] += counts
            elif self._early_from <= early < pane:
                for rows, counts in self._panes[early]:
                    self._running[rows] += counts

    def panes_before(self, pane: int) -> list[int]:
        """Sealed panes that are older than `pane`, oldest first."""
        return sorted(sealed for sealed in self._panes if sealed < pane)

    def peek(self, pane: int) -> tuple[Rows, NDArray[Any]]:
        """What a sealed pane holds: rows (k,), each once, and counts (k, B)."""
        chunks = self._panes.get(pane)
        if not chunks:
            return np.zeros(0, dtype=np.int64), self._running[:0]
        chunks[:] = [_summed(chunks)]
        return chunks[0]

    def in_pane(self, pane: int, rows: Rows) -> NDArray[Any]:
        """What `rows` (n,) got in one sealed pane, (n, B)."""
        there, counts = self.peek(pane)
        return look_up(there, counts, rows)

    def take(self, pane: int) -> tuple[Rows, NDArray[Any]]:
        """`peek`, and forget the pane; what it held stays in the running sum until it is reverted."""
        held = self.peek(pane)
        self._panes.pop(pane, None)
        return held

    def revert(self, rows: Rows, counts: NDArray[Any]) -> None:
        """Take counts out of the running sum; each row once."""
        self._running[rows] -= counts

    def revert_one(self, row: int, bucket: int, count: float) -> None:
        """Take one bucket's count out of the running sum."""
        self._running[row, bucket] -= count

    def held(self, rows: Rows) -> NDArray[Any]:
        """What the window holds of `rows`, (n, B): the running sum and the open pane."""
        held: NDArray[Any] = self._running[rows] + self._open[rows]
        return held

    def observations(self, owners: int) -> NDArray[np.float64]:
        """Observations the window holds, for each of `owners`, (owners,)."""
        high = self._vacancies.high
        held = (self._running[:high].sum(axis=1) + self._open[:high].sum(axis=1)) * self.weight[:high]
        totals: NDArray[np.float64] = np.bincount(self.owner[:high], weights=held, minlength=owners).astype(np.float64)
        return totals

    @property
    def pane(self) -> int:
        """The open pane."""
        return self._pane

    @property
    def panes(self) -> int:
        """Sealed panes held."""
        return len(self._panes)

    def _seal(self) -> None:
        self._early_from = self._pane + 1
        rows = np.flatnonzero(self._open.any(axis=1))
        if len(rows):
            counts = self._open[rows]
            self._panes.setdefault(self._pane, []).append((rows, counts))
            self._running[rows] += counts
            self._open[rows] = 0

    def _distinct(self, rows: Rows) -> bool:
        numbers = np.arange(len(rows))
        self._mark[rows] = numbers
        return bool((self._mark[rows] == numbers).all())

    def _grow(self, rows: int) -> None:
        self.owner, self.part = grown(self.owner, rows), grown(self.part, rows)
        self.weight = grown(self.weight, rows)
        self.last_ns, self._mark = grown(self.last_ns, rows), grown(self._mark, rows)
        self._open, self._running = grown(self._open, rows), grown(self._running, rows)


def look_up(there: Rows, counts: NDArray[Any], rows: Rows) -> NDArray[Any]:
    """Counts of `rows`, (n, B), from sparse ones: `there` (k,) ascending, `counts` (k, B); zero where absent.

    >>> look_up(np.array([2, 5]), np.array([[7], [8]]), np.array([5, 3])).tolist()
    [[8], [0]]
    """
    found = np.zeros((len(rows), counts.shape[1]), dtype=counts.dtype)
    if len(there):
        at = np.minimum(np.searchsorted(there, rows), len(there) - 1)
        present = there[at] == rows
        found[present] = counts[at[present]]
    return found


def _summed(chunks: list[tuple[Rows, NDArray[Any]]]) -> tuple[Rows, NDArray[Any]]:
    if len(chunks) == 1 and bool((chunks[0][0][1:] > chunks[0][0][:-1]).all()):
        return chunks[0]
    return unique_sums(np.concatenate([rows for rows, _ in chunks]), np.concatenate([counts for _, counts in chunks]))
