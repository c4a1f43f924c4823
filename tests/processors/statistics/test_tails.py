"""Far tails against every window chance can draw, and against the exact recursion for KS."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import dirichlet_multinomial, multivariate_hypergeom

from driftline.processors.statistics import chance, few
from driftline.processors.statistics.distances import psi
from driftline.processors.statistics.urns import Draw


def spreads(observations: int, buckets: int) -> NDArray[np.int64]:
    """Every way to spread the observations over the buckets."""
    first = np.stack(np.meshgrid(*[np.arange(observations + 1)] * (buckets - 1), indexing="ij"), -1)
    first = first.reshape(-1, buckets - 1)
    first = first[first.sum(axis=1) <= observations]
    return np.column_stack([first, observations - first.sum(axis=1)])


@pytest.mark.parametrize("level", [0.05, 1e-3, 1e-4, 1e-6, 1e-7])
@pytest.mark.parametrize(
    ("draw", "totals", "window"),
    [
        (Draw.QUANTILE, (500, 500, 500, 500), 60),
        (Draw.QUANTILE, (100, 100, 100, 100), 100),
        (Draw.POOLED, (400, 200, 100, 50), 80),
        (Draw.POOLED, (300, 60, 30, 12), 40),
    ],
)
def test_limits_of_psi_keep_their_level_far_out(draw: Draw, totals: tuple[int, ...], window: int, level: float) -> None:
    held, windows = np.array(totals), spreads(window, 4)
    if draw is Draw.POOLED:
        windows = windows[(windows <= held).all(axis=1)]
        references, probabilities = held - windows, multivariate_hypergeom.pmf(windows, held, window)
    else:
        references = np.broadcast_to(held, windows.shape)
        probabilities = dirichlet_multinomial.pmf(windows, held, window)
    scores = np.sqrt(psi(windows, references) / (1 / window + 1 / references[0].sum()))
    tail = chance.psi_tails(chance.buckets_of(windows[:1], references[:1], draw))[0]
    steps = 1.75  # few windows are that far out: one step of their probabilities is as large as the level
    assert probabilities[scores > float(tail.quantile(level))].sum() <= level * steps


@pytest.mark.parametrize("level", [0.05, 1e-3, 1e-4, 1e-6, 1e-7])
@pytest.mark.parametrize(
    ("totals", "window"), [((1000,) * 20, 100), ((100,) * 10, 100), ((25,) * 20, 150), ((500,) * 4, 200)]
)
def test_limits_of_ks_keep_their_level_far_out(totals: tuple[int, ...], window: int, level: float) -> None:
    reference = np.array(totals)
    exact = few.ks_tail(few.Urns(Draw.QUANTILE, totals, window, int(reference.sum()), ordered=True))
    tail = chance.ks_tail(chance.edge_times(chance.edge_steps(reference[None])[0]))
    current = np.full_like(reference, window // len(totals))
    current[0] += window - current.sum()
    lattice = chance.ks_lattice(current, reference, Draw.QUANTILE)
    unit = np.sqrt(1 / window + 1 / reference.sum())
    limit, _ = chance.ks_limit(tail, np.array(level), lattice, unit)
    assert few.beyond(exact, float(limit)) <= level
