"""Maximum mean discrepancy by random Fourier features."""

from __future__ import annotations

import numpy as np

from driftline.processors.statistics.rows.arrays import Draws, Floats
from driftline.processors.statistics.rows.means import evidence, mean_differences

WAVES = 64
WIDTHS = (0.5, 1.0, 2.0)
_PAIRS = 2000


def maximum_mean_discrepancy(columns: Floats, draws: Draws, random: np.random.Generator, waves: int = WAVES) -> Floats:
    """MMD squared with Gaussian kernels of half, one and two times the median distance, added up.

    The kernel is the mean over random cosines and sines, so the distance is between two vectors of means: linear in
    the rows, one product of matrices for all draws, where exact MMD takes every pair of rows in each.

    Args:
        columns: shape (rows, p), columns of one scale.
        draws: shape (draws, rows).
        random: which waves; the same waves for every draw.
        waves: how many for each width; the error of the kernel falls as 1 / sqrt(waves).

    Returns:
        Shape (draws,): MMD squared times n m / (n + m), of the same size at every n while nothing has changed.

    Cost: 1,000 draws of 1,500 rows take about 60 ms, whatever p.

    >>> rows = np.array([[0.0], [0.0], [9.0], [9.0]])
    >>> draws = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]])
    >>> [round(float(each), 1) for each in maximum_mean_discrepancy(rows, draws, np.random.default_rng(0))]
    [3.0, 0.0]

    Source: Gretton et al., JMLR 13 (2012), "A Kernel Two-Sample Test"; Rahimi and Recht, NIPS 20 (2007), "Random
    Features for Large-Scale Kernel Machines".
    """
    features = fourier_features(columns, random, waves)
    return np.asarray((mean_differences(features, draws) ** 2).sum(axis=1) * evidence(draws))


def fourier_features(columns: Floats, random: np.random.Generator, waves: int = WAVES) -> Floats:
    """Cosines and sines whose inner products are the kernels; shape (rows, 2 x waves x widths)."""
    typical = median_distance(columns, random)
    angles = columns @ random.standard_normal((columns.shape[1], waves)) / typical
    turned = np.concatenate([angles / width for width in WIDTHS], axis=1)
    return np.asarray(np.concatenate([np.cos(turned), np.sin(turned)], axis=1) / np.sqrt(waves))


def median_distance(columns: Floats, random: np.random.Generator) -> float:
    """The median distance between two rows, of 2,000 pairs; 1 where all rows are equal.

    >>> median_distance(np.array([[0.0], [0.0]]), np.random.default_rng(0))
    1.0
    """
    one, other = random.integers(0, len(columns), (2, _PAIRS))
    distances = np.sqrt(((columns[one] - columns[other]) ** 2).sum(axis=1))
    apart = distances[distances > 0]
    return float(np.median(apart)) if len(apart) else 1.0
