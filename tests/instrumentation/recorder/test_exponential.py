"""Exponential buckets against exact rational arithmetic, and the tally against a slow loop."""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftline.instrumentation.recorder.exponential import (
    MAX_BUCKETS,
    ExponentialTally,
    Side,
    bucket_index,
    upper_bound,
)

magnitudes = st.floats(min_value=5e-324, allow_infinity=False, allow_nan=False)
values = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-8, 8).map(lambda power: 2.0**power),
    st.sampled_from([0.0, -0.0, 5e-324, -5e-324, 1.7976931348623157e308, 1.0, -1.0, 1.0000000000000002]),
)


def is_over(value: float, bound: Fraction, scale: int) -> bool:
    """Whether value > 2^(bound), bound a multiple of 2^-scale: exact, by raising both to the power 2^scale."""
    exponent = bound * (1 << max(scale, 0))
    assert exponent.denominator == 1
    power = Fraction(value) ** (1 << max(scale, 0))
    return power > Fraction(2) ** int(exponent)


@given(magnitudes, st.integers(-10, 5))
def test_a_magnitude_lies_in_its_bucket_by_exact_arithmetic(value: float, scale: int) -> None:
    index = bucket_index(value, scale)
    width = Fraction(1, 1 << scale) if scale >= 0 else Fraction(1 << -scale)
    assert is_over(value, index * width, scale)
    assert not is_over(value, (index + 1) * width, scale)


@given(st.integers(-(1 << 21), 1 << 21), st.integers(1, 20))
def test_no_double_lies_between_a_bound_and_the_double_that_stands_for_it(index: int, scale: int) -> None:
    stands = upper_bound(index, scale)
    if not math.isfinite(stands) or stands == 0.0:
        return
    assert bucket_index(stands, scale) <= index
    assert bucket_index(math.nextafter(stands, math.inf), scale) > index


@pytest.mark.parametrize("scale", range(-10, 21))
def test_a_power_of_two_is_the_upper_end_of_its_bucket(scale: int) -> None:
    for power in (-1022, -1021, -3, 0, 1, 52, 1023):
        index = bucket_index(2.0**power, scale)
        assert bucket_index(math.nextafter(2.0**power, math.inf), scale) == index + (
            1 if power % (1 << max(-scale, 0)) == 0 else 0
        )


def test_bounds_beyond_doubles_are_infinite_and_zero() -> None:
    assert upper_bound(2000, 0) == math.inf
    assert upper_bound(-2000, 0) == 0.0
    assert upper_bound(bucket_index(1.7976931348623157e308, 20), 20) == math.inf


def slow(block: list[float], scale: int) -> tuple[Counter[int], int, Counter[int]]:
    above = Counter(bucket_index(value, scale) for value in block if value > 0)
    below = Counter(bucket_index(-value, scale) for value in block if value < 0)
    return above, sum(value == 0 for value in block), below


def occupied(side: Side) -> Counter[int]:
    return Counter({side.offset + at: int(count) for at, count in enumerate(side.counts) if count})


@given(st.lists(st.lists(values, min_size=1, max_size=30), min_size=1, max_size=6))
def test_blocks_count_as_the_slow_loop_does_at_the_final_scale(blocks: list[list[float]]) -> None:
    tally = ExponentialTally()
    with np.errstate(over="ignore"):
        for block in blocks:
            tally.add(np.sort(np.array(block)))
    everything = [value for block in blocks for value in block]
    assert (occupied(tally.positive), tally.zero, occupied(tally.negative)) == slow(everything, tally.scale)
    assert max(len(tally.positive.counts), len(tally.negative.counts)) <= MAX_BUCKETS
    assert tally.count == len(everything)


@given(st.lists(magnitudes, min_size=1, max_size=50))
def test_the_scale_is_the_finest_that_fits(block: list[float]) -> None:
    tally = ExponentialTally()
    with np.errstate(over="ignore"):
        tally.add(np.sort(np.array(block)))
    if tally.scale < 20:
        finer = [bucket_index(value, tally.scale + 1) for value in block]
        assert max(finer) - min(finer) >= MAX_BUCKETS


def test_the_sum_ends_with_the_first_negative_value_and_stays_away() -> None:
    tally = ExponentialTally()
    tally.add(np.array([1.0, 2.5]))
    assert tally.total == 3.5
    tally.add(np.array([-1.0]))
    tally.add(np.array([5.0]))
    assert tally.total is None


def test_a_sum_beyond_doubles_is_no_sum() -> None:
    tally = ExponentialTally()
    with np.errstate(over="ignore"):
        tally.add(np.array([1.7e308, 1.7e308]))
    assert tally.total is None
