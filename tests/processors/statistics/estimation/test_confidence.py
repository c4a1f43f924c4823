"""What a score histogram says of outcomes nobody has seen: the value, and an interval that holds it 95 times of 100."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom
from sklearn.isotonic import IsotonicRegression

from driftline.processors.statistics.estimation import ESTIMABLE, Calibration, estimate, expected_cells
from driftline.processors.statistics.performance import measure
from tests.processors.statistics.performance.holding import holds

BUCKETS = 100
CHUNKS = 400


def _true_share(scores: np.ndarray) -> np.ndarray:
    return 0.03 + 0.9 * scores**1.4


def _counted(scores: np.ndarray, outcomes: np.ndarray, bounds: np.ndarray) -> Any:
    at = np.searchsorted(bounds, scores)
    return np.bincount(at, minlength=len(bounds) + 1), np.bincount(at, outcomes, len(bounds) + 1).astype(np.int64)


def _reference(random: np.random.Generator, rows: int) -> Any:
    scores = random.beta(1, 1.3, rows)
    bounds = np.union1d(np.quantile(scores, np.arange(1, BUCKETS) / BUCKETS), [0.5])
    counts, positives = _counted(scores, random.random(rows) < _true_share(scores), bounds)
    return bounds, Calibration.of(counts, positives), (np.arange(len(bounds) + 1) > np.searchsorted(bounds, 0.5)) * 1.0


@pytest.mark.parametrize(("reference_rows", "chunk_rows"), [(20_000, 2_000), (4_000, 2_000)])
def test_prediction_intervals_hold_the_realised_value_of_shifted_chunks(reference_rows: int, chunk_rows: int) -> None:
    random = np.random.default_rng(31)
    held = dict.fromkeys(ESTIMABLE, 0)
    for _ in range(CHUNKS // 4):
        bounds, calibration, decisions = _reference(random, reference_rows)
        for _ in range(4):
            scores = random.beta(1.5, 1.3, chunk_rows)  # the scores shift, what they mean does not
            outcomes = (random.random(chunk_rows) < _true_share(scores)).astype(int)
            shown = measure("binary", outcomes, (scores > 0.5) * 1, scores, metrics=ESTIMABLE)
            found = estimate(_counted(scores, outcomes, bounds)[0], calibration, decisions)
            for real, guess in zip(shown, found, strict=True):
                held[guess.metric] += holds(guess, real.value)
    low, high = binom.interval(0.999, CHUNKS, 0.95)
    for metric, hits in held.items():
        # chunks of one reference share its luck, so hits vary more than independent ones
        assert low - 0.015 * CHUNKS <= hits <= high + 0.015 * CHUNKS, (metric, hits)


@given(
    counts=st.lists(st.integers(0, 50), min_size=2, max_size=30).filter(any),
    seed=st.integers(0, 1000),
)
@settings(max_examples=60, deadline=None)
def test_the_calibration_is_scikit_learns_isotonic_regression_of_the_rows(counts: Any, seed: int) -> None:
    counts = np.array(counts)
    positives = np.random.default_rng(seed).binomial(counts, 0.4)
    found = Calibration.of(counts, positives)
    at = np.repeat(np.arange(len(counts)), counts)
    labels = np.concatenate([np.arange(rows) < hits for rows, hits in zip(counts, positives, strict=True)])
    oracle = IsotonicRegression(out_of_bounds="clip").fit(at, labels)
    assert found.share == pytest.approx(oracle.predict(np.arange(len(counts))))


def test_the_estimate_on_the_reference_itself_is_what_the_reference_shows() -> None:
    random = np.random.default_rng(32)
    scores = np.round(random.random(5000), 1)  # as many buckets as values: binning hides nothing
    bounds = np.arange(0.05, 1, 0.1)
    outcomes = (random.random(5000) < scores).astype(int)
    counts, positives = _counted(scores, outcomes, bounds)
    decisions = np.asarray(np.arange(len(counts)) > 5, dtype=np.float64)
    found = estimate(counts, Calibration.of(counts, positives), decisions)
    shown = measure("binary", outcomes, (scores > 0.55) * 1, scores, metrics=ESTIMABLE)
    assert [each.value for each in found] == pytest.approx([each.value for each in shown], abs=1e-3)


def test_expected_cells_add_up_to_the_rows() -> None:
    calibration = Calibration.of(np.array([5, 0, 7]), np.array([1, 0, 6]))
    cells = expected_cells(np.array([3, 4, 5]), calibration, np.array([0.0, 0.5, 1.0]))
    assert sum(cells) == pytest.approx(12)


def test_rows_where_the_reference_never_was_widen_the_interval_and_are_told() -> None:
    calibration = Calibration.of(np.array([1000, 0, 1000]), np.array([100, 0, 900]))
    decisions = np.array([0.0, 1.0, 1.0])
    inside, outside = (
        estimate(np.array(current), calibration, decisions, {"accuracy"})[0]
        for current in ([500, 0, 500], [0, 1000, 0])
    )
    assert (outside.upper or 1) - (outside.lower or 0) > 5 * ((inside.upper or 0) - (inside.lower or 0))
    assert calibration.unsupported(np.array([500, 500, 0])) == 0.5


def test_a_model_that_says_nothing_positive_has_no_precision_and_the_reason() -> None:
    calibration = Calibration.of(np.array([100, 100]), np.array([10, 40]))
    (figure,) = estimate(np.array([50, 50]), calibration, np.zeros(2), {"precision"})
    assert figure.value is None
    assert figure.reason == "nothing was predicted positive"


def test_a_loss_cannot_be_estimated_from_buckets() -> None:
    calibration = Calibration.of(np.array([100, 100]), np.array([10, 40]))
    with pytest.raises(ValueError, match="choose of accuracy"):
        estimate(np.array([50, 50]), calibration, np.zeros(2), {"log_loss"})
