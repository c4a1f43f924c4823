"""Bringing two histograms onto the same buckets without ever splitting one.

A bucket says how many values it holds, not where: interpolating it onto other bounds invents a difference where there
is none (tried: integers alarmed 40 of 40 times). So buckets are only merged, on the edges both sides have.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

SMALLEST_SHARE = 1 / 20
"""Exponential buckets are merged until each holds at least this share of the reference."""
_ORIGIN = 1 << 40


class Exponential(Protocol):
    """Counts in base-2 exponential buckets; bucket i of scale s covers (2^(i 2^-s), 2^((i+1) 2^-s)]."""

    @property
    def scale(self) -> int: ...
    @property
    def zero(self) -> int: ...
    @property
    def positive_offset(self) -> int: ...
    @property
    def positive(self) -> Counts: ...
    @property
    def negative_offset(self) -> int: ...
    @property
    def negative(self) -> Counts: ...


class Aligned(NamedTuple):
    """Both sides on common buckets: counts of shape (B,) and the B - 1 bounds between them."""

    current: Counts
    reference: Counts
    bounds: Floats


def common_edges(*bounds: Floats) -> Floats:
    """The bounds that all layouts have, ascending, shape (E,); E may be 0.

    >>> common_edges(np.array([1.0, 2.0, 3.0]), np.array([0.0, 2.0, 3.0])).tolist()
    [2.0, 3.0]
    """
    edges = np.unique(bounds[0])
    for other in bounds[1:]:
        edges = np.intersect1d(edges, other)
    return edges


def coarsen(bounds: Floats, counts: Counts, edges: Floats) -> Counts:
    """Counts on fewer bounds, shape (E + 1,).

    Args:
        bounds: ascending, shape (B - 1,).
        counts: per bucket, shape (B,).
        edges: ascending, each of them one of `bounds`, shape (E,).

    Raises:
        ValueError: an edge is not among the bounds: a bucket would have to be split.

    >>> coarsen(np.array([1.0, 2.0, 3.0]), np.array([5, 6, 7, 8]), np.array([2.0])).tolist()
    [11, 15]
    """
    position = np.searchsorted(bounds, edges)
    if np.any(position >= len(bounds)) or np.any(bounds[np.minimum(position, len(bounds) - 1)] != edges):
        raise ValueError("an edge is not among the bounds: merge onto `common_edges` of both sides")
    return np.asarray(np.add.reduceat(counts, np.r_[0, position + 1]), dtype=np.int64)


def align_exponential(current: Exponential, reference: Exponential) -> Aligned:
    """Two exponential histograms on common buckets.

    Both are brought to the coarser of their scales (exact), laid out from the most negative over zero to the largest,
    and merged in that order until each bucket holds at least 1/20 of the reference. What is left over at the end joins
    the last bucket. The bounds depend on the reference and the common scale alone. One bucket and no bound when the
    reference is empty.

    >>> from types import SimpleNamespace
    >>> side = SimpleNamespace(scale=0, zero=1, positive_offset=0, positive=np.array([1, 2]),
    ...                        negative_offset=0, negative=np.array([3]))
    >>> aligned = align_exponential(side, side)
    >>> aligned.current.tolist(), aligned.bounds.tolist()
    ([3, 1, 1, 2], [-1.0, 0.0, 2.0])

    Source: OpenTelemetry metrics data model, "ExponentialHistogram", downscaling.
    """
    scale = min(current.scale, reference.scale)
    sides = [_layout(side, scale) for side in (current, reference)]
    keys = np.unique(np.concatenate([positions for positions, _ in sides]))
    counts = np.zeros((2, len(keys)), dtype=np.int64)
    for row, (positions, values) in enumerate(sides):
        np.add.at(counts[row], np.searchsorted(keys, positions), values)
    ends = _ends(counts[1])
    starts = np.r_[0, ends + 1]
    merged = np.add.reduceat(counts, starts, axis=1)
    return Aligned(merged[0], merged[1], _upper_edges(keys[ends], scale))


def _layout(side: Exponential, scale: int) -> tuple[Counts, Counts]:
    """Keys that ascend with the values of the buckets, and their counts; the zero bucket is always there."""
    shift = side.scale - scale
    negative = (side.negative_offset + np.arange(len(side.negative), dtype=np.int64)) >> shift
    positive = (side.positive_offset + np.arange(len(side.positive), dtype=np.int64)) >> shift
    keys = np.concatenate([-(_ORIGIN + negative), [0], _ORIGIN + positive])
    counts = np.concatenate([side.negative, [side.zero], side.positive]).astype(np.int64)
    return keys[counts > 0], counts[counts > 0]


def _ends(reference: Counts) -> NDArray[np.intp]:
    """Index of the last key of every merged bucket but the last."""
    cumulative = np.cumsum(reference)
    if len(cumulative) == 0 or cumulative[-1] == 0:
        return np.zeros(0, dtype=np.intp)
    total = int(cumulative[-1])
    least = int(np.ceil(total * SMALLEST_SHARE))
    ends, reached = [], 0
    while total - reached >= 2 * least:
        end = int(np.searchsorted(cumulative, reached + least))
        reached = int(cumulative[end])
        if total - reached < least:
            break
        ends.append(end)
    return np.array(ends, dtype=np.intp)


def _upper_edges(keys: Counts, scale: int) -> Floats:
    """Upper bounds of the buckets with these keys; beyond the doubles, the largest of them."""
    sign = np.sign(keys)
    index = np.abs(keys) - _ORIGIN + (keys > 0)
    exponent = np.clip(np.ldexp(index.astype(np.float64), -scale), -1074, 1023.999)
    return np.asarray(np.where(sign == 0, 0.0, sign * np.exp2(exponent)))
