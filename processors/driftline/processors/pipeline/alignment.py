"""Brings a window and its reference onto the same buckets, or says why that cannot be.

A bucket is never split: histograms whose bounds differ meet on the edges both have, exponential ones at the coarser
scale. Fields whose bounds are the reference's, the usual case, are taken as they are: 500 of them take about 2 ms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from driftline.processors.findings import State
from driftline.processors.pipeline.sides import Side
from driftline.processors.statistics.rebinning import align_exponential, coarsen, common_edges
from driftline.processors.windows import Binned, ExponentialCounts, FieldWindow
from driftline.semconv import OTHER_CATEGORY

FEWEST_BUCKETS = 4
"""With fewer common buckets than this, two layouts that differ are not compared."""
NAMED_CATEGORIES = 100
"""A recorder without a reference names this many categories; all others count under `_OTHER`."""

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Aligned:
    """Both sides on common buckets: counts of shape (B,), with bounds (B-1,) or with the categories' names."""

    current: Counts
    reference: Counts
    bounds: NDArray[np.float64] | None = None
    categories: tuple[str, ...] = ()
    scale: float | None = None

    @property
    def unnamed(self) -> bool:
        """Whether the last bucket holds the categories that have no name here."""
        return self.categories[-1:] == (OTHER_CATEGORY,)


def align(window: FieldWindow, side: Side) -> Aligned | State:
    """One field's two sides on common buckets.

    Returns:
        The counts; `no_data` when the window is empty; `incompatible_bins` when window and reference are of different
        kinds (numbers and categories, bounds and exponential scales) or share fewer than four buckets.
    """
    if not window.observations:
        return State.NO_DATA
    if side.categories is not None:
        return _categories(window.categories, side.categories) if window.categories else State.INCOMPATIBLE_BINS
    binned = [layout for layout in window.binned if layout.counts.any()]
    on_bounds = sum(int(layout.counts.sum()) for layout in binned)
    if window.exponential is not None and window.exponential.count > on_bounds:
        return _exponential(window.exponential, side)
    return _binned(binned, side) if binned else State.INCOMPATIBLE_BINS


def merge_layouts(layouts: Sequence[Binned]) -> Binned:
    """Counts of several layouts on the edges all of them have; the largest alone where those are too few."""
    if len(layouts) == 1:
        return layouts[0]
    edges = common_edges(*(layout.bounds for layout in layouts))
    if len(edges) + 1 < FEWEST_BUCKETS:
        return max(layouts, key=lambda layout: int(layout.counts.sum()))
    counts = np.sum([coarsen(layout.bounds, layout.counts, edges) for layout in layouts], axis=0)
    return Binned(edges, counts)


def _binned(layouts: Sequence[Binned], side: Side) -> Aligned | State:
    reference = side.binned
    if reference is None:
        return State.INCOMPATIBLE_BINS
    if len(layouts) == 1 and np.array_equal(layouts[0].bounds, reference.bounds):
        return Aligned(layouts[0].counts, reference.counts, reference.bounds, scale=side.scale)
    edges = common_edges(reference.bounds, *(layout.bounds for layout in layouts))
    if len(edges) + 1 < min(FEWEST_BUCKETS, len(reference.counts)):
        return State.INCOMPATIBLE_BINS
    current = np.sum([coarsen(layout.bounds, layout.counts, edges) for layout in layouts], axis=0)
    return Aligned(current, coarsen(reference.bounds, reference.counts, edges), edges, scale=side.scale)


def _exponential(window: ExponentialCounts, side: Side) -> Aligned | State:
    if side.exponential is None:
        return State.INCOMPATIBLE_BINS
    aligned = align_exponential(window, side.exponential)
    return Aligned(aligned.current, aligned.reference, aligned.bounds, scale=side.scale)


def _categories(window: Mapping[str, int], reference: Mapping[str, int]) -> Aligned:
    """Categories side by side; those the reference does not name count under `_OTHER`.

    A recorder that has no reference names what it saw first, so what it left unnamed may be a category of the
    reference. Where that is the case, reference categories that the window does not name join `_OTHER` on both sides.
    """
    named = reference.keys() - {OTHER_CATEGORY}
    if _named_by_itself(window, named):
        named = named & window.keys()
    names = (*sorted(named), OTHER_CATEGORY)
    current = [window.get(name, 0) for name in names[:-1]]
    expected = [reference.get(name, 0) for name in names[:-1]]
    current.append(sum(window.values()) - sum(current))
    expected.append(sum(reference.values()) - sum(expected))
    if not current[-1] and not expected[-1]:
        names, current, expected = names[:-1], current[:-1], expected[:-1]
    return Aligned(np.array(current, dtype=np.int64), np.array(expected, dtype=np.int64), categories=names)


def _named_by_itself(window: Mapping[str, int], named: set[str]) -> bool:
    """Whether the recorder left categories unnamed without knowing which of them the reference names.

    It knew when all it names are in the reference, unless they are just as many as it names without knowing any.
    """
    if not window.get(OTHER_CATEGORY):
        return False
    own = window.keys() - {OTHER_CATEGORY}
    return bool(own - named) or len(own) == NAMED_CATEGORIES
