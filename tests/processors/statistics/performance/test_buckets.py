"""Metrics of a histogram are those of its rows to within the stated bound, wherever the scores lie in their buckets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftline.processors.statistics.performance import measure
from driftline.processors.statistics.performance.buckets import DECISIONS, METRICS_OF_BUCKETS, measure_buckets


def _counted(scores: np.ndarray, labels: np.ndarray, bounds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    at = np.searchsorted(bounds, scores)
    up, down = (np.bincount(at[labels == of], minlength=len(bounds) + 1) for of in (1, 0))
    return up, down


@given(seed=st.integers(0, 10_000), rows=st.integers(4, 200), buckets=st.integers(2, 30), sharp=st.floats(0.2, 5))
@settings(max_examples=80, deadline=None)
def test_the_rows_are_within_the_bound(seed: int, rows: int, buckets: int, sharp: float) -> None:
    random = np.random.default_rng(seed)
    scores = random.beta(sharp, sharp, rows).clip(1e-3, 1 - 1e-3)
    labels = np.r_[0, 1, random.random(rows - 2) < scores[2:]].astype(int)
    bounds = np.union1d(np.sort(random.random(buckets)), [0.5])
    said = np.arange(len(bounds) + 1) > np.searchsorted(bounds, 0.5)
    found = measure_buckets(*_counted(scores, labels, bounds), bounds, said)
    exact = {each.metric: each for each in measure("binary", labels, (scores > 0.5) * 1, scores)}
    for each in found:
        name, value = each.figure.metric, each.figure.value
        if value is not None:
            assert abs(value - (exact[name].value or 0)) <= each.binning_error + 1e-9, name
        if name in DECISIONS:
            assert value == pytest.approx(exact[name].value)
            assert each.figure.lower == pytest.approx(exact[name].lower)


def test_finer_buckets_hide_less() -> None:
    random = np.random.default_rng(50)
    scores = random.random(20_000)
    labels = (random.random(20_000) < scores).astype(int)

    def errors(buckets: int) -> dict[str, float]:
        bounds = np.arange(1, buckets) / buckets
        found = measure_buckets(*_counted(scores, labels, bounds), bounds, np.arange(buckets) >= buckets / 2)
        return {each.figure.metric: each.binning_error for each in found}

    coarse, fine = errors(10), errors(100)
    assert coarse.keys() == set(METRICS_OF_BUCKETS)
    assert all(fine[name] < coarse[name] / 5 for name in ("roc_auc", "brier"))
    assert fine["roc_auc"] < 0.005
