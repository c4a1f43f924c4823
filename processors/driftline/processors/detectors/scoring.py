"""Every statistic of every field: what the judge then holds against limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from driftline.processors.detectors.block import Block
from driftline.processors.statistics.table import STATISTICS, Row

Floats = NDArray[np.float64]


def score(block: Block) -> dict[str, Floats]:
    """The scores of each statistic that applies, by name, shape (F,); both sides of every field hold something.

    NaN where a field lacks what a statistic needs (`wasserstein` without bounds or scale).
    """
    able = _located(block)
    places = block.rows(able)
    current, reference = block.current.astype(np.float64), block.reference.astype(np.float64)  # once for all of them
    scores: dict[str, Floats] = {}
    for row in _applying(block):
        if row.function is not None:
            scores[row.name] = row.function(current, reference)
        elif row.located is not None and block.bounds.shape[1] > 1:
            found = row.located(places.current, places.reference, places.bounds, places.scale)
            scores[row.name] = _spread(found, able)
    return scores


def errors(block: Block, scores: Mapping[str, Floats]) -> dict[str, Floats]:
    """Bounds on what the binning did to `scores`, of the statistics that have one, shape (F,); NaN as there."""
    able = _located(block)
    places = block.rows(able)
    return {
        row.name: _spread(
            row.error(places.current, places.reference, places.bounds, places.scale, scores[row.name][able]), able
        )
        for row in _applying(block)
        if row.error is not None and row.name in scores
    }


def _applying(block: Block) -> Iterator[Row]:
    return (row for row in STATISTICS if block.ordered or not row.ordered)


def _located(block: Block) -> NDArray[np.bool_]:
    """Fields whose buckets have places, (F,)."""
    return np.asarray(np.isfinite(block.bounds).all(axis=1) & (block.scale > 0))


def _spread(values: Floats, rows: NDArray[np.bool_]) -> Floats:
    if rows.all():
        return values
    found = np.full(len(rows), np.nan)
    found[rows] = values
    return found
