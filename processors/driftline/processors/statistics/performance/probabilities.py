"""How good the scores are as probabilities."""

from __future__ import annotations

import numpy as np

from driftline.processors.statistics.performance.interval import Leaning
from driftline.processors.statistics.performance.means import mean
from driftline.processors.statistics.performance.rows import Floats, Rows

SMALLEST = float(np.finfo(np.float64).eps)
"""A score of 0 counts as this in the log loss, as in scikit-learn."""


def log_loss(rows: Rows) -> Leaning:
    """Mean of -log(the probability given to what came true); from 0 without an end.

    >>> round(log_loss(Rows.of([1, 0, 1], scores=[0.8, 0.3, 0.6])).value, 3)
    0.364

    Source: Good (1952), doi:10.1111/j.2517-6161.1952.tb00104.x.
    """
    return mean(rows, -np.log(np.clip(_of_truth(rows), SMALLEST, 1 - SMALLEST)))


def brier(rows: Rows) -> Leaning:
    """Mean squared distance of score and truth: in [0, 1]; of several classes summed over them, in [0, 2].

    >>> round(brier(Rows.of([1, 0, 1], scores=[0.8, 0.3, 0.6])).value, 3)
    0.097

    Source: Brier (1950), doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2.
    """
    scores = rows.known_scores
    if scores.ndim == 1:
        return mean(rows, (scores - (rows.labels == 1)) ** 2)
    return mean(rows, ((scores - (rows.labels[:, None] == np.arange(scores.shape[1]))) ** 2).sum(axis=1))


def _of_truth(rows: Rows) -> Floats:
    """The probability that was given to what came true, (N,)."""
    scores = rows.known_scores
    if scores.ndim == 1:
        return np.where(rows.labels == 1, scores, 1 - scores)
    of_truth: Floats = np.take_along_axis(scores, rows.labels.astype(np.int64)[:, None], axis=1)[:, 0]
    return of_truth
