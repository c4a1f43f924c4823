"""Single panes on the buckets that a field's sequential detectors stand on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from driftline.processors.findings import State
from driftline.processors.pipeline.alignment import FEWEST_BUCKETS, align
from driftline.processors.pipeline.sides import Side
from driftline.processors.statistics.rebinning import coarsen, common_edges
from driftline.processors.windows import FieldWindow
from driftline.semconv import OTHER_CATEGORY

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Layout:
    """Buckets and what the reference holds in them: B - 1 `edges` of a numeric field, None for categories."""

    reference: Counts
    edges: NDArray[np.float64] | None = None

    @property
    def ordered(self) -> bool:
        """Whether the buckets have an order."""
        return self.edges is not None


def on_reference(window: FieldWindow, side: Side) -> tuple[Layout, Counts] | None:
    """The buckets that a window has in common with its reference, and its counts; None where there are too few.

    Categories are the reference's, and one for all others, whatever the window holds: what a chart of them counts is
    always the same.
    """
    if side.categories is not None:
        return _categories(window.categories, side.categories) if window.categories else None
    aligned = align(window, side)
    if isinstance(aligned, State) or aligned.bounds is None or len(aligned.reference) < 2:
        return None
    return Layout(aligned.reference, aligned.bounds), aligned.current


def onto(layout: Layout, pane: tuple[Layout, Counts]) -> tuple[Layout, Counts] | None:
    """A pane on the buckets of `layout`; on the edges both have where the pane lacks some; None where those are few."""
    own, counts = pane
    if layout.edges is None or own.edges is None:
        return (layout, counts) if layout.edges is own.edges and len(counts) == len(layout.reference) else None
    if np.array_equal(layout.edges, own.edges):
        return layout, counts
    edges = common_edges(layout.edges, own.edges)
    if len(edges) == len(layout.edges):
        return layout, coarsen(own.edges, counts, edges)
    if len(edges) + 1 < FEWEST_BUCKETS:
        return None
    return Layout(coarsen(own.edges, own.reference, edges), edges), coarsen(own.edges, counts, edges)


def fingerprint(side: Side) -> str:
    """The same for the same counts of a reference, in every process."""
    parts: list[object] = [side.categories and sorted(side.categories.items())]
    if side.binned is not None:
        parts += [side.binned.bounds.tobytes(), side.binned.counts.tobytes()]
    if (held := side.exponential) is not None:
        parts += [held.scale, held.zero, held.positive_offset, held.positive.tobytes()]
        parts += [held.negative_offset, held.negative.tobytes()]
    return hashlib.blake2b(repr(parts).encode(), digest_size=8).hexdigest()


def _categories(window: Mapping[str, int], reference: Mapping[str, int]) -> tuple[Layout, Counts]:
    names = sorted(reference.keys() - {OTHER_CATEGORY})
    current, expected = ([side.get(name, 0) for name in names] for side in (window, reference))
    current.append(sum(window.values()) - sum(current))
    expected.append(sum(reference.values()) - sum(expected))
    return Layout(np.array(expected, dtype=np.int64)), np.array(current, dtype=np.int64)
