"""Traffic that is not independent and does not change: how often the judge alarms, with and without its dispersion.

Each repetition draws a stream of its own: 20,000 rows of reference, measured on 40 blocks of a window's 500 rows, then
a window some windows later. 200 repetitions, alpha 1 %, minimum effect 0; one-sided at 99.9 %; seeded.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binom, norm

from driftline.processors.detectors import Judge, Pair
from driftline.processors.statistics.dispersion import dispersion
from tests.processors.detectors.streams import autoregressive, bursty, daily

REPETITIONS, REFERENCE, WINDOW, ALPHA = 200, 20_000, 500, 0.01
EDGES = norm.ppf(np.arange(1, 20) / 20)
SHARES = np.array([0.4, 0.2, 0.15, 0.1, 0.05, 0.05, 0.03, 0.02])
Buckets = NDArray[np.int64]

STREAMS: dict[str, tuple[int, Callable[[np.random.Generator, int], Buckets]]] = {
    "following": (20, lambda random, rows: np.searchsorted(EDGES, autoregressive(random, rows, 0.9))),
    "bursts": (8, lambda random, rows: bursty(random, SHARES, rows, 6)),
    "days": (20, lambda random, rows: np.searchsorted(EDGES, daily(random, rows, 5000, 0.4))),
}


def alarms(name: str) -> tuple[int, int]:
    """How many of the windows are in drift: rows taken for independent, and with the dispersion of the reference."""
    buckets, stream = STREAMS[name]
    random, pairs, ordered = np.random.default_rng(len(name)), [], name != "bursts"
    for _ in range(REPETITIONS):
        gap = int(random.integers(1, 20)) * WINDOW
        rows = stream(random, REFERENCE + gap + WINDOW)
        blocks = count(rows[:REFERENCE].reshape(-1, WINDOW), buckets)
        sides = count(rows[-WINDOW:].reshape(1, -1), buckets)[0], blocks.sum(axis=0)
        pairs += [
            Pair(*sides, ordered=ordered, dispersion=known) for known in (None, dispersion(blocks, ordered=ordered))
        ]
    judge, alpha = Judge(), -float(np.expm1(len(pairs) * np.log1p(-ALPHA)))
    drifting = [v.status == "drift" for v in judge.judge(pairs, alpha=alpha, minimum_effect={"psi": 0, "ks": 0})]
    return sum(drifting[::2]), sum(drifting[1::2])


def count(rows: Buckets, buckets: int) -> Buckets:
    return np.array([np.bincount(row, minlength=buckets) for row in rows])


@pytest.mark.statistical
@pytest.mark.parametrize("name", STREAMS)
def test_what_would_alarm_five_times_as_often_as_it_may_alarms_no_more_than_it_may(name: str) -> None:
    plain, dispersed = alarms(name)
    assert plain >= 5 * ALPHA * REPETITIONS
    assert dispersed <= binom.ppf(0.999, REPETITIONS, ALPHA)


def test_dispersion_raises_limits_and_leaves_scores() -> None:
    current, reference = np.array([30, 60, 50, 60]), np.full(4, 500)
    plain, spread = (
        Judge().judge([Pair(current, reference, ordered=True)], alpha=0.01),
        Judge().judge([Pair(current, reference, ordered=True, dispersion={"psi": 4.0, "ks": 9.0})], alpha=0.01),
    )
    for before, after in zip(plain[0].scores, spread[0].scores, strict=True):
        assert after.score == before.score
        if before.limit is not None and after.limit is not None:
            assert after.limit == pytest.approx(before.limit * {"psi": 4.0, "ks": 3.0}[before.name])
        if before.p_value is not None and after.p_value is not None:
            assert after.p_value > before.p_value


@pytest.mark.parametrize(
    "counts", [([9, 41], [100, 400]), ([40, 10, 0], [900, 100, 0]), ([2, 3, 7, 4], [500] * 4), ([45, 5], [900, 0])]
)
def test_every_kind_of_null_knows_dispersion(counts: tuple[list[int], list[int]]) -> None:
    sides = [np.array(side) for side in counts]
    limits = [
        Judge().judge([Pair(sides[0], sides[1], ordered=True, dispersion=known)], alpha=0.01, minimum_effect={"ks": 0})
        for known in (None, {"psi": 1.5, "ks": 1.5})
    ]
    pairs = list(zip(limits[0][0].scores, limits[1][0].scores, strict=True))
    assert any(b.limit is not None for b, _ in pairs)
    assert all((a.limit or 0) > (b.limit or 0) for b, a in pairs if b.limit is not None)


def test_looks_that_overlap_may_be_in_drift_more_often() -> None:
    current, reference = np.array([110, 120, 130, 140]), np.full(4, 1000)
    apart, sliding = (
        Judge().judge([Pair(current, reference, ordered=True, overlap=overlap)], budget_per_look=1e-6)[0]
        for overlap in (0.0, 29 / 30)
    )
    assert all(s.limit <= a.limit for s, a in zip(sliding.scores, apart.scores, strict=True) if s.limit and a.limit)
    assert (sliding.level or 0) > (apart.level or 1)


@pytest.mark.parametrize("given", [{}, {"alpha": 0.01, "budget_per_look": 0.01}])
def test_a_judge_needs_one_of_alpha_and_budget(given: dict[str, float]) -> None:
    pair = Pair(np.array([5, 5]), np.array([50, 50]), ordered=True)
    with pytest.raises(ValueError, match="needs either"):
        Judge().judge([pair], alpha=given.get("alpha"), budget_per_look=given.get("budget_per_look"))
