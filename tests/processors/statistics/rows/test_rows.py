"""Rows against rows: laws of every statistic, a slow and obvious version of each, scipy and scikit-learn as oracles."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from scipy.stats import rankdata
from sklearn.decomposition import PCA
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import NearestNeighbors

from driftline.processors.statistics.rows.centroids import centroid_cosines
from driftline.processors.statistics.rows.classifying import areas_under_curve, domain_classifier
from driftline.processors.statistics.rows.draws import draw
from driftline.processors.statistics.rows.fields import column_differences
from driftline.processors.statistics.rows.fourier import WIDTHS, maximum_mean_discrepancy, median_distance
from driftline.processors.statistics.rows.joint import joint
from driftline.processors.statistics.rows.means import evidence, mean_differences
from driftline.processors.statistics.rows.neighbours import neighbour_distances
from driftline.processors.statistics.rows.pairs import pair_differences, pairs_of, scaled_ranks
from driftline.processors.statistics.rows.reconstruction import reconstruction_residuals

Floats = NDArray[np.float64]


def _rows(seed: int, rows: int = 60, columns: int = 4) -> tuple[Floats, Floats]:
    """Rows with ties, and draws of them: the first 40 the reference, 5 relabellings."""
    random = np.random.default_rng(seed)
    values = random.standard_normal((rows, columns)).round(1)
    window = np.arange(rows) >= 40
    return values, draw(window, np.arange(rows), 5, random)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_a_draw_keeps_blocks_whole_anchors_in_place_and_the_number_of_blocks(seed: int) -> None:
    random = np.random.default_rng(seed)
    blocks = np.repeat(np.arange(12), random.integers(1, 5, 12))
    window, anchors = blocks >= 8, blocks < 3
    labels = draw(window, blocks, 20, random, anchors=anchors)
    assert (labels[0] == window).all()
    assert (labels[:, anchors] == 0).all()
    for block in range(12):
        own = labels[:, blocks == block]
        assert (own == own[:, :1]).all()
    assert ((labels[:, np.unique(blocks, return_index=True)[1]].sum(axis=1)) == 4).all()


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_means_are_those_of_the_rows_themselves(seed: int) -> None:
    values, draws = _rows(seed)
    slow = [values[each == 1].mean(axis=0) - values[each == 0].mean(axis=0) for each in draws]
    assert mean_differences(values, draws) == pytest.approx(np.array(slow))


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_a_column_s_distance_is_the_mean_square_of_its_standardised_cumulative_differences(seed: int) -> None:
    values, draws = _rows(seed, columns=2)
    column = values[:, 0]
    cuts = np.unique(np.quantile(column, np.arange(1, 17) / 17, method="inverted_cdf"))
    below = [column < cuts[0], *(column <= cut for cut in cuts)]
    below = [each for each in below if each.any() and not each.all()]

    def slow(labels: Floats) -> float:
        now, then = labels == 1, labels == 0
        squares = []
        for each in below:
            share = each.mean()
            variance = share * (1 - share) * (1 / now.sum() + 1 / then.sum())
            squares.append((each[now].mean() - each[then].mean()) ** 2 / variance)
        return float(np.mean(squares))

    assert column_differences(values, draws)[:, 0] == pytest.approx([slow(each) for each in draws])


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_columns_are_judged_by_order_alone(seed: int) -> None:
    values, draws = _rows(seed)
    stretched = np.exp(3 * values) - 7
    assert column_differences(stretched, draws) == pytest.approx(column_differences(values, draws))
    assert pair_differences(stretched, draws) == pytest.approx(pair_differences(values, draws))


def test_ranks_are_scipy_s() -> None:
    values, _ = _rows(3)
    ranks = rankdata(values, axis=0)
    assert scaled_ranks(values) == pytest.approx((ranks - ranks.mean(axis=0)) / ranks.std(axis=0))


def test_a_constant_column_has_no_distance_and_no_pairs() -> None:
    values, draws = _rows(1, columns=3)
    values[:, 1] = 5.0
    first, second = pairs_of(3)
    assert (column_differences(values, draws)[:, 1] == 0).all()
    assert (pair_differences(values, draws)[:, (first == 1) | (second == 1)] == 0).all()


def test_fourier_features_come_near_the_exact_discrepancy() -> None:
    values, draws = _rows(5, rows=200)
    random = np.random.default_rng(0)
    typical = median_distance(values, np.random.default_rng(0))
    squares = cdist(values, values, "sqeuclidean")
    exact = np.zeros(len(draws))
    for width in WIDTHS:
        kernel = np.exp(-squares / (2 * (width * typical) ** 2))
        for at, labels in enumerate(draws):
            weights = labels / labels.sum() - (1 - labels) / (1 - labels).sum()
            exact[at] += weights @ kernel @ weights
    found = maximum_mean_discrepancy(values, draws, random, waves=20_000) / evidence(draws)
    assert found == pytest.approx(exact, rel=0.1)


def test_residuals_are_those_of_scikit_learn_s_components() -> None:
    random = np.random.default_rng(2)
    anchors, rows = random.standard_normal((50, 6)), random.standard_normal((9, 6))
    oracle = PCA(n_components=0.65, svd_solver="full").fit(anchors)
    rebuilt = oracle.inverse_transform(oracle.transform(rows))
    assert reconstruction_residuals(anchors, rows) == pytest.approx(rows - rebuilt)


def test_distances_to_neighbours_are_scikit_learn_s() -> None:
    random = np.random.default_rng(2)
    anchors, rows = random.standard_normal((50, 6)), random.standard_normal((9, 6))
    distances, _ = NearestNeighbors(n_neighbors=5).fit(anchors).kneighbors(rows)
    assert neighbour_distances(anchors, rows) == pytest.approx(distances.mean(axis=1))


def test_no_row_to_place_has_no_distance() -> None:
    assert neighbour_distances(np.zeros((3, 2)), np.zeros((0, 2))).shape == (0,)


def test_the_area_under_the_curve_is_scikit_learn_s() -> None:
    values, draws = _rows(4)
    scores = np.repeat(values[:, :1], len(draws), axis=1)
    oracle = [roc_auc_score(each, values[:, 0]) for each in draws]
    assert areas_under_curve(scores, draws) == pytest.approx(oracle)


def test_the_angle_between_centroids_is_the_textbook_s() -> None:
    values, draws = _rows(6)
    now, then = values[draws[0] == 1].mean(axis=0), values[draws[0] == 0].mean(axis=0)
    slow = 1 - now @ then / np.linalg.norm(now) / np.linalg.norm(then)
    assert centroid_cosines(values, draws)[0] / evidence(draws)[0] == pytest.approx(slow)


def test_a_classifier_tells_apart_what_no_pair_of_columns_does() -> None:
    """The sign of a product of three: every column and every pair is the same on both sides."""
    random = np.random.default_rng(1)
    signs = random.choice([-1.0, 1.0], (600, 3))
    window = np.arange(600) >= 300
    signs[:, 2] = signs[:, 0] * signs[:, 1] * np.where(window, 1.0, -1.0)
    draws = draw(window, np.arange(600), 99, random)
    guesses = domain_classifier()(signs + 0.1 * random.standard_normal(signs.shape), draws)
    areas = areas_under_curve(guesses, draws)
    assert areas[0] > 0.9
    assert areas[1:].max() < 0.62


@given(st.integers(1, 60), st.integers(1, 4), st.floats(0.01, 0.99), st.integers(0, 2**32 - 1))
@settings(max_examples=100, deadline=None)
def test_the_verdict_is_a_score_over_its_limit(draws: int, statistics: int, alpha: float, seed: int) -> None:
    scores = np.random.default_rng(seed).integers(0, 12, (draws, statistics)).astype(np.float64)
    standing = joint(scores, alpha)
    assert (standing.p_value <= alpha) == bool((scores[0] > standing.limits).any())


@given(st.integers(2, 60), st.integers(1, 4), st.floats(0.01, 0.99), st.integers(0, 2**32 - 1))
@settings(max_examples=100, deadline=None)
def test_no_more_than_alpha_of_the_draws_would_be_a_verdict(
    draws: int, statistics: int, alpha: float, seed: int
) -> None:
    scores = np.random.default_rng(seed).integers(0, 12, (draws, statistics)).astype(np.float64)
    verdicts = [joint(np.roll(scores, -at, axis=0), alpha).p_value <= alpha for at in range(draws)]
    assert np.mean(verdicts) <= alpha
