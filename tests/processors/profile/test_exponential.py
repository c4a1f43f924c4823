from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftline.processors.profile.exponential import BUCKETS, Exponential, Side

values = st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=60)


def same(one: Exponential, other: Exponential) -> bool:
    return (one.scale, one.zero) == (other.scale, other.zero) and all(
        a.offset == b.offset and a.counts.tolist() == b.counts.tolist()
        for a, b in ((one.positive, other.positive), (one.negative, other.negative))
    )


def slow_bucket(magnitude: float, scale: int) -> int:
    """The bucket by exact arithmetic: the index i with 2^(i / 2^scale) < magnitude <= 2^((i + 1) / 2^scale)."""
    guess = math.ceil(math.log2(magnitude) * 2.0**scale) - 1
    for index in (guess - 1, guess, guess + 1):
        if _over(magnitude, index, scale) and not _over(magnitude, index + 1, scale):
            return index
    raise AssertionError(magnitude)


def _over(magnitude: float, index: int, scale: int) -> bool:
    if scale <= 0:
        return Fraction(magnitude) > Fraction(2) ** (index << -scale)
    return Fraction(magnitude) ** (1 << scale) > Fraction(2) ** index


@given(values)
def test_every_value_is_in_some_bucket_and_no_side_has_more_than_allowed(given_values: list[float]) -> None:
    histogram = Exponential.of(np.array(given_values, dtype=np.float64))
    assert histogram.count == len(given_values)
    assert histogram.zero == given_values.count(0.0)
    assert max(len(histogram.positive.counts), len(histogram.negative.counts)) <= BUCKETS


@given(st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=8), st.sampled_from([-1.0, 1.0]))
def test_buckets_equal_those_of_exact_arithmetic_at_any_scale_up_to_four(magnitudes: list[float], sign: float) -> None:
    histogram = Exponential.of(np.array([*magnitudes, 1e-9, 1e9]) * sign)  # wide enough for a coarse scale
    side = histogram.positive if sign > 0 else histogram.negative
    expected = Counter(slow_bucket(abs(value), histogram.scale) for value in (*magnitudes, 1e-9, 1e9))
    found = {side.offset + i: int(count) for i, count in enumerate(side.counts) if count}
    assert histogram.scale <= 4
    assert found == expected


@given(values, values)
def test_two_portions_merged_are_the_histogram_of_all_values(first: list[float], second: list[float]) -> None:
    one, other = (Exponential.of(np.array(part, dtype=np.float64)) for part in (first, second))
    whole = Exponential.of(np.array(first + second, dtype=np.float64))
    assert same(one.merge(other), whole)
    assert same(other.merge(one), whole)
    assert same(whole.merge(Exponential()), whole)


@pytest.mark.parametrize("power", [-1074, -1022, -3, 0, 1, 10, 1023])
def test_a_power_of_two_belongs_to_the_bucket_below_it(power: int) -> None:
    histogram = Exponential.of(np.array([2.0**power]))
    assert histogram.positive.offset == (power << 20) - 1


def test_the_whole_range_of_doubles_fits() -> None:
    histogram = Exponential.of(np.array([5e-324, 1.7e308, -5e-324, -1.7e308]))
    assert histogram.count == 4
    assert histogram.scale == -4


def test_an_empty_side_stays_empty_when_coarser() -> None:
    assert Side(0, np.zeros(0, dtype=np.int64)).coarser(3).counts.tolist() == []
