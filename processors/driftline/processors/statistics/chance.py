"""Null distributions of the deciding statistics, in units in which they hardly depend on the sample sizes.

The root of PSI and the Kolmogorov-Smirnov distance are divided by sqrt(1/n + 1/m): near the root of a chi-square and
near a Brownian bridge then. What is left depends on the buckets alone, and slowly, so that rounded buckets
can share one computation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

import numpy as np
from numpy.typing import NDArray

from driftline.processors.statistics import bridge, saddlepoint, urns
from driftline.processors.statistics.tails import Tail
from driftline.processors.statistics.urns import Draw

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

_EXACT_BELOW = 32
_STEPS_PER_DOUBLING = 16
_TIME_STEPS = 128
_TOGETHER = 32  # arrays of that many problems stay in the processor's cache
_ODDS_STEPS = 50


@dataclass(frozen=True, slots=True)
class Buckets:
    """A field's buckets as far as the null of PSI depends on them, rounded so that neighbours are equal.

    `totals` are the distinct bucket totals (t of a POOLED draw, else r), ascending, up to 32 exactly and
    above on 16 steps per doubling; `times` how often each occurs; `log_odds` the log of n / m in steps of 1/50.
    """

    draw: Draw
    totals: tuple[float, ...]
    times: tuple[int, ...]
    log_odds: float


def drawn_by(reference: Counts, bounds: Floats | None = None) -> Draw:
    """Tell bounds that are quantiles of this very reference (most buckets equally full) from bounds set beforehand.

    Args:
        reference: counts per ordered bucket, shape (B,).
        bounds: between the buckets, shape (B - 1,). A profile puts them halfway between two values unless the values
            are whole numbers; without bounds they are taken to stand on values, which never alarms too often.

    >>> drawn_by(np.array([50, 50, 49, 51])), drawn_by(np.array([50, 10, 3, 0]))
    (<Draw.QUANTILE: 'quantile'>, <Draw.POOLED: 'pooled'>)
    """
    middle = np.median(reference)
    alike = np.mean(np.abs(reference - middle) <= 1)
    if alike <= 0.5 or reference.min() == 0 or len(reference) < 3:
        return Draw.POOLED
    on_values = bounds is None or bool((bounds == np.trunc(bounds)).all())
    return Draw.QUANTILE if on_values else Draw.BETWEEN


def buckets_of(current: Counts, reference: Counts, draw: Draw) -> Buckets:
    """The rounded buckets of one field; counts of shape (B,)."""
    totals = current + reference if draw is Draw.POOLED else reference
    coarse = np.round(2 ** (np.round(np.log2(np.maximum(totals, 1)) * _STEPS_PER_DOUBLING) / _STEPS_PER_DOUBLING))
    distinct, times = np.unique(np.where(totals <= _EXACT_BELOW, totals, coarse), return_counts=True)
    log_odds = float(np.round(np.log(current.sum() / reference.sum()) * _ODDS_STEPS) / _ODDS_STEPS)
    return Buckets(draw, tuple(distinct.tolist()), tuple(times.tolist()), log_odds)


def psi_tails(problems: Sequence[Buckets]) -> list[Tail]:
    """Null tail of sqrt(PSI / (1/n + 1/m)) for each problem; all of the same draw."""
    tails: list[Tail] = []
    for start in range(0, len(problems), _TOGETHER):
        scores, deviates = saddlepoint.tail_points(_psi_terms(problems[start : start + _TOGETHER]))
        tails += [_monotone(np.sqrt(x), z) for x, z in zip(scores, deviates, strict=True)]
    return tails


def ks_tail(times: tuple[float, ...]) -> Tail:
    """Null tail of KS sqrt(n m / (n + m)), the edges at the given pooled shares."""
    return _monotone(*bridge.tail_points(np.array(times)))


def edge_times(counts: Counts) -> tuple[float, ...]:
    """Shares below each inner edge in steps of 1/128, each once, 0 and 1 left out; counts of shape (B,)."""
    cumulative = np.cumsum(counts)
    times = np.unique(np.round(cumulative[:-1] / cumulative[-1] * _TIME_STEPS))
    inner = times[(times > 0) & (times < _TIME_STEPS)]
    if len(inner) == 0:
        inner = np.array([1.0 if cumulative[0] * 2 < cumulative[-1] else _TIME_STEPS - 1.0])
    return tuple((inner / _TIME_STEPS).tolist())


def ks_lattice(current: Counts, reference: Counts, draw: Draw) -> float:
    """Distance between neighbouring values the KS distance can take under the null; counts of shape (B,)."""
    n, m = int(current.sum()), int(reference.sum())
    if draw is Draw.POOLED:
        step, edges = n + m, n * np.cumsum(current + reference)[:-1]
    else:
        step, edges = m, n * np.cumsum(reference)[:-1]
    return gcd(step, *(int(edge) for edge in edges)) / (n * m)


def ks_limit(tail: Tail, level: float, lattice: float, unit: float) -> tuple[float, float]:
    """The smallest distance a field may have that is exceeded with at most `level`, and the level it attains.

    Args:
        tail: of KS / unit.
        level: in (0, 1).
        lattice: step of the values the distance can take.
        unit: sqrt(1/n + 1/m).
    """
    steps = np.ceil(tail.quantile(level) * unit / lattice - 0.5)
    attained = min(tail.probability((steps + 0.5) * lattice / unit), level)
    return float(steps * lattice) * (1 + 1e-9), attained  # the product must not round below the value itself


def _psi_terms(problems: Sequence[Buckets]) -> saddlepoint.Terms:
    draw = problems[0].draw
    problem = np.repeat(np.arange(len(problems)), [len(p.totals) for p in problems])
    totals = np.concatenate([p.totals for p in problems])
    times = np.concatenate([p.times for p in problems]).astype(np.float64)
    buckets = np.bincount(problem, times)
    odds = np.exp([p.log_odds for p in problems])
    held = np.bincount(problem, times * totals)
    reference = held / (1 + odds) if draw is Draw.POOLED else held
    n = np.asarray((odds * reference)[problem], dtype=np.float64)
    m, b = np.asarray(reference[problem], dtype=np.float64), np.asarray(buckets[problem], dtype=np.float64)
    known = 0.5 if draw is Draw.BETWEEN else 0.0
    nodes = urns.support(totals + known, n, m + known * b, b, draw)
    p = (nodes.counts + 0.5) / (n + 0.5 * b)[:, None]
    other = totals[:, None] - (nodes.counts if draw is Draw.POOLED else 0.0)
    q = (other + 0.5) / (m + 0.5 * b)[:, None]
    mean = totals * n / (n + m) if draw is Draw.POOLED else (totals + known) * n / (m + known * b)
    return saddlepoint.Terms(
        problem=problem,
        times=times,
        values=(p - q) * np.log(p / q) / (1 / n + 1 / m)[:, None],
        counts=nodes.counts - mean[:, None],
        log_weights=nodes.log_weights,
        freedom=np.maximum(np.bincount(problem, times * (totals > 0)) - 1, 1.0),
    )


def _monotone(points: Floats, deviates: Floats) -> Tail:
    """A tail through the points that ascend on both axes."""
    keep = np.isfinite(points) & np.isfinite(deviates)
    points, deviates = points[keep], deviates[keep]
    rising = np.r_[True, (np.diff(np.maximum.accumulate(deviates)) > 0) & (np.diff(np.maximum.accumulate(points)) > 0)]
    return Tail(tuple(points[rising].tolist()), tuple(deviates[rising].tolist()))
