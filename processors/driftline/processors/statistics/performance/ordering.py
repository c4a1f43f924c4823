"""How well a binary model's scores order the rows: no threshold."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from driftline.processors.statistics.performance.interval import Leaning
from driftline.processors.statistics.performance.rows import Floats, Ints, Rows, UndefinedError


def roc_auc(rows: Rows) -> Leaning:
    """Chance that a positive row scores above a negative one, ties half; in [0, 1]. Undefined with one class only.

    The variance is DeLong's, in the O(N log N) form; with a single row of a class it is the largest there can be.

    Cost: 0.5 s for a million rows.

    >>> roc_auc(Rows.of([0, 0, 1, 1], scores=[0.1, 0.4, 0.35, 0.8])).value
    0.75

    Sources: DeLong, DeLong and Clarke-Pearson (1988), doi:10.2307/2531595; Sun and Xu (2014),
    doi:10.1109/LSP.2014.2337313; largest variance: Birnbaum and Klose (1957), doi:10.1214/aoms/1177706794.
    """
    return auc_of(rows, rows.known_scores, rows.labels == 1)


def auc_of(rows: Rows, scores: Floats, positive: NDArray[np.bool_]) -> Leaning:
    """The same of any scores (N,) and any class's rows (N,). Raises UndefinedError with one class only."""
    up, down = np.where(positive, rows.mass, 0.0), np.where(positive, 0.0, rows.mass)
    if not up.any() or not down.any():
        raise UndefinedError("only one class is among the outcomes")
    below_down, below_up = (_below(scores, mass) / mass.sum() for mass in (down, up))
    value = float(up @ below_down / up.sum())
    fewest = min(float(rows.counts[positive].sum()), float(rows.counts[~positive].sum()))
    if fewest < 2:
        return Leaning(value, np.zeros(len(scores)), fewest)
    slopes = np.where(
        positive,
        (below_down - value) / up.sum() * _unbiased(rows, positive),
        (1 - below_up - value) / down.sum() * _unbiased(rows, ~positive),
    )
    return Leaning(value, slopes, fewest)


def pr_auc(rows: Rows) -> Leaning:
    """Average precision: precision at the score of each positive row, averaged; in [0, 1]. Undefined without positives.

    Cost: 0.3 s for a million rows.

    >>> round(pr_auc(Rows.of([0, 0, 1, 1], scores=[0.1, 0.4, 0.35, 0.8])).value, 3)
    0.833

    Sources: value: Su, Yuan and Zhu (2015), doi:10.1145/2808194.2809481; variance: infinitesimal jackknife of it,
    Efron (1982), doi:10.1137/1.9781611970319.
    """
    scores, positive = rows.known_scores, rows.labels == 1
    levels, at = np.unique(scores, return_inverse=True)
    up = _of_level(at, np.where(positive, rows.mass, 0.0))
    total = up.sum()
    if total <= 0:
        raise UndefinedError("no outcome is positive")
    said = _from_above(_of_level(at, rows.mass))
    precise = np.divide(_from_above(up), said, out=np.zeros(len(levels)), where=said > 0)
    value = float(np.sum(up * precise) / total)
    # One more row at a level counts at every threshold up to it: as a hit if positive, and always among those said.
    each = np.divide(up, said, out=np.zeros(len(levels)), where=said > 0)
    hit, cost = np.cumsum(each), np.cumsum(each * precise)
    slopes = (np.where(positive, precise[at] - value + hit[at], 0.0) - cost[at]) / total
    positives = float(rows.counts[positive].sum())
    return Leaning(value, slopes if positives >= 2 else np.zeros(len(scores)), positives)


def _below(scores: Floats, mass: Floats) -> Floats:
    """Mass under each row's score, ties half, (N,)."""
    _, at = np.unique(scores, return_inverse=True)
    of_level = _of_level(at, mass)
    below: Floats = np.cumsum(of_level) - of_level / 2
    return below[at]


def _of_level(at: Ints, mass: Floats) -> Floats:
    return np.bincount(at, mass).astype(np.float64)


def _from_above(of_level: Floats) -> Floats:
    above: Floats = np.cumsum(of_level[::-1])[::-1]
    return above


def _unbiased(rows: Rows, among: NDArray[np.bool_]) -> float:
    """DeLong divides by n - 1."""
    n = float(rows.counts[among].sum())
    return float(np.sqrt(n / (n - 1))) if n > 1 else 1.0
