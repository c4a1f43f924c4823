"""How far a row is from the rows of the reference that are nearest to it."""

from __future__ import annotations

import numpy as np

from driftline.processors.statistics.rows.arrays import Floats

NEIGHBOURS = 5
_AT_ONCE = 2048


def neighbour_distances(anchors: Floats, columns: Floats, neighbours: int = NEIGHBOURS) -> Floats:
    """The mean distance of each row to its nearest anchors.

    Args:
        anchors: rows of the reference, shape (a, p), a >= 1; not among `columns`, for a row is its own nearest.
        columns: the rows to place, shape (rows, p).
        neighbours: how many; fewer where there are fewer anchors.

    Returns:
        Shape (rows,), in [0, inf), in units of the columns.

    Cost: O(a rows p); 500 anchors and 1,000 rows of 768 columns take about 15 ms.

    >>> neighbour_distances(np.array([[0.0], [1.0]]), np.array([[3.0]]), 2).tolist()
    [2.5]

    Source: Loftsgaarden and Quesenberry (1965), doi:10.1214/aoms/1177700079.
    """
    count = min(neighbours, len(anchors))
    parts = [_nearest(anchors, columns[at : at + _AT_ONCE], count) for at in range(0, len(columns), _AT_ONCE)]
    return np.concatenate(parts) if parts else np.zeros(0)


def _nearest(anchors: Floats, columns: Floats, count: int) -> Floats:
    squares = (columns**2).sum(axis=1)[:, None] + (anchors**2).sum(axis=1) - 2 * columns @ anchors.T
    nearest = np.partition(np.maximum(squares, 0.0), count - 1, axis=1)[:, :count]  # rounding can go below 0
    return np.asarray(np.sqrt(nearest).mean(axis=1))
