"""How large a statistic can become at all: the score of the window that differs most from its reference."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


def largest(function: Callable[[Counts, Counts], Floats], observations: Counts, reference: Counts) -> Floats:
    """The largest score that windows of some size can have against their references.

    Every statistic that decides is convex in the counts of the window, so that the largest score is at a corner: all
    observations in one bucket.

    Args:
        function: maps counts (..., B) of window and reference to scores (...), convex in the first.
        observations: of each window, shape (F,), 1 or more.
        reference: counts, shape (F, B), at least one observation.

    Returns:
        Shape (F,).

    Cost: that of B scores a field.

    >>> from driftline.processors.statistics.distances import ks
    >>> largest(ks, np.array([10]), np.array([[1, 2, 3]])).round(3).tolist()
    [0.833]
    """
    corners = observations[:, None, None] * np.eye(reference.shape[1], dtype=np.int64)
    return np.asarray(function(corners, reference[:, None, :]).max(axis=1))
