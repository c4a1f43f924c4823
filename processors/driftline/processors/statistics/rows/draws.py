"""Which rows are the window's, as seen and as chance would have it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from driftline.processors.statistics.rows.arrays import Draws


def draw(
    window: NDArray[np.bool_],
    blocks: NDArray[np.int64],
    rounds: int,
    random: np.random.Generator,
    *,
    anchors: NDArray[np.bool_] | None = None,
) -> Draws:
    """The labels that were seen, then `rounds` relabellings that exchange whole blocks.

    Rows that arrived together are alike, and exchanging them one by one would call any clump a change. So a block
    stays together: the rows of one flush, one call, one stretch of a table. Blocks of one row are the ordinary
    permutation test.

    Args:
        window: True where a row is the window's, shape (rows,).
        blocks: the block of each row, shape (rows,); no block holds rows of both sides.
        rounds: how many relabellings.
        random: where they come from.
        anchors: True where a row of the reference stays one in every draw; None: nowhere.

    Returns:
        Shape (1 + rounds, rows), float64. Each draw has as many blocks in the window as were seen; of rows it may have
        more or fewer. p-values from them are exact where blocks are exchangeable.

    Cost: O(rounds x rows); 1,000 draws of 1,500 rows take about 15 ms.

    >>> draw(np.array([False, False, True]), np.arange(3), 2, np.random.default_rng(1)).sum(axis=1).tolist()
    [1.0, 1.0, 1.0]

    Source: Kunsch (1989), doi:10.1214/aos/1176347265, for blocks; Lehmann and Romano, Testing Statistical Hypotheses
    (2005), section 15.2, for the level of the test.
    """
    free = ~anchors if anchors is not None else np.ones(len(window), dtype=bool)
    _, first, member = np.unique(blocks[free], return_index=True, return_inverse=True)
    seen = window[free][first].astype(np.float64)
    relabelled = random.permuted(np.broadcast_to(seen, (rounds, len(seen))), axis=1)
    labels = np.zeros((1 + rounds, len(window)))
    labels[:, free] = np.concatenate([seen[None], relabelled])[:, member]
    return labels
