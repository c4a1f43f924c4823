"""The rate with one reference: its mean over references is that of the renewal view, which knows nothing of them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from driftline.processors.statistics import renewal
from driftline.processors.statistics.given_reference import Sliding, rate_at, rate_given_reference


@pytest.mark.parametrize("freedom", [1, 19, 100])
@pytest.mark.parametrize("fixed", [0.05, 0.3])
@pytest.mark.parametrize("overlap", [0.0, 0.9, 29 / 30])
def test_over_all_references_it_is_the_rate_of_the_renewal_view(freedom: int, fixed: float, overlap: float) -> None:
    nodes, weights = np.polynomial.legendre.leggauss(100)
    longest = np.sqrt(stats.chi2.isf(1e-14, freedom))
    root = (nodes + 1) / 2 * longest
    density = stats.chi2.pdf(root**2, freedom) * root * longest * weights
    for level in (0.01, 1e-4, 1e-6):
        mean = float((rate_at(fixed * root**2, level, freedom, fixed, overlap) * density).sum())
        kept = fixed + (1 - fixed) * overlap
        assert mean == pytest.approx(level * renewal.exit_share(renewal.chi_hazard(level, freedom), kept), rel=0.03)


def test_an_unlucky_reference_alarms_more() -> None:
    rates = rate_at(np.linspace(0, 10, 20), 1e-5, 19, 0.2, 0.9)
    assert (np.diff(rates) > 0).all()


@pytest.mark.parametrize("size", [250, 2500, 250_000])
def test_the_larger_the_reference_the_closer_all_are(size: int) -> None:
    level = renewal.level_for_rate(1e-6, renewal.kept(0.9, 500, size)[None], np.array([19]), np.array([False]))[0]
    rate = rate_given_reference([Sliding(level, 19, False, 500, size, 0.9, times=10)], np.random.default_rng(size))
    spread = {250: (3, np.inf), 2500: (1.5, 5), 250_000: (1, 1.05)}[size]
    assert spread[0] <= rate.upper95 / rate.median <= spread[1]
    assert rate.median <= 10.5e-6


@pytest.mark.statistical
def test_references_that_are_drawn_alarm_as_said() -> None:
    """200 references of 2,000 rows, 2,000 windows of 500 each, 20 buckets, level 1 %: their rates."""
    random, buckets, level = np.random.default_rng(8), 20, 0.01
    shares = random.multinomial(2000, np.full(buckets, 1 / buckets), size=200) / 2000
    windows = random.multinomial(500, np.full(buckets, 1 / buckets), size=(200, 2000)) / 500
    scores = buckets * ((windows - shares[:, None]) ** 2).sum(axis=2) / (1 / 500 + 1 / 2000)
    rates = (scores > stats.chi2.isf(level, buckets - 1)).mean(axis=1)
    said = rate_given_reference([Sliding(level, buckets - 1, False, 500, 2000, 0.0)], random)
    assert np.median(rates) == pytest.approx(said.median, rel=0.25)
    assert np.quantile(rates, 0.95) == pytest.approx(said.upper95, rel=0.25)
