"""Chunks whose scores shift and keep their meaning: there the intervals must hold what comes true in 95 of 100."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from driftline.processors.statistics.estimation import Calibration, estimate
from driftline.processors.statistics.performance import measure
from tests.benchmarks.estimation.ours import METRICS
from tests.processors.statistics.performance.holding import holds

Floats = NDArray[np.float64]
BUCKETS, THRESHOLD, OF_ONE_REFERENCE = 100, 0.5, 20


def share(scores: Floats) -> Floats:
    """The chance of the positive class at a score: a model that is not calibrated."""
    return 0.03 + 0.9 * scores**1.4


def coverage(reference_rows: int, chunk_rows: int, chunks: int, seed: int = 0) -> dict[str, float]:
    """Share of the chunks whose interval held the realised value, by metric."""
    random = np.random.default_rng(seed)
    held = {name: np.zeros(0) for name in METRICS}
    for number in range(chunks):
        if number % OF_ONE_REFERENCE == 0:
            bounds, calibration, decided = _reference(random, reference_rows)
        scores = random.beta(random.uniform(0.7, 2), random.uniform(1, 2), chunk_rows)
        outcomes = (random.random(chunk_rows) < share(scores)).astype(int)
        counts = np.bincount(np.searchsorted(bounds, scores), minlength=len(bounds) + 1)
        real = measure("binary", outcomes, (scores > THRESHOLD) * 1, scores, metrics=METRICS)
        for guess, true in zip(estimate(counts, calibration, decided), real, strict=True):
            held[guess.metric] = np.r_[held[guess.metric], holds(guess, true.value)]
    return {name: float(each.mean()) for name, each in held.items()}


def _reference(random: np.random.Generator, rows: int) -> tuple[Floats, Calibration, Floats]:
    scores = random.beta(1, 1.3, rows)
    bounds = np.union1d(np.quantile(scores, np.arange(1, BUCKETS) / BUCKETS), [THRESHOLD])
    at, buckets = np.searchsorted(bounds, scores), len(bounds) + 1
    positives = np.bincount(at, random.random(rows) < share(scores), buckets).astype(np.int64)
    decided = (np.arange(buckets) > np.searchsorted(bounds, THRESHOLD)).astype(np.float64)
    return bounds, Calibration.of(np.bincount(at, minlength=buckets), positives), decided
