"""Streams that differ only in their bounds: one accumulation whose layout changed, of which one counts at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from driftline.processors.observations import BucketPoints
from driftline.processors.pipeline.entries import Entry
from driftline.processors.windows.positions import NEVER

Rows = NDArray[np.int64]


def one_by_one(points: BucketPoints, rows: Rows, shared: NDArray[np.bool_]) -> list[Rows]:
    """Indices (1,) of the points of streams that have relatives, oldest first."""
    index = np.flatnonzero(shared & (rows >= 0))
    return list(index[np.argsort(points.time_ns[index], kind="stable")].reshape(-1, 1))


def may_move(entry: Entry | None, points: BucketPoints, rows: Rows, at: int) -> bool:
    """Whether a point of a stream whose bounds changed may move; its first one after the change is a base.

    Under one start the old and the new layout accumulate the same observations: what the one has counted up to
    a time, the other must not count again.
    """
    assert entry is not None  # noqa: S101  # its row was found a moment ago
    start_ns, time_ns, row = int(points.start_ns[at]), int(points.time_ns[at]), int(rows[at])
    newest = max(
        (
            int(other.block.positions.time_ns[other.rows[start_ns]])
            for other in entry.family
            if other is not entry and start_ns in other.rows
        ),
        default=NEVER,
    )
    if newest >= time_ns:
        return False
    if newest > entry.block.positions.time_ns[row]:
        entry.block.positions.rebase(row)
    return True
