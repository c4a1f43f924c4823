"""The largest difference and the smallest ratio between groups, with intervals that hold for all groups at once.

The groups that are furthest apart are picked after looking at all of them, so an interval for two groups alone would be
too sure of a difference. Let c be the deviate that no pair of K equal groups exceeds with the wanted confidence: that
of the studentised range over sqrt(2), 1.96 for two groups at 95 %. A pair's limit at c is a limit on how close all
groups are. How far apart they are at most is told by the pair that truly is the furthest, whichever it is, so that
there a limit at the deviate of one pair holds: the largest over all pairs is over that one's.

Sources: Tukey and Kramer, with the proof of Hayter (1984), doi:10.1214/aos/1176346392; Zou and Donner (2008),
doi:10.1002/sim.3095, for the pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from driftline.processors.statistics import special
from driftline.processors.statistics.intervals import Interval, difference, ratio

Floats = NDArray[np.float64]

_HALVINGS = 60
_FURTHEST = 40.0


class Estimates(Protocol):
    """One figure of each of K groups."""

    def interval(self, deviate: float) -> Interval:
        """Values and limits, (K,), at a normal deviate."""
        ...


def largest_difference(families: Sequence[Estimates], confidence: float = 0.95) -> Interval:
    """The largest difference between two groups, in any of the families, at least 0.

    Args:
        families: each of the same K groups, two at least.
        confidence: of the interval, in (0, 1).

    Cost: K squared; 0.2 ms for ten groups.

    >>> from driftline.processors.statistics.fairness.groups import Rates
    >>> rates = Rates(np.array([80, 50]), np.array([100, 100]))
    >>> [round(float(figure), 3) for figure in largest_difference([rates])]
    [0.3, 0.169, 0.417]
    """
    pairs = [_pairs(each, difference, confidence, len(families)) for each in families]
    value = max(float(one.value.max()) for one, _ in pairs)
    lower = max(float(sure.lower.max()) for _, sure in pairs)
    upper = max(float(one.upper.max()) for one, _ in pairs)
    return Interval(*(np.asarray(figure) for figure in (value, max(lower, 0.0), upper)))


def smallest_ratio(families: Sequence[Estimates], confidence: float = 0.95) -> Interval:
    """The smallest ratio of two groups, in any of the families, 1 at most.

    Args:
        families: of figures that are at least 0; each of the same K groups, two at least.
        confidence: of the interval, in (0, 1).

    Returns:
        In [0, 1]; not a number where every group of a family is at 0.

    >>> from driftline.processors.statistics.fairness.groups import Rates
    >>> rates = Rates(np.array([80, 50]), np.array([100, 100]))
    >>> [round(float(figure), 3) for figure in smallest_ratio([rates])]
    [0.625, 0.498, 0.773]
    """
    each = [ratios_to(None, family, confidence, len(families)) for family in families]
    return Interval(*(np.asarray(np.min(figures)) for figures in zip(*each, strict=True)))


def ratios_to(reference: int | None, estimates: Estimates, confidence: float = 0.95, families: int = 1) -> Interval:
    """The ratio of each group to a reference group, or to the group that is highest.

    Args:
        reference: position of the reference group; None: the highest, whichever it truly is.
        estimates: figures that are at least 0, of K groups.
        confidence: of each interval, in (0, 1).
        families: how many families share the confidence.

    Returns:
        Shape (K,). With a reference group: at least 0, infinite where it is at 0, and 1 for itself. With None: in
        [0, 1]. Not a number where both are at 0.

    >>> from driftline.processors.statistics.fairness.groups import Rates
    >>> rates = Rates(np.array([80, 50]), np.array([100, 100]))
    >>> ratios_to(0, rates).lower.round(3).tolist(), ratios_to(None, rates).upper.round(3).tolist()
    ([1.0, 0.498], [1.0, 0.773])
    """
    if reference is not None:
        found, _ = _pairs(estimates, ratio, confidence, families, itself=1.0)
        return Interval(*(figure[:, reference] for figure in found))
    one, sure = _pairs(estimates, ratio, confidence, families, itself=1.0)
    rates = estimates.interval(1.0).value
    with np.errstate(invalid="ignore"):
        value = rates / rates.max()
    return Interval(value, np.nanmin(one.lower, axis=1), np.nanmin(sure.upper, axis=1))


class _Relation(Protocol):
    def __call__(self, one: Interval, other: Interval, /) -> Interval: ...


def _pairs(
    estimates: Estimates, relation: _Relation, confidence: float, families: int, itself: float = -np.inf
) -> tuple[Interval, Interval]:
    """Every group (row) against every group (column), (K, K): as one pair alone, and so that all pairs hold at once.

    `itself` stands where a group meets itself.
    """
    groups = len(estimates.interval(1.0).value)
    together = confidence ** (1 / families)
    deviates = range_deviate(2, confidence), range_deviate(groups, together)
    alone, sure = (_against_each_other(estimates.interval(deviate), relation, itself) for deviate in deviates)
    return alone, sure


def _against_each_other(figures: Interval, relation: _Relation, itself: float) -> Interval:
    found = relation(Interval(*(each[:, None] for each in figures)), Interval(*(each[None, :] for each in figures)))
    same = np.eye(len(figures.value), dtype=bool)
    return Interval(*(np.where(same, itself, each) for each in found))


@lru_cache(maxsize=1024)
def range_deviate(groups: int, confidence: float) -> float:
    """The deviate that no pair of K equal normal estimates exceeds, with this confidence.

    Args:
        groups: K, at least 2.
        confidence: in (0, 1), up to 1 - 1e-12.

    >>> round(range_deviate(2, 0.95), 3), round(range_deviate(5, 0.95), 3)
    (1.96, 2.728)
    """
    at = np.linspace(-9.0, 9.0 + _FURTHEST, 2000)
    density = np.exp(-at * at / 2) * (groups * (at[1] - at[0]) / np.sqrt(2 * np.pi))
    high = special.ndtr(at)
    low, far = 0.0, _FURTHEST
    for _ in range(_HALVINGS):
        middle = (low + far) / 2
        within = float(density @ (high - special.ndtr(at - middle)) ** (groups - 1))
        low, far = (middle, far) if within < confidence else (low, middle)
    return far / float(np.sqrt(2))
