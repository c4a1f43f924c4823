"""How far a past scatters: its slots as blocks, measured for the windows that are compared with it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from driftline.processors.findings import State
from driftline.processors.pipeline.alignment import align
from driftline.processors.pipeline.history import Counts, FieldHistory, Mask
from driftline.processors.pipeline.sides import Side
from driftline.processors.statistics.dispersion import dispersion_of_longer
from driftline.processors.statistics.rebinning import coarsen
from driftline.processors.windows import FieldWindow


def scatter(history: FieldHistory, chosen: Mask, side: Side, times: float, phases: int = 1) -> dict[str, float]:
    """Variance of a window's shares over that of independent rows, by deciding statistic; empty with few blocks.

    Args:
        history: what the field held.
        chosen: the slots that count, each a block.
        side: the reference made of them; the blocks are brought to its buckets.
        times: how many blocks long a window is.
        phases: of a period; blocks of one phase are held against each other, once there are enough that share one.
            Until then against all, which takes the season for scatter and errs high.
    """
    at = np.flatnonzero(chosen & (history.stamps >= 0))
    at = at[np.argsort(history.begins[at], kind="stable")]
    blocks = _on(history, at, side)
    if blocks is None:
        return {}
    return dispersion_of_longer(blocks, times, ordered=side.categories is None, strata=at % phases)


def _on(history: FieldHistory, at: NDArray[np.intp], side: Side) -> Counts | None:
    """Slots on the buckets, or the categories, of a reference, (K, B); None where they cannot be brought there."""
    if side.categories is not None:
        named = [history.categories[name] for name in side.categories if name in history.categories]
        return np.stack(named, axis=1)[at] if named else None
    if side.binned is not None and side.binned.counts.any():
        bounds = [each for each in history.layouts if np.isin(side.binned.bounds, each).all()]
        onto = [coarsened(np.array(each), history.layouts[each][at], side.binned.bounds) for each in bounds]
        return np.sum(onto, axis=0) if onto else None
    return _exponential(history, at, side)


def coarsened(bounds: NDArray[np.float64], rows: Counts, edges: NDArray[np.float64]) -> Counts:
    """Rows of counts on some of their own bounds."""
    if np.array_equal(bounds, edges):
        return rows
    return np.array([coarsen(bounds, row, edges) for row in rows], dtype=np.int64)


def _exponential(history: FieldHistory, at: NDArray[np.intp], side: Side) -> Counts | None:
    found = []
    for slot in at.tolist():
        counts = history.exponential.get(slot)
        aligned = align(FieldWindow(side.name, history.role, exponential=counts), side) if counts else State.NO_DATA
        if not isinstance(aligned, State):
            found.append(aligned.current)
    return np.array(found) if len({len(each) for each in found}) == 1 and len(found) == len(at) else None
