"""Exponential counts: exact under merging, bounded whatever comes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftline.processors.windows import ExponentialCounts, ScaleError
from driftline.processors.windows.exponential import MAX_BUCKETS
from driftline.processors.windows.spread import cells, decode

sides = st.lists(st.integers(0, 9), max_size=12)
histograms = st.builds(
    lambda scale, zero, up_offset, up, down_offset, down: ExponentialCounts.read(
        scale=scale,
        zero=zero,
        positive_offset=up_offset,
        positive=np.array(up, dtype=np.int64),
        negative_offset=down_offset,
        negative=np.array(down, dtype=np.int64),
    ),
    st.integers(0, 8),
    st.integers(0, 5),
    st.integers(-400, 400),
    sides,
    st.integers(-400, 400),
    sides,
)


def slow(counts: ExponentialCounts, scale: int) -> dict[tuple[str, int], int]:
    """Every occupied bucket at a scale no finer than any, by integer division, one observation bucket at a time."""
    found: dict[tuple[str, int], int] = {("zero", 0): counts.zero} if counts.zero else {}
    for side, offset, values in (
        ("up", counts.positive_offset, counts.positive),
        ("down", counts.negative_offset, counts.negative),
    ):
        for at, count in enumerate(values.tolist()):
            if count:
                key = side, (offset + at) // 2 ** (counts.scale - scale)
                found[key] = found.get(key, 0) + count
    return found


def together(*parts: dict[tuple[str, int], int]) -> dict[tuple[str, int], int]:
    total: dict[tuple[str, int], int] = {}
    for part in parts:
        for key, count in part.items():
            total[key] = total.get(key, 0) + count
    return total


@given(histograms, histograms)
def test_merging_loses_and_moves_nothing_at_the_scale_of_the_result(
    one: ExponentialCounts, two: ExponentialCounts
) -> None:
    both = one.merge(two)
    assert both.scale <= min(one.scale, two.scale)
    assert slow(both, both.scale) == together(slow(one, both.scale), slow(two, both.scale))
    assert max(len(both.positive), len(both.negative)) <= MAX_BUCKETS


@given(histograms, histograms, histograms)
def test_merging_is_commutative_and_associative(
    one: ExponentialCounts, two: ExponentialCounts, three: ExponentialCounts
) -> None:
    left, right = one.merge(two).merge(three), three.merge(two.merge(one))
    scale = min(left.scale, right.scale)
    assert slow(left, scale) == slow(right, scale)


@given(histograms, histograms)
def test_reverting_an_update_leaves_nothing_behind(counted: ExponentialCounts, added: ExponentialCounts) -> None:
    after = counted.update(added).revert(added)
    assert slow(after, after.scale) == slow(counted, after.scale)
    assert not after.fell


@given(histograms)
def test_the_empty_histogram_changes_nothing(counted: ExponentialCounts) -> None:
    assert slow(counted.merge(ExponentialCounts()), counted.scale) == slow(counted, counted.scale)
    assert slow(ExponentialCounts().merge(counted), counted.scale) == slow(counted, counted.scale)


reals = st.one_of(st.just(0.0), st.floats(1e-9, 1e6), st.floats(-1e6, -1e-9))


@given(st.lists(reals, min_size=1, max_size=30), st.integers(-2, 6))
def test_every_value_lies_in_a_bucket_whose_ends_enclose_it(values: list[float], scale: int) -> None:
    total = ExponentialCounts()
    for value in values:
        total = total.merge(single(value, scale))
    lower, upper, counts = total.get()
    assert counts.sum() == len(values)
    assert (lower[1:] >= upper[:-1]).all(), "buckets are in order"
    for value in values:
        slack = abs(value) * 1e-9
        assert any(low - slack <= value <= high + slack for low, high in zip(lower, upper, strict=True))


def single(value: float, scale: int) -> ExponentialCounts:
    one = np.array([1], dtype=np.int64)
    if not value:
        return ExponentialCounts(scale, zero=1)
    index = int(np.ceil(np.log2(abs(value)) * 2.0**scale)) - 1
    if value > 0:
        return ExponentialCounts(scale, positive_offset=index, positive=one)
    return ExponentialCounts(scale, negative_offset=index, negative=one)


def test_buckets_far_apart_are_brought_together_before_anything_is_laid_out() -> None:
    one = np.array([1], dtype=np.int64)
    low = ExponentialCounts(20, positive_offset=-(2**30), positive=one)
    high = ExponentialCounts(20, positive_offset=2**30, positive=one)
    both = low.merge(high)
    assert both.count == 2
    assert len(both.positive) <= MAX_BUCKETS


def test_a_finer_scale_is_never_invented() -> None:
    with pytest.raises(ScaleError, match="never split"):
        ExponentialCounts(3).downscale(4)


@settings(max_examples=50)
@given(histograms)
def test_cells_say_all_that_is_needed_to_take_them_back(counted: ExponentialCounts) -> None:
    rest = counted
    for code, count in cells(counted):
        rest = rest.revert(decode(code, count))
    assert rest.count == 0
    assert not rest.fell
