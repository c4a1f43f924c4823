"""Where cumulative streams stand: last time, last values, and so the increments between two points.

A row is one incarnation of a stream (its start time). All rows of one `Positions` have the same number of buckets, so
that a request moves them with a handful of array operations.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from driftline.processors.observations import Reason
from driftline.processors.windows.rows import Rows, Vacancies, grown

NEVER = -1
"""The time of a row that has had no point."""


@dataclass(frozen=True, slots=True)
class Points:
    """Cumulative points as columns: `rows` (n,), `time_ns` (n,), `values` (n, B), `totals` (n,), NaN where unset."""

    rows: Rows
    time_ns: Rows
    values: NDArray[Any]
    totals: NDArray[np.float64]

    def take(self, which: NDArray[Any]) -> Points:
        """The points at indices, or under a mask."""
        return Points(self.rows[which], self.time_ns[which], self.values[which], self.totals[which])


@dataclass(slots=True)
class Step:
    """What a request moved: of point `points[i]`, `increments[i]` (m, B) and `totals[i]` (m,) are new."""

    points: Rows
    increments: NDArray[Any]
    totals: NDArray[np.float64]
    dropped: dict[Reason, int] = field(default_factory=dict)

    def drop(self, reason: Reason, points: int) -> None:
        if points:
            self.dropped[reason] = self.dropped.get(reason, 0) + points


class Positions:
    """Positions of cumulative streams with B buckets each, one row an incarnation.

    >>> positions = Positions(2, np.dtype(np.int64))
    >>> row = positions.open(start_ns=5, base=False)
    >>> point = Points(np.array([row]), np.array([9]), np.array([[3, 1]]), np.array([0.5]))
    >>> positions.advance(point, late_before_ns=0).increments.tolist()
    [[3, 1]]
    """

    def __init__(self, buckets: int, dtype: np.dtype[Any]) -> None:
        self.start_ns = np.zeros(1, dtype=np.int64)
        self.time_ns = np.full(1, NEVER, dtype=np.int64)
        self.values: NDArray[Any] = np.zeros((1, buckets), dtype=dtype)
        self.totals = np.zeros(1, dtype=np.float64)
        self._base = np.zeros(1, dtype=np.bool_)
        self._mark = np.zeros(1, dtype=np.int64)
        self.counts = np.zeros(1, dtype=np.int64)  # of histograms: the sum over the buckets, which saves summing them
        self.bases = 0  # rows whose next point is a base: usually none, which saves a look at each
        self._vacancies = Vacancies()

    def open(self, *, start_ns: int, base: bool) -> int:
        """A row for a new incarnation, whose first point counts in full; with `base` it only says where it stands."""
        row = self._vacancies.take()
        if row >= len(self.time_ns):
            self._grow(max(64, 2 * row))
        self.start_ns[row], self.time_ns[row], self.totals[row] = start_ns, NEVER, 0.0
        self.values[row], self.counts[row] = 0, 0
        self._base[row] = False
        if base:
            self.rebase(row)
        return row

    def rebase(self, row: int) -> None:
        """Make the next point of `row` a base."""
        if not self._base[row]:
            self._base[row] = True
            self.bases += 1

    def place(self, row: int, time_ns: int, values: NDArray[Any], total: float) -> None:
        """Put a row where it stood before the process restarted."""
        self.time_ns[row], self.values[row], self.totals[row] = time_ns, values, total
        self.counts[row] = values.sum()
        if self._base[row]:
            self._base[row] = False
            self.bases -= 1

    def close(self, row: int) -> None:
        """Forget an incarnation; its row will serve another."""
        if self._base[row]:
            self._base[row] = False
            self.bases -= 1
        self._vacancies.give_back(row)

    def advance(self, points: Points, *, late_before_ns: int) -> Step:
        """Move rows to their points and tell what is new. The order of the points does not matter.

        Args:
            points: a row may occur several times.
            late_before_ns: a point older than this moves nothing: the next one in time holds its observations too.

        A repeated time is a duplicate, an earlier one out of order: an older state of the same accumulation. A value
        that fell since an earlier time is a reset, and counts in full: some senders (Prometheus and what is scraped
        like it) begin at zero again under the start they had, and would otherwise be dark until they catch up.

        Cost: about ten array passes over (n, B); a loop over points only where a row repeats and a value falls.
        """
        last = self.time_ns[points.rows]
        fresh = (points.time_ns > last) & (points.time_ns >= late_before_ns)
        distinct = self._distinct(points.rows)
        if distinct and fresh.all():
            return self._move(np.arange(len(fresh)), points)
        index = np.flatnonzero(fresh)
        step = self._move(index, points.take(index)) if distinct else self._move_repeated(index, points)
        _explain(points.time_ns[~fresh], last[~fresh], step)
        return step

    def _move(self, index: Rows, points: Points) -> Step:
        increments = points.values - self.values[points.rows]
        step = Step(index, increments, risen(points.totals, self.totals[points.rows]))
        if self.bases or increments.min(initial=0) < 0:
            self._settle(step, points)
        self._place(points)
        return step

    def _settle(self, step: Step, points: Points) -> None:
        """Bases count nothing, resets count in full."""
        base = self._base[points.rows]
        if base.any():
            step.increments[base], step.totals[base] = 0, 0.0
            self._base[points.rows[base]] = False
            self.bases -= int(base.sum())
        fell = (step.increments < 0).any(axis=1)
        step.increments[fell], step.totals[fell] = points.values[fell], risen(points.totals[fell], np.zeros(1))

    def _move_repeated(self, index: Rows, points: Points) -> Step:
        # The larger of two points with one time goes first, so that the order they arrived in decides nothing.
        fresh = points.take(index)
        order = np.lexsort((-fresh.values.sum(axis=1), fresh.time_ns, fresh.rows))
        index, fresh = index[order], fresh.take(order)
        again = np.zeros(len(index), dtype=np.bool_)
        again[1:] = fresh.rows[1:] == fresh.rows[:-1]
        same = again.copy()
        same[1:] &= fresh.time_ns[1:] == fresh.time_ns[:-1]
        step = self._chain(index[~same], again[~same], fresh.take(~same))
        step.drop(Reason.DUPLICATE, int(same.sum()))
        return step

    def _chain(self, index: Rows, again: NDArray[np.bool_], points: Points) -> Step:
        """Points sorted by row and time; `again` marks those whose row is the same as that of the point before."""
        increments = points.values - self.values[points.rows]
        before = self.totals[points.rows]
        follower = np.flatnonzero(again)
        increments[follower] = points.values[follower] - points.values[follower - 1]
        before[follower] = points.totals[follower - 1]
        if increments.min(initial=0) < 0 or (self.bases and self._base[points.rows].any()):
            return self._one_by_one(index, points)
        last = np.ones(len(again), dtype=np.bool_)
        last[:-1] = ~again[1:]
        self._place(points.take(last))
        return Step(index, increments, risen(points.totals, before))

    def _one_by_one(self, index: Rows, points: Points) -> Step:
        steps = [self._move(index[k : k + 1], points.take(np.array([k]))) for k in range(len(index))]
        return Step(
            np.concatenate([step.points for step in steps]),
            np.concatenate([step.increments for step in steps]),
            np.concatenate([step.totals for step in steps]),
        )

    def _place(self, points: Points) -> None:
        self.time_ns[points.rows] = points.time_ns
        self.values[points.rows] = points.values
        self.counts[points.rows] = points.values.sum(axis=1)
        self.totals[points.rows] = points.totals

    def _distinct(self, rows: Rows) -> bool:
        numbers = np.arange(len(rows))
        self._mark[rows] = numbers
        return bool((self._mark[rows] == numbers).all())

    def _grow(self, rows: int) -> None:
        self.start_ns, self.time_ns = grown(self.start_ns, rows), grown(self.time_ns, rows, NEVER)
        self.values, self.totals = grown(self.values, rows), grown(self.totals, rows)
        self.counts = grown(self.counts, rows)
        self._base, self._mark = grown(self._base, rows), grown(self._mark, rows)


def risen(totals: NDArray[np.float64], before: NDArray[np.float64]) -> NDArray[np.float64]:
    """What sums rose by, (n,). One that is unset, infinite or falls adds nothing: counts never depend on sums.

    >>> risen(np.array([3.0, 1.0, np.nan]), np.array([1.0, 2.0, 0.0])).tolist()
    [2.0, 0.0, 0.0]
    """
    with np.errstate(invalid="ignore"):  # infinite both times
        added = totals - before
    return np.where(np.isfinite(added) & (added > 0), added, 0.0)


def _explain(time_ns: Rows, last: Rows, step: Step) -> None:
    step.drop(Reason.DUPLICATE, int((time_ns == last).sum()))
    step.drop(Reason.OUT_OF_ORDER, int((time_ns < last).sum()))
    step.drop(Reason.LATE, int((time_ns > last).sum()))
