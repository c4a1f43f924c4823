"""From level to rate: the closed form beside the exact integral, and beside windows that really slide."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from driftline.processors.statistics import renewal

LEVELS = (0.05, 1e-3, 1e-5, 1e-7, 1e-9)
KEPT = (0.3, 0.7, 0.9, 0.99)


def exact_share(level: float, kept: float, freedom: int) -> float:
    """Chance that a chi-square over its limit is not at the next look: the integral over what both looks share."""
    limit = stats.chi2.isf(level, freedom)
    largest = np.sqrt(kept * stats.chi2.isf(1e-18, freedom))
    least = max(np.sqrt(limit) - 8 * np.sqrt(1 - kept) - np.sqrt(freedom * (1 - kept)), 0.0)
    nodes, weights = np.polynomial.legendre.leggauss(100)
    root = (nodes + 1) / 2 * (largest - least) + least
    density = stats.chi2.pdf(root**2 / kept, freedom) / kept * root * (largest - least)
    over = 1 - special.chndtr(limit / (1 - kept), freedom, root**2 / (1 - kept))
    return float((weights * density * over * (1 - over)).sum() / level)


@pytest.mark.parametrize("freedom", [1, 5, 19, 199])
def test_the_closed_form_is_never_under_the_exact_share_and_at_most_a_twentieth_over(freedom: int) -> None:
    for kept in KEPT:
        exact = np.array([exact_share(level, kept, freedom) for level in LEVELS])
        found = renewal.exit_share(renewal.chi_hazard(np.array(LEVELS), freedom), kept)
        assert (found >= exact * 0.999).all()
        assert (found <= exact * 1.07).all()


def test_windows_that_share_nothing_alarm_as_often_as_they_are_over_the_limit() -> None:
    assert renewal.exit_share(renewal.chi_hazard(1e-6, 19), 0.0) == pytest.approx(1.0, abs=1e-6)
    assert renewal.kept(0.0, 500, 10**12) == pytest.approx(0.0, abs=1e-8)


@given(st.floats(1e-9, 0.1), st.floats(0.0, 0.995), st.integers(1, 300), st.booleans())
def test_the_level_for_a_rate_gives_that_rate_or_a_little_less(
    rate: float, kept: float, freedom: int, ordered: bool
) -> None:
    level = renewal.level_for_rate(rate, np.array([kept]), np.array([freedom]), np.array([ordered]))[0]
    assert rate * 0.98 <= level <= renewal.LARGEST_LEVEL
    found = level * renewal.alarm_share(level, kept, freedom, ordered)
    assert found <= rate * 1.0001
    assert found >= rate * 0.9 or level > 0.4


@given(st.integers(1, 200), st.booleans())
def test_the_more_a_window_keeps_the_larger_its_level_may_be(freedom: int, ordered: bool) -> None:
    kept = np.linspace(0, 0.99, 12)
    level = renewal.level_for_rate(1e-6, kept, np.full(12, freedom), np.full(12, ordered))
    assert (np.diff(level) >= 0).all()


def test_a_reference_that_slides_along_keeps_no_more_than_its_overlap() -> None:
    assert renewal.kept(0.9, 500, 500, 0.9) == pytest.approx(0.9)
    assert renewal.kept(0.9, 500, 500) == pytest.approx(0.95)


@pytest.mark.statistical
@pytest.mark.parametrize("panes", [1, 6, 30])
@pytest.mark.parametrize("ordered", [False, True])
def test_sliding_windows_come_into_drift_as_often_as_they_may(panes: int, ordered: bool) -> None:
    """200,000 looks at chi-square and the Kolmogorov-Smirnov distance of 20 buckets, level of each 1/100 and 1/200."""
    random, buckets, looks = np.random.default_rng([panes, ordered]), 20, 200_000
    size = 6000
    pane = random.multinomial(size // panes, np.full(buckets, 1 / buckets), size=looks + panes)
    total = np.vstack([np.zeros((1, buckets), dtype=np.int64), pane.cumsum(axis=0)])
    apart = (total[panes:] - total[:-panes]) / size - 1 / buckets
    level = 0.01 if not ordered else 0.005
    over = size * buckets * (apart**2).sum(axis=1) > stats.chi2.isf(level, buckets - 1)
    if ordered:
        reached = np.sqrt(size) * np.abs(apart.cumsum(axis=1)).max(axis=1)
        over |= reached > np.quantile(reached, 1 - level)
    alarms = int((over[1:] & ~over[:-1]).sum())
    allowed = over.mean() * looks * float(renewal.alarm_share(0.01, 1 - 1 / panes, buckets - 1, ordered))
    spread = 3.3 * np.sqrt(alarms)
    assert alarms <= allowed + spread
    assert alarms >= 0.8 * allowed - spread
