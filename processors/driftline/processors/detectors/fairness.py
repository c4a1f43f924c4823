"""Is a difference between groups surely beyond its limit?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from driftline.processors.statistics.fairness import METRICS, Disparity, Groups, Shape, disparity


@dataclass(frozen=True, slots=True)
class Asked:
    """One metric, and when it is too much.

    Args:
        metric: a name of METRICS.
        fewest: trials below which a group is left out.
        reference: position of the group that the others are compared with; None: the one with the highest rate.
        limit: a ratio below it, a difference above it is beyond; None: nothing is.
    """

    metric: str
    fewest: int
    reference: int | None = None
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """Figures with their 95 % intervals, and which of them are beyond the limit; None where there is none."""

    disparity: Disparity
    beyond: NDArray[np.bool_] | None


def compare(groups: Groups, asked: Asked, alpha: float) -> Compared:
    """Compare groups, and judge.

    Args:
        groups: counts of K groups.
        asked: the metric and its limit.
        alpha: chance, in (0, 0.25], that a treatment exactly at the limit is said to be beyond it, of any group.

    Raises:
        NotComparableError: as `disparity` does.

    >>> groups = Groups(np.array([800, 500]), np.array([1000, 1000]))
    >>> asked = Asked("disparate_impact_ratio", fewest=100, limit=0.8)
    >>> compare(groups, asked, alpha=1e-6).beyond.tolist()
    [False, True]
    """
    shown = _figures(groups, asked, 0.95)
    if asked.limit is None:
        return Compared(shown, None)
    others = max(len(shown.groups) - 1, 1) if asked.reference is not None else 1  # each alone against the reference
    sure = _figures(groups, asked, 1 - 2 * alpha / others).figures
    worse_above = METRICS[asked.metric].shape is Shape.DIFFERENCE
    return Compared(shown, sure.lower > asked.limit if worse_above else sure.upper < asked.limit)


def _figures(groups: Groups, asked: Asked, confidence: float) -> Disparity:
    return disparity(asked.metric, groups, fewest=asked.fewest, reference=asked.reference, confidence=confidence)
