"""The distribution at one phase of a period, and how much it is worth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats

from driftline.processors.statistics.shrinkage import phase_counts

PHASES, BUCKETS = 24, 20
TABLES = arrays.arrays(np.int64, (5, 4), elements=st.integers(0, 10_000))


@given(TABLES, st.lists(st.floats(0, 1), min_size=5, max_size=5))
def test_the_counts_are_whole_and_stand_for_no_more_than_there_is(table: np.ndarray, weights: list[float]) -> None:
    chosen = np.array(weights)
    found = phase_counts(table, chosen)
    assert found.dtype == np.int64
    assert (found >= 0).all()
    assert found.sum() <= table.sum() + 1
    if table[chosen > 0].sum() == 0:
        assert not found.any()


@given(TABLES)
def test_a_phase_alone_is_taken_as_it_is(table: np.ndarray) -> None:
    assert phase_counts(table[:1], np.ones(1)).tolist() == table[0].tolist()


@given(TABLES)
def test_phases_that_share_the_weight_are_worth_what_a_weighted_mean_is(table: np.ndarray) -> None:
    sizes = table.sum(axis=1)
    found = phase_counts(table, sizes / max(sizes.sum(), 1))
    assert found.tolist() == table.sum(axis=0).tolist(), "weights by size are pooling"


def test_the_rest_of_a_period_joins_in_as_far_as_it_looks_alike() -> None:
    own, alike, other = [50, 50, 100], [5100, 4900, 10_000], [15_000, 3000, 2000]
    weights = np.array([1.0, 0.0])
    assert phase_counts(np.array([own, alike]), weights).sum() > 1.3 * 200
    assert phase_counts(np.array([own, other]), weights).sum() <= 202


def alarms(random: np.random.Generator, concentration: float | None, phase: int, window: int, tries: int) -> int:
    """How often a chi-square test of 0.05 rejects a window of the very phase, the counts taken for a sample."""
    base = np.full(BUCKETS, 1 / BUCKETS)
    weights = np.eye(PHASES)[3]
    found = 0
    for _ in range(tries):
        shares = np.tile(base, (PHASES, 1))
        if concentration is not None:
            shares = random.dirichlet(base * concentration, size=PHASES)
        reference = phase_counts(random.multinomial(phase, shares), weights)
        current = random.multinomial(window, shares[3])
        held = current + reference > 0
        table = np.stack([current[held], reference[held]])
        found += stats.chi2_contingency(table, correction=False).pvalue < 0.05
    return found


@pytest.mark.statistical
@pytest.mark.parametrize("concentration", [None, 50.0, 500.0])
@pytest.mark.parametrize(("phase", "window"), [(100, 3000), (500, 500)])
def test_a_test_that_takes_the_counts_for_a_sample_rejects_no_more_than_it_may(
    concentration: float | None, phase: int, window: int
) -> None:
    tries = 500
    found = alarms(np.random.default_rng(11), concentration, phase, window, tries)
    assert found <= stats.binom.ppf(0.999, tries, 1.2 * 0.05)
