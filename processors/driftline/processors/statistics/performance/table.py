"""Every metric of performance, one row each. Adding one is a function and a row here."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import NamedTuple

from numpy.typing import ArrayLike

from driftline.processors.statistics.performance import (
    calibration,
    classes,
    decisions,
    ordering,
    probabilities,
    ranking,
    residuals,
)
from driftline.processors.statistics.performance.interval import (
    Estimate,
    Leaning,
    below_one,
    halved,
    loss,
    root,
    share,
    variance,
)
from driftline.processors.statistics.performance.rows import Rows, UndefinedError

BINARY, MULTICLASS, REGRESSION, RANKING = "binary", "multiclass", "regression", "ranking"
TASKS = (BINARY, MULTICLASS, REGRESSION, RANKING)


class Figure(NamedTuple):
    """One metric of some rows.

    Args:
        metric: its name in METRICS.
        value: None when the rows do not define it.
        lower, upper: 95 % interval; None without a value, and where the rows show no spread to tell an end from.
        reason: why there is no value, as `only one class is among the outcomes`; None when there is one.
    """

    metric: str
    value: float | None
    lower: float | None
    upper: float | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Metric:
    """What is known of one metric.

    Args:
        name: as in `ml.performance.metric`.
        tasks: what kinds of model it is of.
        needs: what it is taken from besides the labels: `predictions`, `scores`, `groups`.
        function: its value and slopes, or value and interval where slopes do not tell the variance; raises
            UndefinedError.
        limits: the interval of a value with a variance; None where the function gives it.
        better: `higher` or `lower`.
    """

    name: str
    tasks: frozenset[str]
    needs: frozenset[str]
    function: Callable[[Rows], Leaning | Estimate]
    limits: Callable[[Leaning, float], Estimate] | None
    better: str

    def estimate(self, rows: Rows) -> Estimate:
        """Value and interval; raises UndefinedError where the rows do not define them."""
        found = self.function(rows)
        if isinstance(found, Estimate) or self.limits is None:
            return Estimate(*found)
        return self.limits(found, variance(rows, found.slopes))


_CLASSES = frozenset({BINARY, MULTICLASS})
_BINARY, _MANY, _NUMBER, _RANKS = (frozenset({task}) for task in TASKS)
_SAID, _SCORED, _QUERIED = frozenset({"predictions"}), frozenset({"scores"}), frozenset({"scores", "groups"})

METRICS: tuple[Metric, ...] = (
    Metric("accuracy", _CLASSES, _SAID, decisions.accuracy, share, "higher"),
    Metric("precision", _BINARY, _SAID, decisions.precision, share, "higher"),
    Metric("recall", _BINARY, _SAID, decisions.recall, share, "higher"),
    Metric("f1", _BINARY, _SAID, decisions.f1, share, "higher"),
    Metric("roc_auc", _BINARY, _SCORED, ordering.roc_auc, share, "higher"),
    Metric("pr_auc", _BINARY, _SCORED, ordering.pr_auc, share, "higher"),
    Metric("precision_macro", _MANY, _SAID, classes.macro(classes.precision), share, "higher"),
    Metric("precision_weighted", _MANY, _SAID, classes.weighted(classes.precision), share, "higher"),
    Metric("recall_macro", _MANY, _SAID, classes.macro(classes.recall), share, "higher"),
    Metric("recall_weighted", _MANY, _SAID, classes.weighted(classes.recall), share, "higher"),
    Metric("f1_macro", _MANY, _SAID, classes.macro(classes.f1), share, "higher"),
    Metric("f1_weighted", _MANY, _SAID, classes.weighted(classes.f1), share, "higher"),
    Metric("roc_auc_ovr", _MANY, _SCORED, classes.auc_macro, share, "higher"),
    Metric("roc_auc_ovr_weighted", _MANY, _SCORED, classes.auc_weighted, share, "higher"),
    Metric("log_loss", _CLASSES, _SCORED, probabilities.log_loss, loss, "lower"),
    Metric("brier", _BINARY, _SCORED, probabilities.brier, share, "lower"),
    Metric("brier", _MANY, _SCORED, probabilities.brier, halved, "lower"),
    Metric("expected_calibration_error", _CLASSES, _SCORED, calibration.expected_calibration_error, None, "lower"),
    Metric("mae", _NUMBER, _SAID, residuals.mae, loss, "lower"),
    Metric("rmse", _NUMBER, _SAID, residuals.rmse, root, "lower"),
    Metric("mape", _NUMBER, _SAID, residuals.mape, loss, "lower"),
    Metric("r2", _NUMBER, _SAID, residuals.r2, below_one, "higher"),
    Metric("ndcg", _RANKS, _QUERIED, ranking.ndcg, share, "higher"),
    Metric("mrr", _RANKS, _QUERIED, ranking.mrr, share, "higher"),
)


OF_PROBABILITIES = frozenset({"log_loss", "brier", "expected_calibration_error"})
"""Metrics that need scores that are probabilities; for the others any number that orders will do."""


def measure(
    task: str,
    labels: ArrayLike,
    predictions: ArrayLike | None = None,
    scores: ArrayLike | None = None,
    *,
    weights: ArrayLike | None = None,
    groups: ArrayLike | None = None,
    k: int = 10,
    metrics: Collection[str] | None = None,
) -> tuple[Figure, ...]:
    """Every metric of the task that the rows can tell, in the order of METRICS.

    Args:
        task: `binary`, `multiclass`, `regression` or `ranking`.
        labels: the truth, (N,). Binary: 1 is the positive class, 0 the other. Multiclass: codes 0 to K-1, which are the
            columns of `scores`. Regression: numbers. Ranking: relevance, at least 0.
        predictions: what the model said, (N,), coded as the labels; without them the metrics that need them are absent.
        scores: binary: probability of the positive class, (N,); multiclass: of each class, (N, K), rows summing to 1;
            ranking: anything that orders, (N,).
        weights: 1 / the chance that a row was sampled, (N,); only their proportions matter. Absent: sampled alike.
        groups: the query of each row, integers, (N,); of ranking only.
        k: ranks that NDCG looks at.
        metrics: only these names. Absent: all of the task.

    Returns:
        Figures; a metric that the rows do not define has the reason instead of a value.

    Raises:
        ValueError: an unknown task or metric, lengths that differ, NaN or infinite values.

    Cost: 1.2 s for a million binary rows with scores, all metrics.

    >>> for figure in measure("binary", [1, 0, 1, 1], [1, 0, 0, 1], metrics={"accuracy", "recall"}):
    ...     print(figure.metric, round(figure.value, 3), round(figure.lower, 3), round(figure.upper, 3))
    accuracy 0.75 0.301 0.954
    recall 0.667 0.208 0.939
    >>> measure("binary", [1, 1], scores=[0.2, 0.7], metrics={"roc_auc"})[0].reason
    'only one class is among the outcomes'
    """
    rows = Rows.of(labels, predictions, scores, weights=weights, groups=groups, k=k)
    return measure_rows(task, rows, metrics)


def measure_rows(task: str, rows: Rows, metrics: Collection[str] | None = None) -> tuple[Figure, ...]:
    """The same of rows that are put together already, counted ones too."""
    known = [metric for metric in METRICS if task in metric.tasks]
    if not known:
        raise ValueError(f"task {task!r} is not one of {', '.join(TASKS)}: say which the model does")
    if unknown := sorted(set(metrics or ()) - {metric.name for metric in known}):
        names = ", ".join(metric.name for metric in known)
        raise ValueError(f"no metric {', '.join(unknown)} of a {task} model: choose of {names}")
    given = {name for name in ("predictions", "scores", "groups") if getattr(rows, name) is not None}
    return tuple(
        _figure(metric, rows)
        for metric in known
        if metric.needs <= given and (metrics is None or metric.name in metrics)
    )


def _figure(metric: Metric, rows: Rows) -> Figure:
    try:
        found = metric.estimate(rows)
    except UndefinedError as reason:
        return Figure(metric.name, None, None, None, str(reason))
    lower, upper = (limit if math.isfinite(limit) else None for limit in (found.lower, found.upper))
    return Figure(metric.name, found.value, lower, upper)
