"""What was joined between kills, in any order, twice and corrected, is what a batch computation finds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.outcomes.truth import compare


def test_after_kills_every_figure_is_scikit_learns_on_the_same_rows(tmp_path: Path) -> None:
    found = compare(tmp_path, 100_000, kills=2)
    assert (found.cohorts, found.figures) == (5, 40)
    assert found.largest_error == pytest.approx(0, abs=1e-9)
    assert found.coverage_errors == 0
