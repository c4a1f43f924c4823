"""Estimates of a real model's next three years from its score histogram alone: as good as a peer's from the rows."""

from __future__ import annotations

import subprocess

import pytest

from tests.benchmarks.estimation.data import Case, census
from tests.benchmarks.estimation.ours import estimates
from tests.benchmarks.estimation.simulated import coverage

PEER = {"roc_auc": 0.0040, "f1": 0.0066, "accuracy": 0.0051}
"""NannyML's mean absolute errors on the same chunks, of `python -m tests.benchmarks.estimation`."""


@pytest.fixture(scope="module")
def case() -> Case:
    try:
        return census()
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"the census cannot be had here: {error}")


def test_the_census_is_estimated_as_well_as_a_peer_does_from_rows(case: Case) -> None:
    found = estimates(case)
    for metric, peer in PEER.items():
        assert round(found.error(metric), 4) <= peer, metric
        assert found.error(metric) < 0.7 * found.constant_error(metric), metric


def test_the_intervals_hold_what_comes_true_while_scores_keep_their_meaning() -> None:
    for metric, held in coverage(20_000, 1_000, 400).items():
        assert 0.92 <= held <= 0.98, (metric, held)
