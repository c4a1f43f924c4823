from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.stats import dirichlet_multinomial, multivariate_hypergeom

from driftline.processors.statistics.distances import ks, psi
from driftline.processors.statistics.few import Urns, beyond, ks_tail, psi_tail
from driftline.processors.statistics.urns import Draw

LEVELS = (0.3, 0.05, 0.01, 1e-4, 1e-7)
POOLED = Urns(Draw.POOLED, (30, 9, 4, 2), few=11, many=34, ordered=True)
QUANTILE = Urns(Draw.QUANTILE, (25, 25, 25, 25), few=10, many=100, ordered=True)


def every_window(urns: Urns) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All windows chance can draw, the references beside them, and their probabilities."""
    ways = np.array([c for c in product(range(urns.few + 1), repeat=len(urns.totals)) if sum(c) == urns.few])
    totals = np.array(urns.totals)
    if urns.draw is not Draw.POOLED:
        return ways, np.broadcast_to(totals, ways.shape), dirichlet_multinomial.pmf(ways, totals, urns.few)
    ways = ways[(ways <= totals).all(axis=1)]
    return ways, totals - ways, multivariate_hypergeom.pmf(ways, totals, urns.few)


@pytest.mark.parametrize("urns", [POOLED, QUANTILE])
@pytest.mark.parametrize("level", LEVELS)
def test_a_limit_of_ks_is_the_smallest_that_keeps_its_level(urns: Urns, level: float) -> None:
    windows, references, probabilities = every_window(urns)
    scores, tail = ks(windows, references), ks_tail(urns)
    limit = float(tail.quantile(level)) * (1 + 1e-9)
    kept = probabilities[scores > limit].sum()
    assert kept <= level
    assert beyond(tail, limit) == pytest.approx(kept, rel=1e-6, abs=1e-14)
    at_least = scores[scores <= limit].max()
    assert probabilities[scores >= at_least * (1 - 1e-9)].sum() > level or limit >= scores.max()


@pytest.mark.parametrize("urns", [POOLED, QUANTILE])
@pytest.mark.parametrize("level", LEVELS)
def test_a_limit_of_psi_keeps_its_level_and_is_hardly_larger_than_need_be(urns: Urns, level: float) -> None:
    windows, references, probabilities = every_window(urns)
    scores, limit = psi(windows, references), float(psi_tail(urns).quantile(level)) * (1 + 1e-9)
    assert probabilities[scores > limit].sum() <= level
    kept = [value for value in np.unique(scores.round(9)) if probabilities[scores > value + 1e-9].sum() <= level]
    following = kept[1] if len(kept) > 1 else np.inf
    assert limit < following * 1.02 + 0.01
