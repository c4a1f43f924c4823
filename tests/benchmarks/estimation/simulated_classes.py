"""Several classes, calibrated scores, rows that shift: how far the estimate from one histogram a class is off."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from driftline.processors.statistics.estimation import (
    ESTIMABLE_OF_CLASSES,
    Calibration,
    ClassScores,
    estimate_classes,
)
from driftline.processors.statistics.performance import Figure, measure
from tests.processors.statistics.performance.holding import holds

Floats = NDArray[np.float64]
BUCKETS, REFERENCE_ROWS, CHUNK_ROWS, FURTHEST, CROWD = 100, 20_000, 4_000, 0.6, 8


def errors(classes: int, chunks: int = 40, seed: int = 0) -> dict[str, tuple[float, float, float]]:
    """By metric the mean absolute error of the estimate, that of the reference's value, and how many intervals held."""
    random = np.random.default_rng(seed)
    scores, outcomes = _drawn(random, classes, REFERENCE_ROWS, 0.0)
    known = [_known(scores[:, each], outcomes == each, scores.argmax(axis=1) == each) for each in range(classes)]
    before, found = _measured(scores, outcomes), []
    for _ in range(chunks):
        now, came = _drawn(random, classes, CHUNK_ROWS, random.uniform(-FURTHEST, FURTHEST))
        guessed = estimate_classes([_beside(*each, now[:, at]) for at, each in enumerate(known)])
        real = _measured(now, came)
        found.append([_told(each, before[each.metric], real[each.metric]) for each in guessed])
    means = np.mean(found, axis=0).tolist()
    return {
        name: (ours, constant, held) for name, (ours, constant, held) in zip(ESTIMABLE_OF_CLASSES, means, strict=True)
    }


def _told(guess: Figure, before: float, real: float) -> tuple[float, float, bool]:
    return abs((guess.value or 0.0) - real), abs(before - real), holds(guess, real)


def _drawn(random: np.random.Generator, classes: int, rows: int, tilt: float) -> tuple[Floats, NDArray[np.int64]]:
    """Probabilities of classes that lie on a circle, and which came true; rows are preferred to one side by `tilt`."""
    angle = 2 * np.pi * np.arange(classes) / classes
    centres = 2.2 * np.column_stack([np.cos(angle), np.sin(angle)])
    crowd = centres[random.integers(0, classes, CROWD * rows)] + random.standard_normal((CROWD * rows, 2))
    weights = np.exp(tilt * crowd[:, 0])
    points = crowd[random.choice(len(crowd), rows, replace=False, p=weights / weights.sum())]
    likely = np.exp(-((points[:, None, :] - centres) ** 2).sum(axis=2) / 2)
    chances = likely / likely.sum(axis=1, keepdims=True)
    came = (chances.cumsum(axis=1) < random.random(rows)[:, None]).sum(axis=1)
    return chances, np.minimum(came, classes - 1)


def _known(scores: Floats, came: NDArray[np.bool_], decided: NDArray[np.bool_]) -> tuple[Floats, Calibration, Floats]:
    bounds = np.unique(np.quantile(scores, np.arange(1, BUCKETS) / BUCKETS))
    at, buckets = np.searchsorted(bounds, scores), len(bounds) + 1
    counts, positives = np.bincount(at, minlength=buckets), np.bincount(at, came, buckets).astype(np.int64)
    return bounds, Calibration.of(counts, positives), np.bincount(at, decided, buckets) / np.maximum(counts, 1)


def _beside(bounds: Floats, calibration: Calibration, decided: Floats, now: Floats) -> ClassScores:
    counts = np.bincount(np.searchsorted(bounds, now), minlength=len(bounds) + 1)
    return ClassScores(counts, calibration, decided)


def _measured(scores: Floats, outcomes: NDArray[np.int64]) -> dict[str, float]:
    found = measure("multiclass", outcomes, scores.argmax(axis=1), scores, metrics=ESTIMABLE_OF_CLASSES)
    return {each.metric: each.value or 0.0 for each in found}
