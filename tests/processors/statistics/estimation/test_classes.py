"""Several classes from one score histogram each."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

from driftline.processors.statistics.estimation import (
    ESTIMABLE_OF_CLASSES,
    Calibration,
    ClassScores,
    estimate_classes,
)
from driftline.processors.statistics.performance import measure
from tests.processors.statistics.performance.holding import holds

CLASSES, CHUNKS = 3, 100
ALIKE, SHIFTED = (1.0, 0.8, 0.6), (0.8, 0.8, 1.2)


def _draw(random: np.random.Generator, rows: int, towards: Any) -> tuple[np.ndarray, np.ndarray]:
    """Scores that are no probabilities: the truth follows their sharpened form."""
    scores = random.dirichlet(towards, rows)
    sharp = scores**1.3 / (scores**1.3).sum(axis=1, keepdims=True)
    outcomes = (random.random((rows, 1)) > sharp.cumsum(axis=1)).sum(axis=1).clip(0, CLASSES - 1)
    return scores, outcomes


def _reference(random: np.random.Generator, rows: int = 20_000) -> Any:
    scores, outcomes = _draw(random, rows, ALIKE)
    said, found = scores.argmax(axis=1), []
    for of in range(CLASSES):
        bounds = np.unique(np.quantile(scores[:, of], np.arange(1, 100) / 100))
        at, buckets = np.searchsorted(bounds, scores[:, of]), len(bounds) + 1
        counts = np.bincount(at, minlength=buckets)
        calibration = Calibration.of(counts, np.bincount(at, outcomes == of, buckets).astype(np.int64))
        found.append((bounds, calibration, np.bincount(at, said == of, buckets) / np.maximum(counts, 1)))
    return found


@pytest.mark.parametrize(
    ("towards", "metrics"),
    [(ALIKE, ESTIMABLE_OF_CLASSES), (SHIFTED, ("roc_auc_ovr",))],  # decisions may go another way after a shift
)
def test_intervals_hold_what_outcomes_show_at_least_as_often_as_they_say(towards: Any, metrics: Any) -> None:
    random = np.random.default_rng(70)
    held = dict.fromkeys(metrics, 0)
    errors: dict[str, list[float]] = {name: [] for name in metrics}
    for _ in range(CHUNKS // 10):
        reference = _reference(random)
        for _ in range(10):
            scores, outcomes = _draw(random, 2000, towards)
            real = measure("multiclass", outcomes, scores.argmax(axis=1), scores, metrics=metrics)
            now = [
                ClassScores(np.bincount(np.searchsorted(bounds, scores[:, of]), minlength=len(bounds) + 1), *rest)
                for of, (bounds, *rest) in enumerate(reference)
            ]
            of_name = {each.metric: each.value for each in real}
            for guess in estimate_classes(now, metrics):
                held[guess.metric] += holds(guess, of_name[guess.metric])
                errors[guess.metric].append((guess.value or 0) - (of_name[guess.metric] or 0))
    for name, hits in held.items():
        assert hits >= binom.ppf(0.0005, CHUNKS, 0.95), (name, hits)
        assert abs(np.mean(errors[name])) < 0.01, name


def test_two_classes_told_apart_from_either_side_agree_with_the_binary_estimate() -> None:
    calibration = Calibration.of(np.full(4, 1000), np.array([50, 300, 700, 950]))
    mirrored = calibration
    one = ClassScores(np.array([400, 100, 100, 400]), calibration, np.array([0.0, 0.0, 1.0, 1.0]))
    other = ClassScores(np.array([400, 100, 100, 400]), mirrored, np.array([0.0, 0.0, 1.0, 1.0]))
    accuracy = estimate_classes([one, other], {"accuracy"})[0]
    assert accuracy.value == pytest.approx(0.9)


def test_a_class_that_is_never_said_has_no_precision_and_the_reason() -> None:
    calibration = Calibration.of(np.full(2, 100), np.array([10, 60]))
    silent = ClassScores(np.array([50, 50]), calibration, np.zeros(2))
    (figure,) = estimate_classes([silent, silent, silent], {"precision_macro"})
    assert (figure.value, figure.reason) == (None, "nothing was predicted positive")
