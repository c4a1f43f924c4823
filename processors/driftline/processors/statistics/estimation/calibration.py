"""How often the buckets of a score come true: read off a reference, monotone, with its own doubt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Calibration:
    """The share of the positive class in each of B buckets, the lowest scores first.

    Args:
        share: expected share of positives, (B,), never falling.
        block: which buckets share one estimate, numbered from 0, (B,).
        rows: reference rows behind the estimate, (B,); 0 where the reference never was.
        own_rows: reference rows in the bucket itself, (B,).
    """

    share: Floats
    block: Ints
    rows: Floats
    own_rows: Floats

    @classmethod
    def of(cls, counts: Counts, positives: Counts) -> Calibration:
        """Isotonic regression of the reference's outcomes.

        Args:
            counts: reference rows with an outcome, by bucket, (B,); at least one.
            positives: those of the positive class, (B,).

        Buckets without a row stand between their neighbours. A score that orders the classes backwards is read as
        telling nothing: one share for all.

        Cost: 0.1 ms for 100 buckets.

        >>> Calibration.of(np.array([10, 10, 0, 10]), np.array([2, 1, 0, 9])).share.tolist()
        [0.15, 0.15, 0.525, 0.9]

        Sources: Zadrozny and Elkan (2002), doi:10.1145/775047.775151; Barlow and others (1972), Statistical Inference
        under Order Restrictions, ISBN 978-0-471-04970-8.
        """
        from scipy.optimize import isotonic_regression  # a processor that estimates nothing starts without it

        held = np.flatnonzero(counts > 0)
        fitted = isotonic_regression(positives[held] / counts[held], weights=counts[held])
        sizes = np.diff(fitted.blocks)
        every = np.arange(len(counts))
        block = np.full(len(counts), -1)
        block[held] = np.repeat(np.arange(len(sizes)), sizes)
        rows = np.zeros(len(counts))
        rows[held] = np.repeat(np.add.reduceat(counts[held], fitted.blocks[:-1]), sizes)
        alone = block < 0
        block[alone] = len(sizes) + np.arange(alone.sum())
        return cls(np.interp(every, held, fitted.x), block, rows, counts.astype(np.float64))

    @property
    def variance(self) -> Floats:
        """Of each bucket's share, (B,): of so many rows, half a count each way; without a row the largest there is."""
        share = (self.share * self.rows + 0.5) / (self.rows + 1)
        return np.where(self.rows > 0, share * (1 - share) / np.maximum(self.rows, 1), 0.25)

    def spread(self, gains: Floats) -> float:
        """Variance of `gains @ share`: buckets of one block are wrong together."""
        of_block = np.bincount(self.block, gains)
        first = np.unique(self.block, return_index=True)[1]
        return float(of_block**2 @ self.variance[first])

    def unsupported(self, current: Counts, fewest: int = 5) -> float:
        """Share of the rows that lie in buckets where the reference has fewer than `fewest`; of at least one row."""
        return float(current[self.own_rows < fewest].sum() / current.sum())
