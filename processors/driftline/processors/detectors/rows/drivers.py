"""Which fields a change of rows is in."""

from __future__ import annotations

import numpy as np

from driftline.processors.detectors.rows.placing import Points
from driftline.processors.statistics.rows.arrays import Draws, Floats
from driftline.processors.statistics.rows.fields import column_differences
from driftline.processors.statistics.rows.pairs import MOST_COLUMNS, pair_differences, pairs_of

MOST_DRIVERS = 5
_MOVED = 5.0
_SHARE = 0.5


def drivers(points: Points, draws: Draws) -> tuple[str, ...]:
    """The fields that changed most, alone or together with another; at least one, at most `MOST_DRIVERS`.

    Each column and each pair is measured in its own spread over the draws, so that all speak equally loud. A pair
    speaks for its two fields only where neither moved by itself: a shift of one field drags its pairs along. Named are
    those with at least half the strength of the first.

    Args:
        points: of both sides.
        draws: the draw that was seen first; some 200 tell enough.
    """
    if len(points.fields) == 1:
        return points.fields
    alone = _strengths(column_differences(points.values, draws))
    strength = np.zeros(len(points.fields))
    np.maximum.at(strength, points.owners, alone)
    together, first, second = _pairs(points, draws, moved=strength > _MOVED)
    for owners in (first, second):
        np.maximum.at(strength, owners, together)
    ranked = np.argsort(-strength, kind="stable")[:MOST_DRIVERS]
    return tuple(points.fields[at] for at in ranked if strength[at] >= _SHARE * strength[ranked[0]])


def _pairs(points: Points, draws: Draws, moved: np.ndarray) -> tuple[Floats, np.ndarray, np.ndarray]:
    """Strength and the two fields of each pair, of different fields that did not move by themselves."""
    owners = points.owners[:MOST_COLUMNS]
    first, second = (owners[at] for at in pairs_of(len(owners)))
    wanted = (first != second) & ~moved[first] & ~moved[second]
    if not wanted.any():
        return np.zeros(0), first[:0], second[:0]
    strengths = _strengths(pair_differences(points.values[:, :MOST_COLUMNS], draws))
    return strengths[wanted], first[wanted], second[wanted]


def _strengths(differences: Floats) -> Floats:
    """How far the first draw lies above the mean of all, in their spread; 0 where no draw differs."""
    spread = differences.std(axis=0)
    above = differences[0] - differences.mean(axis=0)
    return np.asarray(np.divide(above, spread, out=np.zeros(len(spread)), where=spread > 1e-12))
