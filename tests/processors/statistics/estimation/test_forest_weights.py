"""Forest weights: the slow way as oracle, and the laws of weights."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftline.processors.statistics.estimation import Leaves, grow

TREES, ROWS, MOST = 7, 40, 5


@st.composite
def forests(draw: st.DrawFn) -> tuple[Leaves, np.random.Generator]:
    """Trees whose leaves all hold rows that they were grown on, and rows that some tree was not grown on."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    leaf = np.stack([random.permutation(np.arange(ROWS) % MOST) for _ in range(TREES)])
    drawn = random.integers(0, 3, (TREES, ROWS))
    drawn[np.arange(ROWS) % TREES, np.arange(ROWS)] = 0
    for tree in range(TREES):
        for empty in set(range(MOST)) - set(leaf[tree][drawn[tree] > 0].tolist()):
            drawn[tree, np.flatnonzero(leaf[tree] == empty)[0]] = 1
    return Leaves.of(leaf, drawn), random


@given(forests())
def test_weights_are_those_of_every_row_of_now_one_by_one(forest: tuple[Leaves, np.random.Generator]) -> None:
    leaves, random = forest
    now = random.integers(0, MOST, (TREES, 9))
    slow = np.zeros(ROWS)
    for row in range(9):
        for tree in range(TREES):
            beside = (leaves.leaf[tree] == now[tree, row]) * leaves.drawn[tree]
            slow += beside / beside.sum() / (9 * TREES)
    found = leaves.weights(leaves.counted(now))
    assert found == pytest.approx(slow)
    assert found.sum() == pytest.approx(1)
    assert found.min() >= 0


@given(forests())
def test_out_of_the_bag_no_row_is_said_from_itself(forest: tuple[Leaves, np.random.Generator]) -> None:
    leaves, random = forest
    values = random.standard_normal(ROWS)
    said = leaves.out_of_bag(values)
    for row in range(ROWS):
        trees = np.flatnonzero(leaves.drawn[:, row] == 0)
        beside = [(leaves.leaf[tree] == leaves.leaf[tree, row]) * leaves.drawn[tree] for tree in trees]
        assert said[row] == pytest.approx(np.mean([each @ values / each.sum() for each in beside]))


@given(forests())
def test_carrying_weights_is_the_transpose_of_saying_out_of_the_bag(forest: tuple[Leaves, np.random.Generator]) -> None:
    leaves, random = forest
    values, weights = random.standard_normal(ROWS), random.random(ROWS)
    assert leaves.carried(weights) @ values == pytest.approx(weights @ leaves.out_of_bag(values))


@given(forests())
def test_counts_of_two_sets_of_rows_add_up(forest: tuple[Leaves, np.random.Generator]) -> None:
    leaves, random = forest
    one, other = random.integers(0, MOST, (TREES, 5)), random.integers(0, MOST, (TREES, 8))
    both = leaves.counted(np.concatenate([one, other], axis=1))
    assert (both == leaves.counted(one) + leaves.counted(other)).all()


def test_a_grown_forest_says_of_new_rows_what_scikit_learn_says_of_them() -> None:
    from sklearn.ensemble import RandomForestRegressor

    random = np.random.default_rng(1)
    points = random.standard_normal((800, 3))
    points[::50, 1] = np.nan
    errors = random.standard_normal(800) * (1 + (points[:, 0] > 0))
    forest, now = grow(points, errors, seed=5, trees=12), random.standard_normal((100, 3))
    losses = np.column_stack([np.abs(errors), errors**2])
    theirs = RandomForestRegressor(12, min_samples_leaf=10, max_samples=400, random_state=5)
    said = theirs.fit(points, losses / losses.std(axis=0)).predict(now).mean(axis=0) * losses.std(axis=0)
    assert forest.leaves.weights(forest.leaves.counted(forest.place(now))) @ losses == pytest.approx(said)
