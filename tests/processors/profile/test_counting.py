"""Comparing a column with each bound counts what sorting it counts."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from driftline.processors.profile.binning import Sorted, counted

VALUES = st.one_of(st.floats(), st.integers(-4, 4).map(float), st.just(-0.0))


@given(
    column=arrays(np.float64, st.integers(0, 30), elements=VALUES),
    bounds=st.lists(st.integers(-4, 4), max_size=6, unique=True),
    ends=st.one_of(st.none(), st.tuples(st.integers(-5, 0), st.integers(0, 5))),
)
def test_passes_over_a_column_count_what_sorting_it_counts(
    column: NDArray[np.float64], bounds: list[int], ends: tuple[int, int] | None
) -> None:
    cuts = np.sort(np.array(bounds, dtype=np.float64))
    low, high = (None, None) if ends is None else (float(ends[0]), float(ends[1]))
    found, ordered = counted(column, cuts, low, high), Sorted.of(column)
    assert found.counts.tolist() == ordered.counts(cuts).tolist()
    assert (found.missing, found.invalid) == (ordered.missing, ordered.invalid)
    assert found.outside == (ordered.outside(low, high) if low is not None and high is not None else 0)


def test_a_column_with_many_bounds_is_sorted_and_counts_the_same() -> None:
    random = np.random.default_rng(0)
    column, cuts = random.normal(size=5000), np.sort(random.normal(size=101))
    found = counted(column, cuts, -2.0, 2.0)
    assert found.counts.tolist() == np.bincount(np.searchsorted(cuts, column), minlength=102).tolist()
    assert found.outside == np.count_nonzero(np.abs(column) > 2)
