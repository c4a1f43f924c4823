"""A short form of `python -m tests.benchmarks.rows`: one size, one window of each shift."""

from __future__ import annotations

import pytest

from tests.benchmarks.digits import SHIFTS
from tests.benchmarks.rows import TABLE, rows, share


@pytest.mark.statistical
def test_rows_find_more_of_the_shifts_of_digits_than_the_best_of_the_table() -> None:
    assert share(rows, SHIFTS, 20, runs=1) >= TABLE[20]


@pytest.mark.statistical
def test_digits_without_a_shift_are_no_verdict_in_more_windows_than_alpha() -> None:
    """18 windows at alpha 0.05: more than 5 would come once in 2,000 runs."""
    assert share(rows, (None,) * 18, 20, runs=1) <= 5 / 18
