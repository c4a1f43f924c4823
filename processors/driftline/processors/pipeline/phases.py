"""A field's counts by phase of a period, and the counts at the phase of a window."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from driftline.processors.pipeline.alignment import FEWEST_BUCKETS
from driftline.processors.pipeline.history import Counts, FieldHistory, Mask
from driftline.processors.pipeline.sums import FieldSums
from driftline.processors.statistics.rebinning import coarsen, common_edges
from driftline.processors.statistics.shrinkage import phase_counts
from driftline.processors.windows import Binned, ExponentialCounts

Weights = NDArray[np.float64]


def by_phase(history: FieldHistory, usable: Mask, weights: Weights) -> FieldSums | None:
    """The reference at a phase.

    Args:
        history: slots of several periods, `len(weights)` phases each.
        usable: the slots that may be used.
        weights: how much of the phase each of them is.

    Returns:
        The counts; None when less than half of the weight has any.
    """
    sums = FieldSums(history.role)
    seen = np.zeros(len(weights), dtype=np.int64)
    for part in (_binned, _exponential, _categories):
        seen += part(history, usable, weights, sums)
    return sums if weights[seen > 0].sum() > 1 / 2 else None


def _binned(history: FieldHistory, usable: Mask, weights: Weights, into: FieldSums) -> Counts:
    tables = {bounds: _table(counts, usable, len(weights)) for bounds, counts in history.layouts.items()}
    tables = {bounds: table for bounds, table in tables.items() if table.any()}
    if not tables:
        return np.zeros(len(weights), dtype=np.int64)
    bounds, table = _common(tables)
    into.binned[bounds] = Binned(np.array(bounds, dtype=np.float64), phase_counts(table, weights))
    return np.asarray(table.sum(axis=1))


def _common(tables: dict[tuple[float, ...], Counts]) -> tuple[tuple[float, ...], Counts]:
    """Tables of several layouts on the edges all have; the largest alone where those are too few."""
    if len(tables) == 1:
        return next(iter(tables.items()))
    edges = common_edges(*(np.array(bounds) for bounds in tables))
    if len(edges) + 1 < FEWEST_BUCKETS:
        return max(tables.items(), key=lambda entry: int(entry[1].sum()))
    merged = [
        np.array([coarsen(np.array(bounds), row, edges) for row in table], dtype=np.int64)
        for bounds, table in tables.items()
    ]
    return tuple(edges.tolist()), np.sum(merged, axis=0)


def _categories(history: FieldHistory, usable: Mask, weights: Weights, into: FieldSums) -> Counts:
    if not history.categories:
        return np.zeros(len(weights), dtype=np.int64)
    table = _table(np.stack(list(history.categories.values()), axis=1), usable, len(weights))
    counts = phase_counts(table, weights).tolist()
    into.categories = {name: count for name, count in zip(history.categories, counts, strict=True) if count}
    return np.asarray(table.sum(axis=1))


def _exponential(history: FieldHistory, usable: Mask, weights: Weights, into: FieldSums) -> Counts:
    phases: dict[int, ExponentialCounts] = {}
    for slot, counts in history.exponential.items():
        if usable[slot]:
            at = slot % len(weights)
            phases[at] = phases[at].merge(counts) if at in phases else counts
    whole = ExponentialCounts()
    for counts in phases.values():
        whole = whole.merge(counts)
    if whole.empty:
        return np.zeros(len(weights), dtype=np.int64)
    table = np.zeros((len(weights), len(_flat(whole, whole))), dtype=np.int64)
    for at, counts in phases.items():
        table[at] = _flat(counts, whole)
    mixed, up = phase_counts(table, weights), len(whole.positive)
    into.exponential = whole.holding(int(mixed[0]), mixed[1 : 1 + up], mixed[1 + up :])
    return np.asarray(table.sum(axis=1))


def _flat(counts: ExponentialCounts, whole: ExponentialCounts) -> Counts:
    """Counts in the buckets of a whole that they are part of: zero, positive, negative."""
    fitted = counts.downscale(whole.scale)
    up, down = np.zeros_like(whole.positive), np.zeros_like(whole.negative)
    for row, held, shift in (
        (up, fitted.positive, fitted.positive_offset - whole.positive_offset),
        (down, fitted.negative, fitted.negative_offset - whole.negative_offset),
    ):
        if len(held):
            row[shift : shift + len(held)] = held
    return np.concatenate([[fitted.zero], up, down])


def _table(counts: Counts, usable: Mask, phases: int) -> Counts:
    """Counts by phase, over the periods: (slots, B) to (phases, B)."""
    return np.asarray(np.where(usable[:, None], counts, 0).reshape(-1, phases, counts.shape[1]).sum(axis=0))
