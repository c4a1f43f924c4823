"""Every value is scikit-learn's, with and without weights; every slope is the derivative it says it is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as oracle

from driftline.processors.statistics.performance import METRICS, Figure, measure

WEIGHTED = pytest.mark.parametrize("weighted", [False, True])


def _values(figures: tuple[Figure, ...]) -> dict[str, float]:
    return {figure.metric: figure.value for figure in figures if figure.value is not None}


def _close(found: dict[str, float], expected: dict[str, float]) -> None:
    assert found.keys() >= expected.keys()
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=1e-9, abs=1e-12), name


@WEIGHTED
@given(seed=st.integers(0, 10_000), rows=st.integers(2, 60), ties=st.booleans())
@settings(max_examples=40, deadline=None)
def test_binary_metrics_equal_scikit_learns(weighted: bool, seed: int, rows: int, ties: bool) -> None:
    random = np.random.default_rng(seed)
    scores = random.random(rows)
    scores = np.round(scores, 1) if ties else scores
    labels = np.r_[0, 1, random.random(rows - 2) < scores[2:]].astype(int)
    said = np.r_[0, 1, scores[2:] > 0.5].astype(int)
    weights = random.integers(1, 5, rows) if weighted else None
    found = _values(measure("binary", labels, said, scores, weights=weights))
    by = {"sample_weight": weights}
    _close(
        found,
        {
            "accuracy": oracle.accuracy_score(labels, said, **by),
            "precision": oracle.precision_score(labels, said, **by),
            "recall": oracle.recall_score(labels, said, **by),
            "f1": oracle.f1_score(labels, said, **by),
            "roc_auc": oracle.roc_auc_score(labels, scores, **by),
            "pr_auc": oracle.average_precision_score(labels, scores, **by),
            "log_loss": oracle.log_loss(labels, scores, **by),
            "brier": oracle.brier_score_loss(labels, scores, **by),
        },
    )


@WEIGHTED
@given(seed=st.integers(0, 10_000), rows=st.integers(6, 60), classes=st.integers(3, 5))
@settings(max_examples=30, deadline=None)
def test_multiclass_metrics_equal_scikit_learns(weighted: bool, seed: int, rows: int, classes: int) -> None:
    random = np.random.default_rng(seed)
    labels = np.r_[np.arange(classes), random.integers(0, classes, rows - classes)]
    scores = random.dirichlet(np.ones(classes), rows)
    said = random.integers(0, classes - 1, rows)  # the last class is never said
    weights = random.integers(1, 5, rows) if weighted else None
    found = _values(measure("multiclass", labels, said, scores, weights=weights))
    by = {"sample_weight": weights}
    expected = {
        "accuracy": oracle.accuracy_score(labels, said, **by),
        "log_loss": oracle.log_loss(labels, scores, **by),
        "brier": oracle.brier_score_loss(labels, scores, **by),
    }
    for average in ("macro", "weighted"):
        found_of = oracle.precision_recall_fscore_support(labels, said, average=average, zero_division=0, **by)
        expected |= {f"{name}_{average}": found_of[at] for at, name in enumerate(("precision", "recall", "f1"))}
    for name, average in (("roc_auc_ovr", "macro"), ("roc_auc_ovr_weighted", "weighted")):
        expected[name] = oracle.roc_auc_score(labels, scores, multi_class="ovr", average=average, **by)
    _close(found, expected)


@WEIGHTED
@given(seed=st.integers(0, 10_000), rows=st.integers(2, 60))
@settings(max_examples=30, deadline=None)
def test_regression_metrics_equal_scikit_learns(weighted: bool, seed: int, rows: int) -> None:
    random = np.random.default_rng(seed)
    truth, said = random.normal(size=rows), random.normal(size=rows)
    weights = random.integers(1, 5, rows) if weighted else None
    by = {"sample_weight": weights}
    _close(
        _values(measure("regression", truth, said, weights=weights)),
        {
            "mae": oracle.mean_absolute_error(truth, said, **by),
            "rmse": oracle.root_mean_squared_error(truth, said, **by),
            "mape": oracle.mean_absolute_percentage_error(truth, said, **by),
            "r2": oracle.r2_score(truth, said, **by),
        },
    )


@given(seed=st.integers(0, 10_000), queries=st.integers(1, 8), size=st.integers(2, 15), k=st.integers(1, 12))
@settings(max_examples=40, deadline=None)
def test_ranking_metrics_equal_scikit_learns(seed: int, queries: int, size: int, k: int) -> None:
    random = np.random.default_rng(seed)
    relevance = random.integers(0, 4, (queries, size)).astype(float)
    scores = np.round(random.random((queries, size)), 1)  # with ties
    groups = np.repeat(np.arange(queries), size)
    shuffled = random.permutation(queries * size)
    found = _values(
        measure(
            "ranking",
            relevance.ravel()[shuffled],
            scores=scores.ravel()[shuffled],
            groups=groups[shuffled],
            k=k,
        )
    )
    _close(found, {"ndcg": oracle.ndcg_score(relevance, scores, k=k)})


@given(seed=st.integers(0, 10_000), queries=st.integers(1, 8), size=st.integers(2, 15))
@settings(max_examples=20, deadline=None)
def test_the_reciprocal_rank_of_one_relevant_candidate_is_a_label_ranking_precision(
    seed: int, queries: int, size: int
) -> None:
    random = np.random.default_rng(seed)
    relevance = np.zeros((queries, size))
    relevance[np.arange(queries), random.integers(0, size, queries)] = 1
    scores = np.round(random.random((queries, size)), 1)
    groups = np.repeat(np.arange(queries), size)
    found = _values(measure("ranking", relevance.ravel(), scores=scores.ravel(), groups=groups))
    _close(found, {"mrr": oracle.label_ranking_average_precision_score(relevance, scores)})


def test_calibration_error_equals_a_loop_over_the_bins() -> None:
    random = np.random.default_rng(1)
    scores = np.r_[random.random(500), 0.0, 0.1, 0.3, 1.0]
    labels = (random.random(504) < scores).astype(int)
    total = 0.0
    for bin_ in range(10):
        inside = (scores > bin_ / 10) & (scores <= (bin_ + 1) / 10)
        inside |= (scores == 0) & (bin_ == 0)
        total += abs(labels[inside].mean() - scores[inside].mean()) * inside.sum() / 504
    assert _values(measure("binary", labels, scores=scores))["expected_calibration_error"] == pytest.approx(total)


def test_the_roc_interval_rests_on_delongs_variance() -> None:
    random = np.random.default_rng(2)
    scores = np.round(random.random(80), 1)
    labels = (random.random(80) < scores).astype(int)
    up, down = scores[labels == 1], scores[labels == 0]
    wins = (up[:, None] > down) + 0.5 * (up[:, None] == down)
    spread = wins.mean(axis=1).var(ddof=1) / len(up) + wins.mean(axis=0).var(ddof=1) / len(down)
    figure = measure("binary", labels, scores=scores, metrics={"roc_auc"})[0]
    number = wins.mean() * (1 - wins.mean()) / spread
    from driftline.processors.statistics.intervals import wilson

    lower, upper = wilson(wins.mean() * number, number)[1:]
    assert (figure.lower, figure.upper) == pytest.approx((float(lower), float(upper)))


@pytest.mark.parametrize("metric", [metric for metric in METRICS if metric.name != "expected_calibration_error"])
def test_weighing_a_row_twice_as_much_gives_what_counting_it_twice_gives(metric: Any) -> None:
    random = np.random.default_rng(3)
    task = sorted(metric.tasks)[0]
    data = _data(task, random)
    twice: dict[str, Any] = {name: np.concatenate([values, values[:5]]) for name, values in data.items()}
    weights = np.r_[np.full(5, 2.0), np.ones(35)]
    if task == "ranking":
        twice["groups"] = np.r_[data["groups"], data["groups"][:5] + 100]
        weights = np.where(data["groups"] == 0, 2.0, 1.0)
    one = measure(task, **data, weights=weights, metrics={metric.name})[0]
    other = measure(task, **twice, metrics={metric.name})[0]
    assert one.value == pytest.approx(other.value)


def _data(task: str, random: np.random.Generator) -> dict[str, Any]:
    if task == "ranking":
        return {
            "labels": random.integers(0, 3, 40),
            "scores": random.random(40),
            "groups": np.repeat(np.arange(8), 5),
        }
    if task == "regression":
        return {"labels": random.normal(size=40), "predictions": random.normal(size=40)}
    if task == "multiclass":
        return {
            "labels": np.arange(40) % 3,
            "predictions": random.integers(0, 3, 40),
            "scores": random.dirichlet(np.ones(3), 40),
        }
    return {"labels": np.arange(40) % 2, "predictions": random.integers(0, 2, 40), "scores": random.random(40)}
