"""The mean output per bucket, brought onto the buckets that window and reference share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


def along(means: Floats, counts: Counts, onto: Counts) -> Floats:
    """Means of ordered buckets on other buckets of the same rows, shape (C,).

    Both layouts count the same reference in the same order, so their edges are known by how many rows lie below them;
    no bound is needed. Exact where each bucket of `onto` is made of whole ones; inside a bucket its mean is spread
    evenly.

    Args:
        means: mean output of the rows in each bucket, NaN where it is not known, shape (B,).
        counts: rows in each bucket, shape (B,).
        onto: rows in each of the other buckets, shape (C,).

    Returns:
        The means; a bucket without rows has that of the nearest bucket below it that has some, the first ones that of
        the nearest above. All NaN when nothing is known.

    >>> along(np.array([0.2, 0.4, 0.9]), np.array([30, 10, 40]), np.array([40, 40, 0])).tolist()
    [0.25, 0.9, 0.9]
    """
    known = np.isfinite(means) & (counts > 0)
    if not known.any():
        return np.full(len(onto), np.nan)
    if known.all() and np.array_equal(counts, onto):
        return means  # the usual case, of windows on the profile's own bounds: a tenth of the cost
    overall = float(np.average(means[known], weights=counts[known]))
    rows = np.append(0.0, np.cumsum(counts))
    sums = np.append(0.0, np.cumsum(np.where(known, means, overall) * counts))
    share = np.append(0.0, np.cumsum(onto)) * (rows[-1] / max(int(onto.sum()), 1))
    totals, widths = np.diff(np.interp(share, rows, sums)), np.diff(share)
    found = np.divide(totals, widths, out=np.full(len(onto), np.nan), where=widths > 0)
    return _carried(found)


def by_name(means: Mapping[str, float], counts: Mapping[str, int], names: Sequence[str], other: str) -> Floats:
    """Means of categories in the order of `names`, shape (B,); NaN where one is not known.

    Args:
        means: mean output by category.
        counts: rows of the reference by category.
        names: the categories wanted.
        other: the one of them that holds every category without a name here.

    >>> by_name({"a": 0.2, "b": 0.4, "c": 0.9}, {"a": 5, "b": 30, "c": 10}, ["a", "_OTHER"], "_OTHER").tolist()
    [0.2, 0.525]
    """
    rest = [name for name in counts if name == other or name not in names]
    known = [(means[name], counts[name]) for name in rest if counts[name] and np.isfinite(means.get(name, np.nan))]
    of_rest = sum(mean * rows for mean, rows in known) / sum(rows for _, rows in known) if known else np.nan
    return np.array([of_rest if name == other else means.get(name, np.nan) for name in names], dtype=np.float64)


def _carried(found: Floats) -> Floats:
    """Gaps filled from below, then from above."""
    known = np.flatnonzero(np.isfinite(found))
    nearest = np.maximum(np.searchsorted(known, np.arange(len(found)), side="right") - 1, 0)
    return found[known[nearest]]
