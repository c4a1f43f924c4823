"""How far a field moves the output."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftline.processors.explanation.contributions import output_shift, ranked, share_of, shift_of
from driftline.processors.findings import Contribution, OutputShift

counts = st.lists(st.integers(0, 1000), min_size=2, max_size=8).filter(any)


@st.composite
def sides(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    size = draw(st.integers(2, 8))
    row = st.lists(st.integers(0, 1000), min_size=size, max_size=size).filter(any)
    means = draw(st.lists(st.floats(-100, 100), min_size=size, max_size=size))
    return np.array(draw(row)), np.array(draw(row)), np.array(means)


@given(sides())
def test_it_is_the_difference_of_the_means_when_every_row_has_its_buckets_output(
    drawn: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    current, reference, means = drawn
    found = shift_of(current, reference, means)
    assert found is not None
    now, then = np.repeat(means, current), np.repeat(means, reference)
    assert found.after == pytest.approx(now.mean(), abs=1e-9)
    assert found.before == pytest.approx(then.mean(), abs=1e-9)
    assert found.error == pytest.approx(np.hypot(now.std() / len(now) ** 0.5, then.std() / len(then) ** 0.5), abs=1e-6)


@given(sides(), st.integers(2, 9))
def test_the_same_shares_move_nothing_whatever_their_sizes(
    drawn: tuple[np.ndarray, np.ndarray, np.ndarray], factor: int
) -> None:
    current, _, means = drawn
    found = shift_of(current * factor, current, means)
    assert found is not None
    assert found.value == pytest.approx(0, abs=1e-9)
    assert not found.value or not found.sure or found.error < 1e-9


@pytest.mark.statistical
def test_without_a_change_a_shift_is_over_two_errors_as_often_as_theory_says() -> None:
    """4.55 % of 2,000 windows; the interval is the binomial 99.9 %."""
    random, shares, means = np.random.default_rng(2), np.array([0.1, 0.2, 0.3, 0.4]), np.array([0.1, 0.5, 0.2, 0.9])
    windows = random.multinomial(800, shares, 2000), random.multinomial(3000, shares, 2000)
    found = [shift_of(now, then, means) for now, then in zip(*windows, strict=True)]
    over = sum(each is not None and each.sure for each in found)
    assert 60 <= over <= 124


def test_dispersed_rows_make_it_less_sure() -> None:
    now, then, means = np.array([40, 60]), np.array([50, 50]), np.array([0.0, 1.0])
    plain, dispersed = shift_of(now, then, means), shift_of(now, then, means, dispersion=4)
    assert plain is not None
    assert dispersed is not None
    assert dispersed.error == pytest.approx(2 * plain.error)
    assert dispersed.strength == pytest.approx(plain.strength / 2)


def test_a_bucket_whose_output_is_not_known_moves_nothing() -> None:
    found = shift_of(np.array([50, 50, 900]), np.array([50, 50, 0]), np.array([0.2, 0.4, np.nan]))
    assert found is not None
    assert found.value == pytest.approx(0)


def test_nothing_known_or_nothing_counted_is_no_shift() -> None:
    some, none = np.array([1, 2]), np.array([0, 0])
    assert shift_of(some, some, np.array([np.nan, np.nan])) is None
    assert shift_of(none, some, np.array([0.1, 0.2])) is None
    assert shift_of(some, none, np.array([0.1, 0.2])) is None


def test_known_outputs_only_where_the_reference_has_no_rows_are_still_a_measure() -> None:
    found = shift_of(np.array([1, 1]), np.array([0, 4]), np.array([0.2, np.nan]))
    assert found is not None
    assert found.value == 0


def test_a_certain_shift_has_no_end_of_strength() -> None:
    found = shift_of(np.array([0, 5]), np.array([5, 0]), np.array([0.0, 1.0]))
    assert found is not None
    assert (found.value, found.error, found.strength) == (1.0, 0.0, np.inf)
    same = shift_of(np.array([5, 0]), np.array([5, 0]), np.array([0.0, 1.0]))
    assert same is not None
    assert same.strength == 0


def test_a_share_is_of_an_output_that_moved_beyond_chance() -> None:
    assert share_of(0.02, OutputShift("score", 0.3, 0.34, 0.001)) == pytest.approx(0.5)
    assert share_of(0.02, OutputShift("score", 0.3, 0.34, 0.03)) is None
    assert share_of(0.02, None) is None


def test_an_output_is_worded_with_its_mean_before_and_after() -> None:
    found = shift_of(np.array([1, 3]), np.array([2, 2]), np.array([0.0, 1.0]))
    assert found is not None
    told = output_shift("score", found)
    assert (told.name, told.reference, told.current, told.shift) == ("score", 0.5, 0.75, 0.25)


def test_fields_rank_by_what_they_move_and_without_it_by_level() -> None:
    fields = [
        Contribution("quiet", "feature", 1.0),
        Contribution("loud", "feature", 9.0),
        Contribution("down", "feature", 2.0, -0.3, 0.01),
        Contribution("up", "feature", 2.0, 0.1, 0.01),
    ]
    assert [each.field for each in ranked(fields)] == ["down", "up", "loud", "quiet"]
