from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftline.processors.statistics.rebinning import align_exponential, coarsen, common_edges

values = st.lists(st.floats(-1e6, 1e6).filter(lambda x: x == 0 or abs(x) > 1e-6), min_size=1, max_size=200)


def exponential(of: np.ndarray, scale: int) -> SimpleNamespace:
    parts: dict[str, object] = {}
    for name, part in (("positive", of[of > 0]), ("negative", -of[of < 0])):
        index = np.ceil(np.log2(part) * 2**scale).astype(np.int64) - 1
        offset = int(index.min()) if len(index) else 0
        parts |= {f"{name}_offset": offset, name: np.bincount(index - offset).astype(np.int64)}
    return SimpleNamespace(scale=scale, zero=int((of == 0).sum()), **parts)


@given(st.sets(st.integers(0, 50), min_size=1), st.sets(st.integers(0, 50)), st.lists(st.integers(0, 50), max_size=99))
def test_coarse_counts_are_those_of_the_values_on_the_common_edges(
    one: set[int], other: set[int], observed: list[int]
) -> None:
    bounds = np.array(sorted(one), dtype=np.float64)
    edges = common_edges(bounds, np.array(sorted(other), dtype=np.float64))
    fine = np.bincount(np.searchsorted(bounds, observed), minlength=len(bounds) + 1)
    coarse = np.bincount(np.searchsorted(edges, observed), minlength=len(edges) + 1)
    assert coarsen(bounds, fine, edges).tolist() == coarse.tolist()


def test_a_bucket_is_never_split() -> None:
    with pytest.raises(ValueError, match="common_edges"):
        coarsen(np.array([1.0, 3.0]), np.array([1, 2, 3]), np.array([2.0]))


@given(values, values, st.integers(-2, 5), st.integers(-2, 5))
def test_aligning_keeps_every_observation_and_each_bucket_holds_a_twentieth(
    window: list[float], known: list[float], fine: int, finer: int
) -> None:
    aligned = align_exponential(exponential(np.array(window), fine), exponential(np.array(known), finer))
    assert aligned.current.sum() == len(window)
    assert aligned.reference.sum() == len(known)
    assert (aligned.reference * 20 >= len(known)).all()
    assert len(aligned.bounds) == len(aligned.current) - 1
    assert (np.diff(aligned.bounds) > 0).all()


def test_merged_buckets_count_what_lies_between_their_bounds() -> None:
    random = np.random.default_rng(3)
    window, known = random.normal(size=500), random.normal(size=2000)
    aligned = align_exponential(exponential(window, 4), exponential(known, 3))
    for side, counted in ((window, aligned.current), (known, aligned.reference)):
        assert np.bincount(np.searchsorted(aligned.bounds, side), minlength=len(counted)).tolist() == counted.tolist()


def test_an_empty_reference_leaves_one_bucket() -> None:
    aligned = align_exponential(exponential(np.array([1.0, 2.0]), 0), exponential(np.zeros(0), 0))
    assert (aligned.current.tolist(), aligned.reference.tolist(), len(aligned.bounds)) == ([2], [0], 0)
