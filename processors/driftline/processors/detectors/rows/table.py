"""Every statistic of rows, one row each. Adding one is a function and a row here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from driftline.processors.statistics.rows.arrays import Draws, Floats
from driftline.processors.statistics.rows.centroids import centroid_cosines
from driftline.processors.statistics.rows.classifying import Guesses, areas_under_curve, domain_classifier
from driftline.processors.statistics.rows.fields import column_differences, largest
from driftline.processors.statistics.rows.fourier import maximum_mean_discrepancy
from driftline.processors.statistics.rows.means import standardised_differences
from driftline.processors.statistics.rows.neighbours import neighbour_distances
from driftline.processors.statistics.rows.pairs import MOST_COLUMNS, pair_differences
from driftline.processors.statistics.rows.reconstruction import reconstruction_residuals, row_errors


@dataclass(frozen=True, slots=True)
class Placed:
    """What a statistic is given: `points` (rows, p), which of them are `anchors` (rows,), and a seed."""

    points: Floats
    anchors: NDArray[np.bool_]
    seed: int
    guesses: Guesses | None = None
    """The domain classifier, where it is asked for."""


def _of_draws(scores: Floats) -> Floats:
    return scores[:, 0]


def _mean(scores: Floats) -> Floats:
    return np.asarray(scores.mean(axis=1))


def _most(scores: Floats) -> Floats:
    return np.asarray(scores.max(axis=1)) if scores.shape[1] else np.zeros(len(scores))


@dataclass(frozen=True, slots=True)
class Row:
    """One statistic: `parts` maps what is placed and draws to (draws, k), `folded` makes one score a draw of them."""

    name: str
    parts: Callable[[Placed, Draws], Floats]
    folded: Callable[[Floats], Floats] = field(default=_of_draws)


def _columns(placed: Placed, draws: Draws) -> Floats:
    return column_differences(placed.points, draws)


def _pairs(placed: Placed, draws: Draws) -> Floats:
    return pair_differences(placed.points[:, :MOST_COLUMNS], draws)


def _mmd(placed: Placed, draws: Draws) -> Floats:
    return maximum_mean_discrepancy(placed.points, draws, np.random.default_rng(placed.seed))[:, None]


def _reconstruction(placed: Placed, draws: Draws) -> Floats:
    errors = row_errors(reconstruction_residuals(placed.points[placed.anchors], placed.points[~placed.anchors]))
    return np.asarray(standardised_differences(errors[:, None], draws[:, ~placed.anchors]) ** 2)


def _neighbours(placed: Placed, draws: Draws) -> Floats:
    distances = neighbour_distances(placed.points[placed.anchors], placed.points[~placed.anchors])
    return np.asarray(standardised_differences(distances[:, None], draws[:, ~placed.anchors]) ** 2)


def _centroids(placed: Placed, draws: Draws) -> Floats:
    return centroid_cosines(placed.points, draws)[:, None]


def _classifier(placed: Placed, draws: Draws) -> Floats:
    guesses = placed.guesses or domain_classifier(seed=placed.seed)
    return areas_under_curve(guesses(placed.points, draws), draws)[:, None]


ROWS: tuple[Row, ...] = (
    Row("fields", _columns, _mean),
    Row("largest_field", _columns, largest),
    Row("pairs", _pairs, _most),
    Row("mmd", _mmd),
    Row("reconstruction", _reconstruction),
    Row("classifier", _classifier),
)
"""Of the features of a model, together."""

EMBEDDINGS: tuple[Row, ...] = (
    Row("mmd", _mmd),
    Row("centroid", _centroids),
    Row("neighbours", _neighbours),
)
"""Of one field of vectors. Points are not scaled: directions and distances mean what the model made them mean."""
