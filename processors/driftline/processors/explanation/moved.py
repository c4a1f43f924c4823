"""The buckets that moved, as a plot or a sentence names them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from driftline.processors.findings import Moved

MOST_BINS = 20

Counts = NDArray[np.int64]


def moved_bins(
    current: Counts, reference: Counts, *, bounds: NDArray[np.float64] | None, categories: Sequence[str] = ()
) -> tuple[Moved, ...]:
    """A field's two distributions in at most `MOST_BINS` bins, in their order; each side's shares add up to 1.

    More buckets than that are joined: neighbours of numbers, so that each bin holds about as much of both sides; of
    categories the ones that moved least, as `others`.

    Args:
        current: counts of the window, shape (B,), at least one observation.
        reference: counts of the reference, shape (B,), at least one.
        bounds: between ordered buckets, shape (B - 1,); None for categories.
        categories: the names of the buckets, where they are not ordered.

    >>> for bin in moved_bins(np.array([1, 3]), np.array([2, 2]), bounds=np.array([40.0])): print(bin)
    Moved(label='at most 40', reference=0.5, current=0.25)
    Moved(label='over 40', reference=0.5, current=0.75)
    """
    now, then = current / current.sum(), reference / reference.sum()
    if bounds is None:
        return _named(now, then, categories)
    ends = _ends(now + then)
    edges = _short([float(bounds[end]) for end in ends[:-1]])
    starts = [0, *(end + 1 for end in ends[:-1])]
    return tuple(
        Moved(_interval(edges, at), float(then[start : end + 1].sum()), float(now[start : end + 1].sum()))
        for at, (start, end) in enumerate(zip(starts, ends, strict=True))
    )


def most_moved(bins: Sequence[Moved], count: int = 2) -> list[Moved]:
    """The bins whose share changed most, the largest change first; those that did not change are left out."""
    changed = [each for each in bins if each.current != each.reference]
    return sorted(changed, key=lambda each: -abs(each.current - each.reference))[:count]


def _named(now: NDArray[np.float64], then: NDArray[np.float64], names: Sequence[str]) -> tuple[Moved, ...]:
    order = np.argsort(-np.abs(now - then), kind="stable")
    kept = order if len(order) <= MOST_BINS else order[: MOST_BINS - 1]
    bins = [Moved(names[at], float(then[at]), float(now[at])) for at in sorted(kept.tolist())]
    rest = order[len(kept) :]
    if len(rest):
        bins.append(Moved(f"{len(rest)} others", float(then[rest].sum()), float(now[rest].sum())))
    return tuple(bins)


def _ends(mass: NDArray[np.float64]) -> list[int]:
    """The last bucket of each bin: all of them, or those whose middles lie in one part of the whole."""
    if len(mass) <= MOST_BINS:
        return list(range(len(mass)))
    middles = (np.cumsum(mass) - mass / 2) / mass.sum()
    part = np.minimum(middles * MOST_BINS, MOST_BINS - 1).astype(np.int64)
    return [*np.flatnonzero(np.diff(part)).tolist(), len(mass) - 1]


def _interval(edges: Sequence[str], at: int) -> str:
    if not edges:
        return "any value"
    if at == 0:
        return f"at most {edges[0]}"
    return f"over {edges[-1]}" if at == len(edges) else f"({edges[at - 1]}, {edges[at]}]"


def _short(edges: Sequence[float]) -> list[str]:
    """The edges with as few digits as tell them apart: three or more, and those before the point, up to six."""
    largest = max((abs(edge) for edge in edges), default=0.0)
    fewest = next((digits for digits in range(3, 6) if largest < 10.0**digits), 6)
    told = ([f"{edge:.{digits}g}" for edge in edges] for digits in range(fewest, 18))
    return next(each for each in told if len(set(each)) == len(edges))
