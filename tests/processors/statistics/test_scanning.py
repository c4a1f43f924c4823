"""The scan: its rate against a simulation of every newest part, slowly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftline.processors.statistics.scanning import scan_limit, scan_rate


@pytest.mark.statistical
def test_the_rate_is_that_of_a_simulation() -> None:
    """2,000 streams of 200 steps; the share that alarms at all against the rate, both ways within 15 %."""
    random, limit = np.random.default_rng(1), 3.5
    reached = np.concatenate([np.zeros((2000, 1)), np.cumsum(random.normal(size=(2000, 200)), axis=1)], axis=1)
    alarmed = np.zeros(2000, dtype=bool)
    for step in range(1, 201):
        newest = np.abs(reached[:, step : step + 1] - reached[:, :step]) / np.sqrt(step - np.arange(step))
        alarmed |= newest.max(axis=1) > limit
    rate = -np.log(1 - alarmed.mean()) / 200
    assert rate == pytest.approx(float(scan_rate(limit)), rel=0.15)


@given(st.floats(1e-12, 0.03))
def test_the_limit_is_the_one_that_has_the_rate(rate: float) -> None:
    assert float(scan_rate(scan_limit(rate))) == pytest.approx(rate, rel=1e-6)


def test_a_rate_over_that_of_the_smallest_limit_has_the_smallest_limit() -> None:
    assert scan_limit(0.9) == pytest.approx(2.0)
