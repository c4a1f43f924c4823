"""Explicit buckets against a slow loop."""

from __future__ import annotations

import bisect

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from driftline.instrumentation.recorder.histograms import ExplicitTally

numbers = st.one_of(
    st.integers(-5, 5).map(float),  # often exactly on a bound
    st.floats(allow_nan=False, allow_infinity=False),
)


@given(st.lists(numbers, unique=True, max_size=8).map(sorted), st.lists(st.lists(numbers, max_size=30), max_size=4))
def test_counts_are_those_of_a_loop_with_closed_upper_ends(bounds: list[float], blocks: list[list[float]]) -> None:
    tally = ExplicitTally(np.array(bounds, dtype=np.float64))
    expected = [0] * (len(bounds) + 1)
    with np.errstate(over="ignore"):
        for block in blocks:
            tally.add(np.sort(np.array(block, dtype=np.float64)))
            for value in block:
                expected[bisect.bisect_left(bounds, value)] += 1
    assert tally.counts.tolist() == expected
    assert tally.count == sum(expected)


def test_a_field_without_bounds_has_one_bucket() -> None:
    tally = ExplicitTally(np.zeros(0))
    tally.add(np.array([7.0, 7.0]))
    assert tally.counts.tolist() == [2]
