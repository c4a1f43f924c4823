"""Which of a field's values end a bucket: equal shares in the middle, two narrow cuts at either tail.

Equal shares alone do not tell a far tail from a near one: all of it lies in the outer buckets. So a field of 20 buckets
gives up a few in the middle, where neighbours differ least.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from driftline.processors.profile.sketch import Distinct

TAILS = (0.002, 0.01)
"""Shares cut off at either end."""
FEWEST_WITH_TAILS = 12
"""Fields of fewer buckets have equal shares alone."""
FEWEST_ROWS = 5
"""A tail is cut off where it holds so many rows."""


def bucket_ends(distinct: Distinct, bins: int, *, tails: bool = True) -> list[int]:
    """Ascending indices of the values that end a bucket, the last value only where it has a bucket to itself.

    Args:
        distinct: more values than `bins`.
        bins: buckets, about, with those beyond the outermost values.
        tails: whether to cut off `TAILS`, where `bins` and rows allow.

    A value that makes up a whole bucket's share has a bucket to itself.

    >>> bucket_ends(Distinct.of(np.arange(1000.0)), 4)
    [249, 499, 749]
    >>> bucket_ends(Distinct.of(np.arange(10_000.0)), 20)[:3]
    [19, 99, 799]
    """
    running, last = np.cumsum(distinct.weights), len(distinct.weights) - 1
    cut = [share for share in TAILS if share * distinct.total >= FEWEST_ROWS] if has_tails(bins, tails=tails) else []
    lower, upper = (_at(running, side) for side in (np.array(cut), 1 - np.array(cut)))
    first, end = max([-1, *lower]), min([last, *upper])
    mass = running[end] - (running[first] if first >= 0 else 0)
    body = bins - 2 * (len(cut) + 1) if has_tails(bins, tails=tails) else bins
    share = mass / body if mass > 0 else distinct.total / bins
    heavy = np.flatnonzero(distinct.weights >= share)
    cuts = np.unique([first, end, *(at for at in (*heavy - 1, *heavy) if first < at < end)])
    ends = {*lower, *upper, *cuts.tolist(), *(heavy - 1).tolist()}
    for start, stop in pairwise(cuts.tolist()):
        ends.update(_equal_shares(running, start, stop, share))
    return sorted(ends - {-1, last} | set(heavy.tolist()))


def has_tails(bins: int, *, tails: bool) -> bool:
    """Whether a field of so many buckets gives some to its tails."""
    return tails and bins >= FEWEST_WITH_TAILS


def _at(running: NDArray[np.int64], shares: NDArray[np.float64]) -> list[int]:
    """Index of the value at each share of all."""
    found: list[int] = np.searchsorted(running, shares * running[-1] - 0.5).tolist()
    return found


def _equal_shares(running: NDArray[np.int64], first: int, last: int, share: float) -> list[int]:
    """Ends of equal shares of the values after `first` up to `last`."""
    before = running[first] if first >= 0 else 0
    mass = running[last] - before
    pieces = round(mass / share)
    ranks = before + mass * np.arange(1, pieces) / max(pieces, 1)
    found = np.searchsorted(running, ranks - 0.5)
    return [int(index) for index in found if first < index < last]
