"""95 % intervals hold the truth in 95 of 100 samples; slopes are derivatives; what cannot be told says why."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

from driftline.processors.statistics.performance import METRICS, Rows, measure
from driftline.processors.statistics.performance.interval import Leaning, share
from driftline.processors.statistics.performance.ordering import pr_auc, roc_auc
from tests.processors.statistics.performance.holding import holds

SAMPLES = 300
ROWS = 300
LARGE = 400_000
CONSERVATIVE = {"expected_calibration_error"}
"""Their intervals are wide rather than wrong: held to the lower side only."""


def _binary(random: np.random.Generator, rows: int) -> dict[str, Any]:
    scores = random.beta(1, 2, rows)
    labels = (random.random(rows) < scores**1.3).astype(int)
    return {"labels": labels, "predictions": (scores > 0.5).astype(int), "scores": scores}


def _multiclass(random: np.random.Generator, rows: int) -> dict[str, Any]:
    scores = random.dirichlet([1, 0.5, 0.3], rows)
    labels = (random.random((rows, 1)) > scores.cumsum(axis=1)).sum(axis=1).clip(0, 2)
    return {"labels": labels, "predictions": scores.argmax(axis=1), "scores": scores}


def _regression(random: np.random.Generator, rows: int) -> dict[str, Any]:
    labels = random.normal(5, 1, rows)
    return {"labels": labels, "predictions": labels + random.normal(0.1, 0.5, rows)}


def _ranking(random: np.random.Generator, rows: int) -> dict[str, Any]:
    queries = rows // 2
    scores = random.random(queries * 8)
    labels = (random.random(queries * 8) < scores**2 * 0.6) * random.integers(1, 3, queries * 8)
    return {"labels": labels, "scores": scores, "groups": np.repeat(np.arange(queries), 8)}


DRAWS = {"binary": _binary, "multiclass": _multiclass, "regression": _regression, "ranking": _ranking}


@pytest.mark.parametrize("task", DRAWS)
def test_intervals_hold_the_value_of_the_population_as_often_as_they_say(task: str) -> None:
    random = np.random.default_rng(20)
    truth = {figure.metric: figure.value for figure in measure(task, **DRAWS[task](random, LARGE))}
    held = dict.fromkeys(truth, 0)
    for _ in range(SAMPLES):
        for figure in measure(task, **DRAWS[task](random, ROWS)):
            held[figure.metric] += holds(figure, truth[figure.metric])
    low, high = binom.interval(0.999, SAMPLES, 0.95)
    for metric, hits in held.items():
        assert low - 0.01 * SAMPLES <= hits, (metric, hits)
        assert metric in CONSERVATIVE or hits <= high, (metric, hits)


def test_intervals_hold_under_unequal_sampling_with_weights() -> None:
    random = np.random.default_rng(21)
    truth = {figure.metric: figure.value for figure in measure("binary", **_binary(random, LARGE))}
    held = dict.fromkeys(truth, 0)
    for _ in range(SAMPLES):
        data = _binary(random, 3 * ROWS)
        chance = np.where(data["scores"] > 0.5, 0.6, 0.2)
        taken = random.random(3 * ROWS) < chance
        sampled = {name: values[taken] for name, values in data.items()}
        for figure in measure("binary", **sampled, weights=1 / chance[taken]):
            held[figure.metric] += holds(figure, truth[figure.metric])
    for metric, hits in held.items():
        assert hits >= binom.ppf(0.0005, SAMPLES, 0.95) - 0.02 * SAMPLES, (metric, hits)


def _auc(rows: Rows) -> Leaning:
    found = roc_auc(rows)
    return found._replace(slopes=found.slopes / math.sqrt(15 / 14))  # 15 rows of either class: DeLong's n - 1


@pytest.mark.parametrize("of", [_auc, pr_auc])
def test_a_slope_is_what_a_little_more_of_a_row_adds(of: Any) -> None:
    random = np.random.default_rng(22)
    scores, labels = np.round(random.random(30), 1), np.arange(30) % 2
    value, slopes, _ = of(Rows.of(labels, scores=scores))
    for row in range(30):
        weights = np.ones(30)
        weights[row] += 1e-6
        more = of(Rows.of(labels, scores=scores, weights=weights)).value
        assert (more - value) / 1e-6 == pytest.approx(slopes[row], abs=1e-5)


@pytest.mark.parametrize(
    ("metric", "data", "reason"),
    [
        ("roc_auc", {"labels": [1, 1], "scores": [0.2, 0.7]}, "only one class"),
        ("pr_auc", {"labels": [0, 0], "scores": [0.2, 0.7]}, "no outcome is positive"),
        ("precision", {"labels": [0, 1], "predictions": [0, 0]}, "nothing was predicted positive"),
        ("recall", {"labels": [0, 0], "predictions": [0, 1]}, "no outcome is positive"),
        ("f1", {"labels": [0, 0], "predictions": [0, 0]}, "nothing is or was said positive"),
        ("accuracy", {"labels": [], "predictions": []}, "no rows"),
        ("brier", {"labels": [], "scores": []}, "no rows"),
        ("expected_calibration_error", {"labels": [], "scores": []}, "no rows"),
        ("roc_auc_ovr", {"labels": [0, 1], "scores": [[0.5, 0.3, 0.2]] * 2}, "not every class"),
        ("r2", {"labels": [2.0, 2.0], "predictions": [1.0, 2.0]}, "all outcomes are equal"),
        ("mae", {"labels": [], "predictions": []}, "no rows"),
        ("ndcg", {"labels": [], "scores": [], "groups": []}, "no rows"),
    ],
)
def test_what_the_rows_do_not_define_is_none_and_says_why(metric: Any, data: dict[str, Any], reason: str) -> None:
    task = next(iter(next(row for row in METRICS if row.name == metric).tasks))
    task = "binary" if metric in ("accuracy", "brier", "expected_calibration_error") else task
    (figure,) = measure(task, **data, metrics={metric})
    assert (figure.value, figure.lower, figure.upper) == (None, None, None)
    assert reason in (figure.reason or "")


def test_a_perfect_regression_has_a_value_and_no_upper_limit() -> None:
    mae, *_, r2 = measure("regression", [1.0, 2.0], [1.0, 2.0])
    assert (mae.value, mae.lower, mae.upper) == (0.0, 0.0, None)
    assert (r2.value, r2.lower, r2.upper) == (1.0, None, 1.0)


def test_a_perfect_order_of_few_rows_is_not_a_sure_one() -> None:
    (figure,) = measure("binary", [0] * 50 + [1, 1, 1], scores=[0.1] * 50 + [0.9] * 3, metrics={"roc_auc"})
    assert figure.value == 1
    assert figure.lower == pytest.approx(share(Leaning(1.0, np.zeros(0), 3), 0.0).lower)


def test_rows_that_hold_nan_are_refused() -> None:
    with pytest.raises(ValueError, match="scores hold NaN"):
        measure("binary", [0, 1], scores=[0.1, math.nan])


def test_lengths_that_differ_are_refused() -> None:
    with pytest.raises(ValueError, match="3 scores for 2 labels"):
        measure("binary", [0, 1], scores=[0.1, 0.2, 0.3])


def test_a_metric_of_another_task_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="no metric rmse of a binary model: choose of accuracy"):
        measure("binary", [0, 1], [0, 1], metrics={"rmse"})


def test_an_unknown_task_is_refused() -> None:
    with pytest.raises(ValueError, match="'cluster' is not one of binary, multiclass"):
        measure("cluster", [0, 1], [0, 1])
