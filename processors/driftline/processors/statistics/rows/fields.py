"""Each column by itself, with a null that all columns share."""

from __future__ import annotations

import numpy as np

from driftline.processors.statistics.rows.arrays import Draws, Floats
from driftline.processors.statistics.rows.means import standardised_differences

CUTS = 16


def column_differences(columns: Floats, draws: Draws, cuts: int = CUTS) -> Floats:
    """The Anderson-Darling distance of each column, on cuts at quantiles of all rows.

    The squared difference of the cumulative shares at a cut, over its variance, averaged over the cuts: 1 in
    expectation when nothing has changed, whatever the ties. A column of two values has one cut.

    Args:
        columns: shape (rows, p), finite.
        draws: shape (draws, rows).
        cuts: how many quantiles; columns of fewer distinct values are cut at each of them.

    Returns:
        Shape (draws, p), in [0, inf); 0 for a constant column.

    >>> column_differences(np.array([[0.0], [0.0], [1.0], [1.0]]), np.array([[0.0, 0.0, 1.0, 1.0]])).tolist()
    [[4.0]]

    Source: Scholz and Stephens (1987), doi:10.1080/01621459.1987.10478517, its form for ties.
    """
    below = [_below(column, cuts) for column in columns.T]
    counts = np.array([part.shape[1] for part in below])
    squares = standardised_differences(np.concatenate(below, axis=1), draws) ** 2
    totals = np.zeros((len(draws), len(below)))
    cut = counts > 0
    totals[:, cut] = np.add.reduceat(squares, (np.cumsum(counts) - counts)[cut], axis=1) if cut.any() else 0.0
    return np.asarray(totals / np.maximum(counts, 1))


def _below(column: Floats, cuts: int) -> Floats:
    """Whether each row lies at or below each cut, and below the first; cuts that part nothing are left out."""
    at = np.unique(np.quantile(column, np.arange(1, cuts + 1) / (cuts + 1), method="inverted_cdf"))
    below = np.concatenate([column[:, None] < at[:1], column[:, None] <= at], axis=1)
    parted = below.any(axis=0) & ~below.all(axis=0)
    return below[:, parted].astype(np.float64)


def largest(differences: Floats) -> Floats:
    """The column that differs most, each measured in its own spread over the draws.

    Args:
        differences: shape (draws, p), p >= 1.

    Returns:
        Shape (draws,). A column that no draw moves counts as 0.

    >>> largest(np.array([[1.0, 0.0], [3.0, 0.0]])).tolist()
    [-1.0, 1.0]
    """
    spread = differences.std(axis=0)
    moved = np.divide(
        differences - differences.mean(axis=0), spread, out=np.zeros(differences.shape), where=spread > 1e-12
    )
    return np.asarray(moved[:, spread > 1e-12].max(axis=1) if (spread > 1e-12).any() else moved.max(axis=1))
