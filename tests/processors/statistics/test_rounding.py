"""What is rounded or shortened so that nulls are quick: how much it may change."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2 as chi_square

from driftline.processors.statistics import bridge, chance
from driftline.processors.statistics.distances import chi2
from driftline.processors.statistics.p_values import table_p_values
from driftline.processors.statistics.urns import Draw

counts = st.lists(st.integers(0, 100_000), min_size=3, max_size=40)


@given(counts, st.data())
def test_rounded_buckets_keep_how_many_there_are_and_nearly_what_they_hold(
    current: list[int], data: st.DataObject
) -> None:
    reference = data.draw(st.lists(st.integers(1, 100_000), min_size=len(current), max_size=len(current)))
    sides = np.array([current]) + 1, np.array([reference])
    totals, times = chance.buckets_of(*sides, Draw.POOLED)[0].totals()
    assert times.sum() == pytest.approx(len(current))
    assert (np.diff(totals) > 0).all()
    ordered = np.sort(chance._pool(*sides)[0])
    assert ordered[0] / 4 <= totals[0]
    assert totals[-1] <= ordered[-1] * 4


@pytest.mark.parametrize("categories", [50, 200, 1000])
@pytest.mark.parametrize("observations", [100, 20_000])
def test_the_largest_of_many_categories_are_not_lost_in_rounding(categories: int, observations: int) -> None:
    shares = 1 / np.arange(1, categories + 1) ** 1.2
    sides = np.random.default_rng(categories).multinomial(observations, shares / shares.sum(), size=2)
    totals, times = chance.buckets_of(sides[:1], sides[1:], Draw.POOLED)[0].totals()
    assert float(totals @ times) == pytest.approx(2 * observations, rel=0.1)


@given(st.integers(1, 30), st.integers(0, 9))
def test_equal_buckets_on_the_grid_are_kept_as_they_are(buckets: int, empty: int) -> None:
    row = np.r_[np.full(buckets, 8), np.zeros(empty, dtype=np.int64)][None]
    totals, times = chance.buckets_of(row, row, Draw.POOLED)[0].totals()
    held = totals > 0
    assert totals[held].tolist() == [16]
    assert times[held].sum() == pytest.approx(buckets)
    assert times[~held].sum() == empty


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0.03, 0.97), min_size=1, max_size=8, unique=True), st.floats(0.5, 2.0))
def test_pairs_of_edges_never_see_too_little(times: list[float], height: float) -> None:
    steps = np.sort(np.array(times))
    steps = steps[np.r_[True, np.diff(steps) > 0.01]]
    exact = bridge.exceedance(steps, np.array([height]))[0]
    assert bridge.pairwise_exceedance(steps, np.array([height]))[0] >= exact * (1 - 1e-4)


@pytest.mark.parametrize(
    "times", [[0.2, 0.4, 0.6, 0.8], [0.02, 0.09, 0.24, 0.43, 0.63, 0.79, 0.89, 0.95], [0.95, 0.99]]
)
@pytest.mark.parametrize("height", [0.3, 0.65, 1.2, 2.0])
def test_pairs_of_loose_edges_see_all_but_a_few_percent(times: list[float], height: float) -> None:
    exact = bridge.exceedance(np.array(times), np.array([height]))[0]
    assert bridge.pairwise_exceedance(np.array(times), np.array([height]))[0] == pytest.approx(exact, rel=0.04)


@given(counts, st.data())
def test_every_field_of_a_pass_has_the_p_value_of_its_own_pooled_buckets(
    current: list[int], data: st.DataObject
) -> None:
    sparse = st.lists(st.integers(0, 12), min_size=len(current), max_size=len(current))
    rows = [np.array(data.draw(sparse)) for _ in range(4)]
    rows[0][0] = rows[1][0] = rows[2][0] = rows[3][0] = 7
    found = table_p_values(np.stack(rows[:2]), np.stack(rows[2:]))["chi2"]
    for p_value, one, other in zip(found, rows[:2], rows[2:], strict=True):
        cells = _pooled(one, other)
        assert np.isnan(p_value) == (len(cells) < 2)
        if len(cells) > 1:
            assert p_value == pytest.approx(float(chi_square.sf(chi2(*np.array(cells).T), len(cells) - 1)))


def _pooled(one: np.ndarray, other: np.ndarray) -> list[tuple[int, int]]:
    """The slow, obvious version."""
    share = min(one.sum(), other.sum()) / (one.sum() + other.sum())
    kept = [(int(a), int(b)) for a, b in zip(one, other, strict=True) if (a + b) * share >= 5]
    rest = [(int(a), int(b)) for a, b in zip(one, other, strict=True) if 0 < (a + b) * share < 5]
    if not rest:
        return kept
    together = sum(a for a, _ in rest), sum(b for _, b in rest)
    if not kept or sum(together) * share >= 5:
        return [*kept, together]
    smallest = min(range(len(kept)), key=lambda at: sum(kept[at]))
    kept[smallest] = kept[smallest][0] + together[0], kept[smallest][1] + together[1]
    return kept
