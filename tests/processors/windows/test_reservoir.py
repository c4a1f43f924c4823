"""The reservoir: merging is sampling of both, chances follow weights, nothing grows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftline.processors.windows.reservoir import Reservoir
from driftline.processors.windows.row_sample import column_of

SIZES = st.lists(st.integers(0, 30), min_size=1, max_size=5)


def _filled(capacity: int, sizes: list[int], seed: int) -> list[Reservoir]:
    random = np.random.default_rng(seed)
    return [
        Reservoir.empty(capacity).update({"x": np.arange(size)}, random=random, blocks=[at] * size)
        for at, size in enumerate(sizes)
    ]


@given(SIZES, st.integers(1, 20), st.integers(0, 2**32 - 1))
def test_merging_in_any_order_keeps_the_same_rows_and_no_more_than_there_is_room_for(
    sizes: list[int], capacity: int, seed: int
) -> None:
    parts = _filled(capacity, sizes, seed)
    forward, backward = Reservoir.empty(capacity), Reservoir.empty(capacity)
    for part in parts:
        forward = forward.merge(part)
    for part in reversed(parts):
        backward = backward.merge(part)
    assert {row.key for row in forward.kept} == {row.key for row in backward.kept}
    assert forward.offered == backward.offered == sum(sizes)
    assert len(forward.kept) == min(capacity, sum(sizes))


@pytest.mark.statistical
def test_a_row_that_stands_for_nine_comes_nine_times_as_often() -> None:
    """4,000 draws of one of two rows; nine tenths within 4.5 standard errors."""
    random = np.random.default_rng(0)
    heavy = 0
    for _ in range(4000):
        kept = Reservoir.empty(1).update({"x": [0.0]}, random=random, blocks=[0], weight=9.0)
        heavy += kept.update({"x": [1.0]}, random=random, blocks=[1]).get().columns["x"][0] == 0.0
    assert abs(heavy / 4000 - 0.9) < 4.5 * np.sqrt(0.09 / 4000)


def test_rows_keep_their_cells_together_and_lack_what_they_lack() -> None:
    random = np.random.default_rng(0)
    kept = Reservoir.empty(9).update({"x": [1.0, 2.0], "y": ["a", "b"]}, random=random, blocks=[0, 1])
    sample = kept.update({"x": [3.0]}, random=random, blocks=[2]).get()
    assert sample.columns["x"].tolist() == [1.0, 2.0, 3.0]
    assert sample.columns["y"].tolist() == ["a", "b", None]
    assert sample.blocks.tolist() == [0, 1, 2]


def test_an_empty_reservoir_has_no_rows_and_no_time() -> None:
    empty = Reservoir.empty(3)
    assert (len(empty.get()), empty.get().columns, empty.span_ns, empty.get().rows_a_block) == (0, {}, (0, 0), 1)


def test_vectors_beside_single_values_are_no_column() -> None:
    assert column_of([np.zeros(2), 1.0]) is None


def test_what_rows_stand_for_adds_up_whether_kept_or_not() -> None:
    random = np.random.default_rng(0)
    one = Reservoir.empty(2).update({"x": [1.0] * 5}, random=random, blocks=[0] * 5, weight=3.0)
    other = Reservoir.empty(2).update({"x": [2.0]}, random=random, blocks=[1], weight=0.5)
    assert one.merge(other).stands_for == 15.5
