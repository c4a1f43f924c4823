from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binom, nbinom

from driftline.processors.profile.bounds import choose_bounds
from driftline.processors.profile.sketch import Distinct
from driftline.processors.statistics import chance
from driftline.processors.statistics.distances import psi
from driftline.processors.statistics.urns import Draw, shape, support

FUNCTIONS: dict[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {
    "mass": np.ones_like,
    "mean": lambda counts: counts,
    "square": np.square,
    "log, steep at nothing": lambda counts: np.log(counts + 0.5),
}


@pytest.mark.parametrize("window", [200, 5_000, 300_000])
@pytest.mark.parametrize("held", [1.0, 2.0, 3.5, 10.0, 60.0])
def test_the_nodes_of_an_urn_sum_to_what_all_counts_do(held: float, window: int) -> None:
    window_, reference, buckets = (np.array([each]) for each in (float(window), 200.0, 100.0))
    found = support(np.array([held]), window_, reference, buckets, Draw.QUANTILE)
    weights, chance_of = np.exp(found.log_weights), nbinom(held, 200 / (window + 200))
    every = np.arange(chance_of.isf(1e-12) + 1)
    for of in FUNCTIONS.values():
        expected = float((chance_of.pmf(every) * of(every)).sum())
        assert float((weights * of(found.counts)).sum()) == pytest.approx(expected, rel=2e-4)
    assert found.counts.shape[1] <= 160


@pytest.mark.parametrize("window", [200, 1_000_000])
@pytest.mark.parametrize("held", [1.0, 30.0, 5_000.0, 400_000.0])
def test_the_nodes_of_a_pool_sum_to_one(held: float, window: int) -> None:
    window_, reference, buckets = (np.array([each]) for each in (float(window), 1e6, 20.0))
    found = support(np.array([held]), window_, reference, buckets, Draw.POOLED)
    assert np.exp(found.log_weights).sum() == pytest.approx(1.0, rel=1e-4)
    assert (found.counts <= held).all()


@pytest.mark.statistical
@pytest.mark.parametrize("window", [200, 5_000, 1_000_000])
@pytest.mark.parametrize("held", [1, 2, 5])
def test_a_reference_of_a_few_observations_a_bucket_is_exceeded_as_often_as_said(held: int, window: int) -> None:
    random, known, repetitions = np.random.default_rng([held, window]), np.full(100, held), 4_000
    current = random.multinomial(window, random.dirichlet(known.astype(float), size=repetitions))
    scores = _scaled(current, known)
    [tail] = chance.psi_tails(chance.buckets_of(current[:1], known[None], Draw.QUANTILE))
    for level in (0.05, 0.01):
        over = int((scores > tail.quantile(level)).sum())
        assert binom.ppf(0.001, repetitions, 0.8 * level) <= over <= binom.ppf(0.999, repetitions, 1.1 * level)


@pytest.mark.statistical
@pytest.mark.parametrize("held", [2, 5])
def test_bounds_between_two_values_leave_the_scatter_that_is_said(held: int) -> None:
    random, repetitions, buckets = np.random.default_rng(held), 1_000, 100
    known, shares = np.full(buckets, held), np.empty((repetitions, buckets))
    for row in shares:
        bounds = choose_bounds(Distinct.of(random.random(held * buckets)), buckets, tails=False)
        row[:] = np.diff(np.r_[0, bounds, 1])
    current = random.multinomial(100_000, shares)
    [tail] = chance.psi_tails(chance.buckets_of(current[:1], known[None], Draw.BETWEEN))
    over = int((_scaled(current, known) > tail.quantile(0.05)).sum())
    assert binom.ppf(0.001, repetitions, 0.04) <= over <= binom.ppf(0.999, repetitions, 0.06)


def test_between_values_a_bucket_varies_less_than_its_observations_say() -> None:
    totals = np.arange(60.0)
    assert (shape(totals, Draw.POOLED) == totals).all()
    assert (shape(totals, Draw.QUANTILE) == np.maximum(totals, 1.0)).all()
    more = shape(totals, Draw.BETWEEN)[1:] - totals[1:]
    assert (np.diff(more) < 0).all()
    assert more[-1] == pytest.approx(0.5, abs=1e-3)


def _scaled(current: NDArray[np.int64], known: NDArray[np.int64]) -> NDArray[np.float64]:
    unit = np.sqrt(1 / current[0].sum() + 1 / known.sum())
    return np.asarray(np.sqrt(psi(current, np.broadcast_to(known, current.shape))) / unit)
