from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from driftline.processors.statistics import two_buckets


@given(st.integers(1, 300), st.integers(1, 300), st.data())
def test_outcomes_are_hypergeometric(first: int, second: int, data: st.DataObject) -> None:
    window = data.draw(st.integers(1, first + second - 1))
    drawn = two_buckets.outcomes(np.array([first, second]), window)
    expected = hypergeom.pmf(drawn.windows[:, 0], first + second, first, window)
    assert drawn.probabilities == pytest.approx(expected, abs=1e-9)
    assert (drawn.windows.sum(axis=1) == window).all()


@given(st.lists(st.integers(0, 9), min_size=2, max_size=30), st.floats(1e-4, 0.5))
def test_a_limit_is_the_smallest_value_that_keeps_its_level(values: list[int], level: float) -> None:
    scores, probabilities = np.array(values, dtype=float), np.full(len(values), 1 / len(values))
    limit = two_buckets.limit(scores, probabilities, level)
    assert probabilities[scores > limit].sum() <= level + 1e-12
    smaller = scores[scores < limit * (1 - 1e-6)]
    if len(smaller):
        assert probabilities[scores > smaller.max()].sum() > level - 1e-12


@given(st.integers(5, 400), st.integers(5, 400), st.floats(1e-4, 0.3))
def test_joint_limits_keep_the_level_together(first: int, second: int, level: float) -> None:
    drawn = two_buckets.outcomes(np.array([first, second]), (first + second) // 3)
    one = np.abs(drawn.windows[:, 0] - drawn.windows[:, 0].mean())
    other = drawn.windows[:, 0].astype(float)
    limits = two_buckets.joint_limits([one, other], drawn.probabilities, level)
    assert drawn.probabilities[(one > limits[0]) | (other > limits[1])].sum() <= level + 1e-12


def test_the_probability_of_a_score_counts_the_score_itself() -> None:
    assert two_buckets.tail_probability(np.array([0.0, 1.0, 2.0]), np.array([0.5, 0.3, 0.2]), 1.0) == pytest.approx(0.5)
