"""Every statistic of every field: what the judge then holds against limits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from driftline.processors.detectors.block import Block
from driftline.processors.statistics.distances import wasserstein
from driftline.processors.statistics.table import STATISTICS


def score(block: Block) -> dict[str, NDArray[np.float64]]:
    """The scores of each statistic that applies, by name, shape (F,); both sides of every field hold something.

    NaN where a field lacks what a statistic needs (`wasserstein` without bounds or scale).
    """
    scores = {
        row.name: row.function(block.current, block.reference)
        for row in STATISTICS
        if row.function is not None and (block.ordered or not row.ordered)
    }
    return scores | ({"wasserstein": _wasserstein(block)} if block.ordered and block.bounds.shape[1] > 1 else {})


def _wasserstein(block: Block) -> NDArray[np.float64]:
    able = np.isfinite(block.bounds).all(axis=1) & (block.scale > 0)
    with_both, found = block.rows(able), np.full(len(able), np.nan)
    found[able] = wasserstein(with_both.current, with_both.reference, with_both.bounds, with_both.scale)
    return found
