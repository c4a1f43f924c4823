"""The mean output on other buckets of the same rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftline.processors.explanation.means import along, by_name

bucket = st.tuples(st.integers(1, 500), st.floats(-5, 5), st.booleans())


@given(st.lists(bucket, min_size=1, max_size=12))
def test_whole_buckets_joined_have_the_mean_of_their_rows(buckets: list[tuple[int, float, bool]]) -> None:
    counts, means = np.array([each[0] for each in buckets]), np.array([each[1] for each in buckets])
    ends = [at for at, each in enumerate(buckets) if each[2] or at == len(buckets) - 1]
    starts = [0, *(end + 1 for end in ends[:-1])]
    joined = [slice(start, end + 1) for start, end in zip(starts, ends, strict=True)]
    found = along(means, counts, np.array([counts[part].sum() for part in joined]))
    assert found == pytest.approx([np.average(means[part], weights=counts[part]) for part in joined], abs=1e-9)


@given(st.lists(bucket, min_size=1, max_size=8), st.lists(st.integers(0, 99), min_size=1, max_size=8).filter(any))
def test_a_bucket_cut_through_keeps_the_mean_of_all(buckets: list[tuple[int, float, bool]], onto: list[int]) -> None:
    counts, means = np.array([each[0] for each in buckets]), np.array([each[1] for each in buckets])
    found = along(means, counts, np.array(onto))
    assert np.average(found, weights=onto) == pytest.approx(np.average(means, weights=counts), abs=1e-9)
    assert (found >= means.min() - 1e-9).all()
    assert (found <= means.max() + 1e-9).all()


def test_buckets_without_rows_take_their_neighbours_mean() -> None:
    assert along(np.array([0.2, 0.6]), np.array([5, 5]), np.array([0, 5, 0, 5, 0])).tolist() == [
        pytest.approx(each) for each in (0.2, 0.2, 0.2, 0.6, 0.6)
    ]


def test_a_bucket_of_too_few_rows_counts_as_the_mean_of_all() -> None:
    found = along(np.array([0.2, np.nan, 0.6]), np.array([10, 2, 10]), np.array([10, 2, 10]))
    assert found == pytest.approx([0.2, 0.4, 0.6])
    assert np.isnan(along(np.array([np.nan]), np.array([3]), np.array([1, 2]))).all()


def test_categories_go_by_name_and_the_rest_together() -> None:
    means, counts = {"a": 0.1, "b": 0.5, "_OTHER": 0.9}, {"a": 10, "b": 30, "c": 7, "_OTHER": 10}
    assert by_name(means, counts, ["b", "_OTHER"], "_OTHER") == pytest.approx([0.5, 0.5])
    assert by_name(means, counts, ["a", "b"], "_OTHER").tolist() == [0.1, 0.5]
    assert np.isnan(by_name(means, counts, ["c", "new"], "_OTHER")).all()
    assert np.isnan(by_name({}, {"a": 1}, ["a", "_OTHER"], "_OTHER")).all()
