"""The confusion cells that are to be expected of scores nobody has an outcome of yet."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from driftline.processors.statistics.estimation.calibration import Calibration, Counts, Floats
from driftline.processors.statistics.performance import Rows

_LABELS, _PREDICTIONS = np.array([1.0, 1.0, 0.0, 0.0]), np.array([1.0, 0.0, 1.0, 0.0])


class Cells(NamedTuple):
    """Expected rows of each kind; they add up to the rows there are."""

    true_positives: float
    false_negatives: float
    false_positives: float
    true_negatives: float


def expected_cells(current: Counts, calibration: Calibration, decisions: Floats) -> Cells:
    """Confusion cells summed over the buckets.

    Args:
        current: rows by bucket of the score, (B,).
        calibration: of the same buckets.
        decisions: share of a bucket's rows that the model decides for the positive class, (B,).

    >>> calibration = Calibration.of(np.array([100, 100]), np.array([10, 80]))
    >>> [round(rows, 6) for rows in expected_cells(np.array([50, 50]), calibration, np.array([0.0, 1.0]))]
    [40.0, 5.0, 10.0, 45.0]

    Source: confidence-based performance estimation, Kivimaki, Bialek, Kuberski and Nurminen (2025),
    doi:10.48550/arXiv.2505.05295.
    """
    return Cells(*(current @ shares_of_cells(calibration, decisions)).tolist())


def shares_of_cells(calibration: Calibration, decisions: Floats) -> Floats:
    """Of the rows of each bucket the share in each cell, in the order of `Cells`, (B, 4)."""
    up = calibration.share
    return np.stack([up * decisions, up * (1 - decisions), (1 - up) * decisions, (1 - up) * (1 - decisions)], axis=1)


def expected_rows(current: Counts, calibration: Calibration, decisions: Floats) -> Rows:
    """The cells of every bucket as counted rows, (4 B,), scored by the bucket's number."""
    buckets = len(current)
    return Rows.of(
        np.tile(_LABELS, buckets),
        np.tile(_PREDICTIONS, buckets),
        np.repeat(np.arange(buckets), 4),
        counts=(current[:, None] * shares_of_cells(calibration, decisions)).ravel(),
    )
