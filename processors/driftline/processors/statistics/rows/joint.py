"""Several statistics, one verdict: how rare the rarest of them is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from driftline.processors.statistics.rows.arrays import Floats


@dataclass(frozen=True, slots=True)
class Joint:
    """What the draws say of the scores that were seen.

    Args:
        p_value: the chance that any of the statistics is as rare as the rarest seen, in (0, 1].
        p_values: of each statistic by itself, shape (k,), in (0, 1].
        limits: the score above which a statistic is in drift at the level asked for, shape (k,); infinite where there
            are too few draws for any score to be.
    """

    p_value: float
    p_values: Floats
    limits: Floats


def joint(scores: Floats, alpha: float) -> Joint:
    """The smallest p-value against its own null (Westfall and Young's min-P).

    Args:
        scores: shape (draws, k), the draw that was seen first; larger is more different.
        alpha: level of the verdict over all k.

    Returns:
        The first draw's standing. `p_value <= alpha` exactly when some score is over its limit, and when nothing has
        changed that happens at most in a share alpha of windows. Below 1 / draws no p-value can fall.

    >>> found = joint(np.array([[9.0], [1.0], [2.0], [3.0]]), 0.25)
    >>> found.p_value, found.limits.tolist()
    (0.25, [3.0])

    Source: Westfall and Young, Resampling-Based Multiple Testing (1993); level: Phipson and Smyth (2010),
    doi:10.2202/1544-6115.1585.
    """
    draws = len(scores)
    ordered = np.sort(scores, axis=0)
    at_least = [draws - np.searchsorted(order, seen, "left") for order, seen in zip(ordered.T, scores.T, strict=True)]
    reached = np.stack(at_least, axis=1)
    rarest = reached.min(axis=1)
    most = min(int(np.floor(alpha * draws + 1e-9)), draws - 1)
    allowed = int(np.sort(rarest)[most]) - 1  # no more than `most` draws have a statistic that so few draws reach
    limits = np.full(scores.shape[1], np.inf) if allowed < 1 else ordered[draws - allowed - 1]
    return Joint(float((rarest <= rarest[0]).mean()), reached[0] / draws, np.asarray(limits, dtype=np.float64))
