"""The angle between two clouds of vectors."""

from __future__ import annotations

import numpy as np

from driftline.processors.statistics.rows.arrays import Draws, Floats
from driftline.processors.statistics.rows.means import evidence


def centroid_cosines(vectors: Floats, draws: Draws) -> Floats:
    """1 less the cosine of the angle between the mean of the window and the mean of the reference, times n m / (n + m).

    Args:
        vectors: shape (rows, p).
        draws: shape (draws, rows).

    Returns:
        Shape (draws,), of the same size at every n while nothing has changed; 0 where either mean is the zero vector,
        which has no direction.

    >>> centroid_cosines(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[0.0, 1.0]])).tolist()
    [0.5]
    """
    sums = draws @ vectors  # of sums, whose angle is that of the means
    rest = vectors.sum(axis=0) - sums
    lengths = np.linalg.norm(sums, axis=1) * np.linalg.norm(rest, axis=1)
    dots = (sums * rest).sum(axis=1)
    cosines = np.divide(dots, lengths, out=np.ones(len(draws)), where=lengths > 0)
    return np.asarray((1 - np.clip(cosines, -1.0, 1.0)) * evidence(draws))
