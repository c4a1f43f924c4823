"""How badly a row fits the plane that the reference lies in: PCA reconstruction error."""

from __future__ import annotations

import numpy as np

from driftline.processors.statistics.rows.arrays import Floats

KEPT_VARIANCE = 0.65


def reconstruction_residuals(anchors: Floats, columns: Floats, kept: float = KEPT_VARIANCE) -> Floats:
    """What is left of each row beside the principal components of the anchors.

    Args:
        anchors: rows of the reference that the components are taken from, shape (a, p), a >= 2; they must not be
            among `columns`, or the reference would fit better than chance has it.
        columns: the rows to place, shape (rows, p).
        kept: the share of the anchors' variance that the components hold, in (0, 1).

    Returns:
        Shape (rows, p): a row's error is the root of the sum of squares along the last axis; its parts say which
        column does not fit. All zero where the components are as many as the columns.

    Cost: O(a p^2 + p^3 + rows p k).

    >>> line = np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]])
    >>> np.abs(reconstruction_residuals(line, np.array([[3.0, 3.0], [0.0, 2.0]]))).round(6).tolist()
    [[0.0, 0.0], [1.0, 1.0]]

    Source: Jackson and Mudholkar (1979), doi:10.1080/00401706.1979.10489779.
    """
    centre = anchors.mean(axis=0)
    _, strengths, axes = np.linalg.svd(anchors - centre, full_matrices=False)
    held = np.cumsum(strengths**2)
    count = int(np.searchsorted(held, kept * held[-1])) + 1
    placed = columns - centre
    return np.asarray(placed - placed @ axes[:count].T @ axes[:count])


def row_errors(residuals: Floats) -> Floats:
    """The size of each row's residual, shape (rows,).

    >>> row_errors(np.array([[3.0, 4.0]])).tolist()
    [5.0]
    """
    return np.asarray(np.sqrt((residuals**2).sum(axis=1)))
