from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2 as chi_square
from scipy.stats import multivariate_hypergeom

from driftline.processors.statistics import chance, overlap, p_values
from driftline.processors.statistics.distances import psi
from driftline.processors.statistics.levels import field_level
from driftline.processors.statistics.urns import Draw


def test_with_many_observations_psi_is_chi_square() -> None:
    counts = np.full(10, 10_000_000)
    tail = chance.psi_tails(chance.buckets_of(counts[None], counts[None], Draw.POOLED))[0]
    for level in (0.05, 1e-3, 1e-6, 1e-9):
        assert chi_square.sf(tail.quantile(level) ** 2, 9) == pytest.approx(level, rel=0.08)


@pytest.mark.parametrize(("draw", "window"), [(Draw.POOLED, 50), (Draw.POOLED, 2000), (Draw.QUANTILE, 300)])
def test_the_tail_of_psi_is_that_of_simulated_draws(draw: Draw, window: int) -> None:
    random = np.random.default_rng(window)
    totals = np.array([400, 300, 200, 100, 50, 20, 10, 5, 5, 2]) * 4
    if draw is Draw.POOLED:
        current = random.multivariate_hypergeometric(totals, window, size=100_000, method="marginals")
        reference = totals - current
    else:
        current = random.multinomial(window, random.dirichlet(totals.astype(float), size=100_000))
        reference = np.broadcast_to(totals, current.shape)
    scores = np.sqrt(psi(current, reference) / (1 / window + 1 / reference[0].sum()))
    tail = chance.psi_tails(chance.buckets_of(current[:1], reference[:1], draw))[0]
    for level in (0.05, 0.01, 0.001):
        noise = 3.3 / np.sqrt(1e5 * level)
        lattice = (
            0.4 if window < 100 else 0.0
        )  # few distinct scores: the smooth tail may sit below the step, never above
        assert -0.08 - noise - lattice < np.mean(scores > tail.quantile(level)) / level - 1 < 0.08 + noise


def test_a_few_observations_in_three_buckets_follow_the_enumerated_draws() -> None:
    totals, window = np.array([30, 25, 20]), 25
    splits = np.array([(a, b, window - a - b) for a in range(26) for b in range(26 - a) if window - a - b <= 20])
    weights = multivariate_hypergeom.pmf(splits, totals, window)
    scores = np.sqrt(psi(splits, totals - splits) / (1 / window + 1 / 50))
    tail = chance.psi_tails(chance.buckets_of(splits[100:101], (totals - splits)[100:101], Draw.POOLED))[0]
    for level in (0.05, 0.01, 1e-3, 1e-4):
        assert 0.3 * level < weights[scores > tail.quantile(level)].sum() < 1.15 * level


def test_a_lattice_of_ks_values_is_found() -> None:
    equal = np.full(4, 25)
    assert chance.ks_lattice(equal, equal * 3, Draw.POOLED) == pytest.approx(4 / 300)
    assert chance.ks_lattice(equal, equal, Draw.POOLED) == pytest.approx(2 / 100)
    assert chance.ks_lattice(np.array([26, 24, 25, 25]), equal, Draw.POOLED) == pytest.approx(1 / 100)
    assert chance.ks_lattice(np.array([5, 5, 5, 5]), equal * 8, Draw.QUANTILE) == pytest.approx(1 / 20)


def test_the_fields_of_a_model_share_its_level() -> None:
    part = field_level(0.05, 20)
    assert 1 - (1 - part) ** 20 == pytest.approx(0.05)
    assert field_level(1e-12, 500) == pytest.approx(2e-15)


def test_the_shared_part_falls_with_more_buckets_and_rarer_alarms() -> None:
    assert overlap.shared(4, 0.01) > overlap.shared(20, 0.01) > overlap.shared(20, 1e-4) > 0
    (ks, psi), (of_few_ks, of_few_psi) = overlap.split(0.01, 20), overlap.split(0.01, 3)
    assert 0.02 / 3 < ks < of_few_ks < 0.01
    assert 0.01 / 3 < psi < of_few_psi < 0.005
    assert ks + psi * (1 - overlap.shared(20, psi)) == pytest.approx(0.01)


@pytest.mark.statistical
@pytest.mark.parametrize("buckets", [4, 10, 20])
def test_the_table_of_shared_alarms_is_what_random_bridges_give(buckets: int) -> None:
    random = np.random.default_rng(buckets)
    tail = chance.ks_tail(tuple((np.arange(1, buckets) / buckets).tolist()))
    normal = random.normal(size=(200_000, buckets))
    normal -= normal.mean(axis=1, keepdims=True)
    direction = normal / np.sqrt((normal**2).sum(axis=1, keepdims=True))
    gap = np.abs(np.cumsum(direction, axis=1)[:, :-1]).max(axis=1) / np.sqrt(buckets)
    for level, expected in zip(overlap.LEVELS[:4], overlap.SHARED[buckets][:4], strict=True):
        beyond = np.maximum((tail.quantile(level) / gap) ** 2, chi_square.isf(level, buckets - 1))
        assert chi_square.sf(beyond, buckets - 1).mean() / level == pytest.approx(expected, rel=0.1, abs=0.01)


def test_sparse_buckets_are_pooled_for_the_p_values_of_chi2_and_g() -> None:
    current, reference = np.array([50, 40, 1, 0, 1]), np.array([500, 420, 5, 6, 4])
    sides = np.array([[50, 42], [3, 0]]), np.array([[500, 435], [2, 2]])
    for name, (pooled_together, cannot_be_asked) in p_values.table_p_values(*sides).items():
        alone = p_values.table_p_values(current[None], reference[None])[name]
        assert alone == pytest.approx(pooled_together)
        assert np.isnan(cannot_be_asked)


@pytest.mark.parametrize("shares", [(1, 1, 1), (60, 26, 14), (90, 7, 3), (1, 1, 1, 1, 1), (40, 20, 15, 10, 5, 5, 5)])
@pytest.mark.parametrize(("window", "reference"), [(3000, 3000), (3000, 60_000), (10**6, 10**6), (10**6, 3000)])
def test_few_large_buckets_have_the_limits_of_chi_square(shares: tuple[int, ...], window: int, reference: int) -> None:
    part = np.array(shares) / sum(shares)
    current, known = (np.rint(part * size).astype(np.int64)[None] for size in (window, reference))
    tail = chance.psi_tails(chance.buckets_of(current, known, Draw.POOLED))[0]
    for level in (0.05, 1e-3, 1e-6):
        assert 0.97 < float(tail.quantile(level)) ** 2 / chi_square.isf(level, len(shares) - 1) < 1.25
