"""A sample of a table's rows: fair, whole, bounded."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from driftline.processors.tables import open_table
from driftline.processors.tables.sampling import sample_rows


def test_rows_keep_together_and_in_order() -> None:
    x = np.arange(5000.0)
    found = sample_rows(open_table({"x": x, "y": -x}), 100, np.random.default_rng(0), {})
    assert len(found["x"]) == 100
    assert (found["x"] == -found["y"]).all()
    assert (np.diff(found["x"]) > 0).all()


def test_a_short_table_is_taken_whole() -> None:
    found = sample_rows(open_table({"x": [1.0, 2.0]}), 100, np.random.default_rng(0), {})
    assert found["x"].tolist() == [1.0, 2.0]


@pytest.mark.statistical
def test_every_row_has_the_same_chance_in_whatever_batch_it_is() -> None:
    """3,000 samples of 5 of 20 rows in batches of 3: a quarter each, within 4.5 standard errors."""
    table = pa.table({"x": np.arange(20)})
    batches = pa.Table.from_batches(table.to_batches(max_chunksize=3))
    random = np.random.default_rng(0)
    drawn = np.concatenate([sample_rows(open_table(batches), 5, random, {})["x"] for _ in range(3000)])
    counts = np.bincount(drawn.astype(int), minlength=20)
    assert np.abs(counts - 750).max() < 4.5 * np.sqrt(3000 * 0.25 * 0.75)


def test_numbers_that_are_categories_are_texts_and_what_is_unusable_is_missing() -> None:
    table = open_table({"code": [1.0, 2.0], "x": [np.inf, 1.0], "plan": ["a", None]})
    found = sample_rows(table, 9, np.random.default_rng(0), {"code": True})
    assert found["code"].tolist() == ["1", "2"]
    assert np.isnan(found["x"][0])
    assert found["plan"].tolist() == ["a", None]


def test_lists_of_one_length_are_vectors_and_others_are_left_out() -> None:
    table = pa.table({"v": [[1.0, 2.0], None], "w": [[1.0], [2.0, 3.0]]})
    found = sample_rows(open_table(table), 9, np.random.default_rng(0), {})
    assert list(found) == ["v"]
    assert np.isnan(found["v"][1]).all()
