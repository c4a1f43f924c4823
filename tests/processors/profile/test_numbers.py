"""Moments, binning and sketches against their slow versions."""

from __future__ import annotations

import bisect
import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftline.processors.profile.binning import Sorted
from driftline.processors.profile.moments import Moments
from driftline.processors.profile.sketch import Distinct, NumberSketch, TextSketch

anything = st.lists(st.one_of(st.floats(width=32), st.integers(-3, 3).map(float)), max_size=50)
moderate = st.lists(st.floats(-1e6, 1e6), max_size=40)


@given(anything, st.sets(st.one_of(st.integers(-3, 3).map(float), st.floats(-10, 10)), max_size=6))
def test_counts_equal_a_loop_over_the_values(column: list[float], edges: set[float]) -> None:
    bounds = sorted(edges)
    expected = [0] * (len(bounds) + 1)
    for value in column:
        if math.isfinite(value):
            expected[bisect.bisect_left(bounds, value)] += 1  # a value on a bound belongs below it
    ordered = Sorted.of(np.array(column, dtype=np.float64))
    assert ordered.counts(np.array(bounds)).tolist() == expected
    assert ordered.missing == sum(map(math.isnan, column))
    assert ordered.invalid == sum(map(math.isinf, column))
    assert ordered.outside(-1.0, 2.0) == sum(math.isfinite(v) and not -1 <= v <= 2 for v in column)


@given(moderate, moderate)
def test_moments_merge_to_those_of_all_values(first: list[float], second: list[float]) -> None:
    merged = Moments.of(np.array(first)).merge(Moments.of(np.array(second)))
    both = np.array(first + second)
    assert merged.count == len(both)
    if len(both):
        assert merged.mean == pytest.approx(both.mean(), rel=1e-9, abs=1e-6)
        assert merged.std == pytest.approx(both.std(), rel=1e-6, abs=1e-4)
        assert (merged.low, merged.high) == (both.min(), both.max())
    else:
        assert merged.std is None


def test_moments_come_back_from_their_deviation() -> None:
    moments = Moments.of(np.array([1.0, 2.0, 4.0]))
    again = Moments.from_std(3, moments.mean, moments.std or 0.0, moments.low, moments.high)
    assert again.squares == pytest.approx(moments.squares)


def test_values_beyond_a_finite_square_have_no_deviation() -> None:
    assert Moments.of(np.array([-1.7e308, 1.7e308])).std is None


@given(st.lists(st.integers(-5, 5).map(float), max_size=60), st.integers(1, 7))
def test_a_sketch_holds_what_a_counter_holds_in_whatever_portions_it_came(column: list[float], size: int) -> None:
    sketch = NumberSketch(limit=20)
    for start in range(0, len(column), size):
        sketch.update(np.array(column[start : start + size]))
    found = sketch.get()
    assert dict(zip(found.values.tolist(), found.weights.tolist(), strict=True)) == Counter(column)
    assert sketch.observations == len(column)
    assert sketch.uniqueness == (len(set(column)) / len(column) if column else 0.0)


def test_a_full_sketch_keeps_its_size_its_total_its_ranks_and_heavy_values() -> None:
    random = np.random.default_rng(1)
    column = np.concatenate([random.normal(size=40_000), np.full(10_000, 0.25)])
    random.shuffle(column)
    sketch = NumberSketch(limit=1000)
    for part in np.array_split(column, 60):
        sketch.update(part)
    found = sketch.get()
    ordered = np.sort(column)
    ranks = np.searchsorted(ordered, found.values, side="right")
    assert len(found.values) <= 1000
    assert found.total == len(column)
    assert np.abs(np.cumsum(found.weights) - ranks).max() <= 0.03 * len(column)
    assert found.weights[found.values == 0.25].sum() == pytest.approx(10_000, rel=0.05)
    assert sketch.uniqueness > 0.7
    assert not sketch.integral


def test_thinning_leaves_few_values_alone() -> None:
    few = Distinct.of(np.array([1.0, 2.0]))
    assert few.thinned(5) is few


def test_a_full_text_sketch_forgets_the_rare_half() -> None:
    sketch = TextSketch(limit=10)
    for i in range(100):
        sketch.update({"often": 3, f"rare{i}": 1})
    assert len(sketch.get()) <= 11
    assert sketch.get()["often"] == 300
    assert sketch.observations == 400
    assert 0 < sketch.uniqueness < 0.5
    assert TextSketch(limit=10).uniqueness == 0.0
