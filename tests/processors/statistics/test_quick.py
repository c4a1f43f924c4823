from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from driftline.processors.statistics import chance, quick
from driftline.processors.statistics.tails import Tail
from driftline.processors.statistics.urns import Draw

LEVELS = np.array([1e-2, 1e-4, 1e-6, 1e-8])
SIZES = ((100, 2_000), (1_000, 1_000), (1_000, 20_000), (20_000, 5_000), (100_000, 100_000), (100_000, 2_000))
SHARES: dict[str, Callable[[int], NDArray[np.float64]]] = {
    "even": np.ones,
    "skewed": lambda buckets: np.arange(buckets, 0.0, -1.0),
    "zipf": lambda buckets: 1 / np.arange(1.0, buckets + 1) ** 1.2,
}


@pytest.mark.parametrize("buckets", [3, 5, 20, 200])
@pytest.mark.parametrize("shape", SHARES)
def test_a_quick_limit_of_psi_is_near_the_exact_one(buckets: int, shape: str) -> None:
    random, shares = np.random.default_rng(1), SHARES[shape](buckets)
    for n, m in SIZES:
        window, reference = (random.multinomial(size, shares / shares.sum(), size=1) for size in (n, m))
        _holds(chance.buckets_of(window, reference, Draw.POOLED))


@pytest.mark.parametrize("draw", [Draw.QUANTILE, Draw.BETWEEN])
@pytest.mark.parametrize("buckets", [3, 20, 200])
def test_so_it_is_where_the_bounds_are_quantiles_of_the_reference(draw: Draw, buckets: int) -> None:
    for n, m in SIZES:
        window = np.random.default_rng(2).multinomial(n, np.ones(buckets) / buckets, size=1)
        _holds(chance.buckets_of(window, np.full((1, buckets), max(m // buckets, 1)), draw))


@pytest.mark.parametrize("buckets", [2, 3, 9, 20, 200])
def test_a_quick_limit_of_ks_is_never_under_the_exact_one_and_near_it(buckets: int) -> None:
    random = np.random.default_rng(3)
    steps = chance.edge_steps(random.multinomial(20_000, random.dirichlet(np.full(buckets, 5.0)), size=3))
    for exact, limits in zip(
        (chance.ks_tail(chance.edge_times(row)) for row in steps), _limits(quick.ks_tail(steps)), strict=True
    ):
        ratio = limits / exact.quantile(LEVELS)
        assert (ratio > 0.999).all()
        assert (ratio < 1.1).all()


def test_edges_with_nothing_between_them_are_one() -> None:
    once, twice = np.array([[512, 1024]], dtype=np.uint16), np.array([[0, 512, 512, 1024, 1024, 2048]], dtype=np.uint16)
    assert _limits(quick.ks_tail(twice)) == pytest.approx(_limits(quick.ks_tail(once)))
    nothing = quick.ks_tail(np.array([[0, 0]], dtype=np.uint16))
    assert _limits(nothing)[0] == pytest.approx(
        chance.ks_tail(chance.edge_times(np.zeros(2, dtype=np.uint16))).quantile(LEVELS)
    )


def _holds(problems: Sequence[chance.Buckets]) -> None:
    [exact] = chance.psi_tails(problems)
    ratio = _limits(quick.psi_tail(problems))[0] / exact.quantile(LEVELS)
    assert (ratio > 0.81).all()
    assert (ratio < 1.12).all()


def _limits(tails: Tail) -> NDArray[np.float64]:
    return np.array([Tail(*curve).quantile(LEVELS) for curve in zip(tails.points, tails.deviates, strict=True)])
