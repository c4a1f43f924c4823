"""Direct loss estimation: right where the rows change and their errors do not, with intervals that hold."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error

from driftline.processors.statistics.estimation import ESTIMABLE_OF_NUMBERS, Forest, estimate_losses, grow
from driftline.processors.statistics.performance import Figure, measure
from tests.benchmarks.estimation.simulated_losses import coverage, drawn
from tests.processors.statistics.performance.holding import holds


@cache
def _reference() -> tuple[Forest, np.ndarray, np.ndarray]:
    points, outcomes, predictions = drawn(np.random.default_rng(3), 6000)
    return grow(points, predictions - outcomes), outcomes, predictions


def _estimated(points: np.ndarray, *, sampled: bool = False) -> dict[str, Figure]:
    forest, outcomes, predictions = _reference()
    counts = forest.leaves.counted(forest.place(points))
    figures = estimate_losses(forest.leaves, counts, outcomes, predictions, sampled=sampled)
    return {each.metric: each for each in figures}


def _value(figure: Figure) -> float:
    assert figure.value is not None, figure.reason
    return figure.value


def test_rows_that_move_to_where_the_model_is_worse_are_seen_to_without_one_outcome() -> None:
    points, outcomes, predictions = drawn(np.random.default_rng(4), 20_000, shift=0.8)
    _, known, said = _reference()
    found = _estimated(points)
    real = {each.metric: _value(each) for each in measure("regression", outcomes, predictions)}
    before = {each.metric: _value(each) for each in measure("regression", known, said)}
    for name in ESTIMABLE_OF_NUMBERS:
        assert abs(_value(found[name]) - real[name]) < abs(before[name] - real[name]) / 3, name
        assert holds(found[name], real[name])


def test_of_the_reference_s_own_rows_it_says_what_scikit_learn_measures() -> None:
    _, outcomes, predictions = _reference()
    points, *_ = drawn(np.random.default_rng(3), 6000)
    found = _estimated(points)
    assert found["mae"].value == pytest.approx(mean_absolute_error(outcomes, predictions), rel=0.01)
    assert found["rmse"].value == pytest.approx(root_mean_squared_error(outcomes, predictions), rel=0.01)
    assert found["r2"].value == pytest.approx(r2_score(outcomes, predictions), abs=0.01)


def test_intervals_hold_what_comes_true_in_95_of_100() -> None:
    held = coverage(reference_rows=2000, chunk_rows=1000, chunks=200, trees=20)
    for name, share in held.items():
        assert share > 0.88, (
            name
        )  # of 200 chunks; a rate of 95 % falls below once in 10^4, ten references share their luck


def test_a_sample_of_rows_says_less_than_all_of_them() -> None:
    points, *_ = drawn(np.random.default_rng(5), 300)
    whole, sample = _estimated(points), _estimated(points, sampled=True)
    for name in ESTIMABLE_OF_NUMBERS:
        assert whole[name].value == sample[name].value
        assert _width(sample[name]) > _width(whole[name])


def test_more_rows_are_surer() -> None:
    few, many = (_estimated(drawn(np.random.default_rng(6), rows)[0]) for rows in (100, 10_000))
    assert _width(many["mae"]) < 0.6 * _width(few["mae"])


def test_a_relative_error_needs_a_reference_without_outcomes_of_zero() -> None:
    forest, outcomes, predictions = _reference()
    counts = forest.leaves.counted(forest.place(drawn(np.random.default_rng(7), 100)[0]))
    with_zero = np.where(np.arange(len(outcomes)) == 0, 0.0, outcomes)
    (found,) = estimate_losses(forest.leaves, counts, with_zero, predictions, {"mape"})
    assert (found.value, found.reason) == (None, "an outcome of the reference is 0")


def test_a_metric_of_classes_is_none_of_these() -> None:
    forest, outcomes, predictions = _reference()
    counts = forest.leaves.counted(forest.leaves.leaf)
    with pytest.raises(ValueError, match="accuracy cannot be estimated from rows"):
        estimate_losses(forest.leaves, counts, outcomes, predictions, {"accuracy"})


def _width(figure: Figure) -> float:
    assert figure.lower is not None
    assert figure.upper is not None
    return figure.upper - figure.lower
