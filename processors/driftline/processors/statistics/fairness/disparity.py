"""One fairness metric of some groups: the figure, its interval, and which groups were too small for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from driftline.processors.statistics.fairness.extremes import largest_difference, ratios_to, smallest_ratio
from driftline.processors.statistics.fairness.groups import Groups
from driftline.processors.statistics.fairness.table import METRICS, Shape
from driftline.processors.statistics.intervals import Interval

Floats = NDArray[np.float64]


class NotComparableError(Exception):
    """Groups cannot be compared: a status with this reason, never a figure."""


@dataclass(frozen=True, slots=True)
class Disparity:
    """A metric's figures between their limits.

    Args:
        figures: one for all groups, shape (1,); one for each compared group where the metric has a reference, (K,).
        groups: positions of the groups that were compared, (K,).
        least: the fewest trials among them: predictions, or outcomes of the class that the rate is of.
    """

    figures: Interval
    groups: NDArray[np.int64]
    least: int


def disparity(
    name: str, groups: Groups, *, fewest: int, reference: int | None = None, confidence: float = 0.95
) -> Disparity:
    """Compare groups by one metric.

    Args:
        name: of the metric, one of METRICS.
        groups: counts of K groups.
        fewest: trials below which a group is left out, at least 1.
        reference: position of the reference group; None: the group with the highest rate. Others than
            `disparate_impact_ratio` have none.
        confidence: of the interval, in (0, 1).

    Raises:
        NotComparableError: fewer than two groups are large enough, the reference group is not, or no group has a hit.
        ValueError: the metric needs outcomes and the groups have none.

    >>> groups = Groups(np.array([80, 50, 1]), np.array([100, 100, 3]))
    >>> found = disparity("disparate_impact_ratio", groups, fewest=30)
    >>> found.figures.value.round(3).tolist(), found.groups.tolist()
    ([1.0, 0.625], [0, 1])
    """
    metric = METRICS[name]
    families = metric.families(groups)
    trials = np.min([family.trials for family in families], axis=0)
    kept = trials >= max(fewest, 1)
    _check(kept, fewest, reference if metric.per_group else None)
    compared = [family.at(kept) for family in families]
    if metric.shape is Shape.DIFFERENCE:
        found = largest_difference(compared, confidence)
    elif metric.shape is Shape.RATIO:
        found = smallest_ratio(compared, confidence)
    else:
        at = None if reference is None else int(kept[:reference].sum())
        found = ratios_to(at, compared[0], confidence)
    if not np.isfinite(found.value).all():
        raise NotComparableError(
            "the group that the others are compared with has a rate of 0: a ratio to it says nothing"
        )
    return Disparity(Interval(*map(np.atleast_1d, found)), np.flatnonzero(kept), int(trials[kept].min()))


def _check(kept: NDArray[np.bool_], fewest: int, reference: int | None) -> None:
    if reference is not None and not kept[reference]:
        raise NotComparableError(f"the reference group has fewer than {fewest} observations")
    if kept.sum() < 2:
        raise NotComparableError(f"fewer than two groups have {fewest} observations")
