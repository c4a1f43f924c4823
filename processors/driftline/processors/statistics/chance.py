"""Null distributions of the deciding statistics, in units in which they hardly depend on the sample sizes.

The root of PSI and the Kolmogorov-Smirnov distance are divided by sqrt(1/n + 1/m): near the root of a chi-square and
near a Brownian bridge then. What is left depends on the buckets alone, and slowly, so that rounded buckets
can share one computation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from driftline.processors.statistics import bridge, saddlepoint, urns
from driftline.processors.statistics.tails import Tail
from driftline.processors.statistics.tilted import Terms
from driftline.processors.statistics.urns import Draw

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

TIME_STEPS = 2048
_TOGETHER = 32  # arrays of that many problems stay in the processor's cache
ODDS_STEPS = 50
_STEPS, _STEPS_EACH = 40, 4
"""Steps in which the totals of a field's buckets are kept: 40, or four a bucket. With fewer, the largest of many
categories would be lost between two steps, and the sample taken for a part of itself."""
_SLOWEST = 0.8
"""Deviates per unit of a root of chi-square, at the least: where a sum has too few values for a curve of its own."""
_LARGE, _COARSER, _COARSE_FROM = 200.0, 4, 8
"""A bucket that expects so many observations on both sides is as good as normal: its total matters little."""
_SETTLED = 20
"""Observations of the reference from which a bucket counts with what is to be expected of it."""
GRID = np.concatenate([np.arange(16.0), np.rint(2 ** np.r_[4:6:0.25, 6:53:0.5])])
"""Bucket totals that are computed; a total in between counts as a part of each neighbour, so that the sum stays."""


class Buckets(NamedTuple):
    """A field's buckets as far as the null of PSI depends on them, rounded so that neighbours are equal.

    A tuple, as thousands are looked up each second.

    Args:
        draw: how the window arises.
        live, empty: buckets that hold anything and that do not.
        fill: how the totals (t of a POOLED draw, else r) of the live ones spread: the part of them up to each value of
            a grid, in steps, two bytes each, from value `first` of the grid to the first that has all.
        odds: log of n / m in steps of 1/50.
    """

    draw: Draw
    live: int
    empty: int
    first: int
    fill: bytes
    odds: int

    def totals(self) -> tuple[Floats, Floats]:
        """Distinct totals, ascending, and how many buckets have each (parts of buckets, too)."""
        parts = np.diff(np.frombuffer(self.fill, dtype=np.uint16).astype(np.float64), prepend=0.0)
        values = GRID[self.first : self.first + len(parts)][parts > 0]
        times = parts[parts > 0] * (self.live / float(_steps(np.array(self.live))))
        if not self.empty:
            return values, times
        return np.r_[0.0, values], np.r_[float(self.empty), times]


def spread_of(problems: Sequence[Buckets]) -> Floats:
    """How many buckets of each problem have each total of the grid (parts of buckets, too), shape (K, G)."""
    live = np.array([problem.live for problem in problems])
    steps = _steps(live)[:, None]
    first = np.array([problem.first for problem in problems])[:, None]
    held = np.array([len(problem.fill) // 2 for problem in problems])[:, None]
    place = np.arange(len(GRID)) - first
    filled = np.where(place < held, 0.0, steps)
    filled[(place >= 0) & (place < held)] = np.frombuffer(b"".join([each.fill for each in problems]), dtype=np.uint16)
    filled[:, 1:] -= filled[:, :-1].copy()
    filled *= live[:, None] / steps
    filled[:, 0] += [problem.empty for problem in problems]
    return filled


def draws(reference: Counts, bounds: Floats | None = None) -> dict[Draw, NDArray[np.bool_]]:
    """Tell bounds that are quantiles of this very reference from bounds set beforehand: most buckets are equally full,
    and only an outermost one may be empty.

    Args:
        reference: counts per ordered bucket, shape (F, B).
        bounds: between the buckets, shape (F, B - 1), NaN where they are not known. A profile puts them halfway
            between two values unless the values are whole numbers; without bounds they are taken to stand on values,
            which never alarms too often.

    Returns:
        Which fields each kind of draw describes, shape (F,).

    >>> draws(np.array([[50, 50, 49, 51], [50, 10, 3, 0]]))[Draw.POOLED].tolist()
    [False, True]
    """
    alike = np.mean(np.abs(reference - np.median(reference, axis=1, keepdims=True)) <= 1, axis=1) > 0.5
    quantiles = alike & (reference[:, 1:-1].min(axis=1, initial=1) > 0) & (reference.shape[1] > 2)
    if bounds is None:
        on_values = np.ones_like(quantiles)
    else:
        on_values = ((bounds == np.trunc(bounds)) | np.isnan(bounds)).all(axis=1)
    return {Draw.POOLED: ~quantiles, Draw.QUANTILE: quantiles & on_values, Draw.BETWEEN: quantiles & ~on_values}


def buckets_of(current: Counts, reference: Counts, draw: Draw) -> list[Buckets]:
    """The rounded buckets of each field; counts of shape (F, B)."""
    totals = _pool(current, reference) if draw is Draw.POOLED else reference
    live = np.count_nonzero(totals, axis=1)
    n, m = current.sum(axis=1), reference.sum(axis=1)
    large = _LARGE * (n + m if draw is Draw.POOLED else m) / np.minimum(n, m)
    steps = _steps(live)[:, None]
    filled = np.rint(np.cumsum(_spread(totals, large), axis=1) * (steps / live[:, None])).astype(np.uint16)
    first, full = (filled > 0).argmax(axis=1), (filled == steps).argmax(axis=1)
    odds = np.rint(np.log(n / m) * ODDS_STEPS).astype(np.int64)
    columns = (live, totals.shape[1] - live, first, full, odds)
    return [
        Buckets(draw, live_, empty, low, row[low : high + 1].tobytes(), odds_)
        for row, live_, empty, low, high, odds_ in zip(filled, *(c.tolist() for c in columns), strict=True)
    ]


def _steps(live: Counts) -> Counts:
    return np.clip(live * _STEPS_EACH, _STEPS, np.iinfo(np.uint16).max)


def _pool(current: Counts, reference: Counts) -> Counts:
    """Totals of both sides, (F, B); of a bucket that is large in a larger reference, what that makes them.

    Which observations such a bucket happens to have in this window matters little, and so neighbouring looks share a
    computation.
    """
    n, m = current.sum(axis=1, keepdims=True), reference.sum(axis=1, keepdims=True)
    settled = (reference >= _SETTLED) & (n <= m)
    return np.where(settled, np.rint(reference * (1 + n / m)).astype(np.int64), current + reference)


def _spread(totals: Counts, large: Floats) -> Floats:
    """Live buckets on the values of the grid, (F, G): each on its two neighbours so that the totals keep their sum.

    Beyond the field's `large` total, (F,), only every fourth value is taken, but where buckets are few: one that is
    four times as large as it should be may expect more than the window holds.
    """
    field = np.broadcast_to(np.arange(len(totals))[:, None], totals.shape)[totals > 0]
    values = totals[totals > 0].astype(np.float64)
    left, from_ = np.searchsorted(GRID, values, side="right") - 1, np.searchsorted(GRID, large)[field]
    many = (np.count_nonzero(totals, axis=1) > _COARSE_FROM)[field]
    coarse = many & (left >= from_)
    stride = np.where(coarse, _COARSER, 1)
    left = np.where(coarse, left - (left - from_) % _COARSER, left)
    upper = (values - GRID[left]) / (GRID[left + stride] - GRID[left])
    places = field * len(GRID) + left
    size = len(totals) * len(GRID)
    found = np.bincount(places, 1 - upper, size) + np.bincount(places + stride, upper, size)
    return np.asarray(found.reshape(len(totals), len(GRID)))


def psi_tails(problems: Sequence[Buckets]) -> list[Tail]:
    """Null tail of sqrt(PSI / (1/n + 1/m)) for each problem; all of the same draw."""
    tails: list[Tail] = []
    for start in range(0, len(problems), _TOGETHER):
        scores, deviates = saddlepoint.tail_points(_psi_terms(problems[start : start + _TOGETHER]))
        tails += [_monotone(np.sqrt(x), z) for x, z in zip(scores, deviates, strict=True)]
    return tails


def ks_tail(times: Sequence[float]) -> Tail:
    """Null tail of KS sqrt(n m / (n + m)), the edges at the given pooled shares."""
    return _monotone(*bridge.tail_points(np.array(times)))


def edge_steps(counts: Counts) -> NDArray[np.uint16]:
    """Shares below each inner edge in steps of 1/2048, shape (F, B - 1); counts of shape (F, B)."""
    cumulative = np.cumsum(counts, axis=1)
    return np.rint(cumulative[:, :-1] / cumulative[:, -1:] * TIME_STEPS).astype(np.uint16)


def edge_times(steps: NDArray[np.uint16]) -> tuple[float, ...]:
    """Shares below the edges, each once, 0 and 1 left out, at least one; steps of shape (B - 1,).

    >>> edge_times(np.array([0, 512, 512, 1024], dtype=np.uint16))
    (0.25, 0.5)
    """
    inner = np.unique(steps[(steps > 0) & (steps < TIME_STEPS)])
    if len(inner) == 0:
        inner = np.clip(steps[:1], 1, TIME_STEPS - 1)
    return tuple((inner / TIME_STEPS).tolist())


def ks_lattice(current: Counts, reference: Counts, draw: Draw) -> Floats:
    """Distance between neighbouring values the KS distance can take under the null; counts of shape (..., B)."""
    n, m = current.sum(axis=-1), reference.sum(axis=-1)
    step, drawn = (n + m, current + reference) if draw is Draw.POOLED else (m, reference)
    edges = np.gcd.reduce(np.cumsum(drawn, axis=-1)[..., :-1], axis=-1)
    common = np.gcd(step, edges)  # gcd(step, n edges) without a product that could overflow
    return np.asarray(common * np.gcd(step // common, n) / (n.astype(np.float64) * m))


def ks_limit(tail: Tail, level: Floats, lattice: Floats, unit: Floats) -> tuple[Floats, Floats]:
    """The smallest distance each field may have that is exceeded with at most `level`, and the level it attains.

    Args:
        tail: of KS / unit, F curves.
        level: in (0, 1), shape (F,).
        lattice: step of the values the distance can take, shape (F,).
        unit: sqrt(1/n + 1/m), shape (F,).
    """
    steps = np.ceil(tail.quantile(level) * unit / lattice - 0.5)
    attained = np.minimum(tail.probability((steps + 0.5) * lattice / unit), level)
    return steps * lattice * (1 + 1e-9), attained  # the product must not round below the value itself


def _psi_terms(problems: Sequence[Buckets]) -> Terms:
    draw = problems[0].draw
    filled = [problem.totals() for problem in problems]
    problem = np.repeat(np.arange(len(problems)), [len(totals) for totals, _ in filled])
    totals, times = (np.concatenate(column) for column in zip(*filled, strict=True))
    buckets = np.bincount(problem, times)
    odds = np.exp(np.array([p.odds for p in problems]) / ODDS_STEPS)
    held = np.bincount(problem, times * totals)
    reference = held / (1 + odds) if draw is Draw.POOLED else held
    n = np.asarray((odds * reference)[problem], dtype=np.float64)
    m, b = np.asarray(reference[problem], dtype=np.float64), np.asarray(buckets[problem], dtype=np.float64)
    shape = urns.shape(totals, draw)
    known: Floats = m if draw is Draw.POOLED else np.bincount(problem, times * shape)[problem].astype(np.float64)
    nodes = urns.support(shape, n, known, b, draw)
    p = (nodes.counts + 0.5) / (n + 0.5 * b)[:, None]
    other = totals[:, None] - (nodes.counts if draw is Draw.POOLED else 0.0)
    q = (other + 0.5) / (m + 0.5 * b)[:, None]
    mean = shape * n / (n + m if draw is Draw.POOLED else known)
    terms, held = (p - q) * np.log(p / q) / (1 / n + 1 / m)[:, None], np.isfinite(nodes.log_weights)
    return Terms(
        problem=problem,
        times=times,
        bucket=np.nonzero(held)[0],
        values=terms[held],
        counts=(nodes.counts - mean[:, None])[held],
        log_weights=nodes.log_weights[held],
        freedom=np.maximum(np.bincount(problem, times * (totals > 0)) - 1, 1.0),
    )


def _monotone(points: Floats, deviates: Floats) -> Tail:
    """A tail through the points that ascend on both axes, the last slope going on in place of the others."""
    keep, size = np.isfinite(points) & np.isfinite(deviates), len(points)
    points, deviates = points[keep], deviates[keep]
    rising = np.ones(len(points), dtype=bool)
    rising[1:] = (np.diff(np.maximum.accumulate(deviates)) > 0) & (np.diff(np.maximum.accumulate(points)) > 0)
    points, deviates = (points[rising], deviates[rising]) if len(points) else (np.array([1.2]), np.array([0.0]))
    if len(points) == 1:
        points, deviates = np.r_[points, points + 1], np.r_[deviates, deviates + _SLOWEST]
    more = np.arange(1, size - len(points) + 1)
    further = (np.r_[side, side[-1] + more * (side[-1] - side[-2])] for side in (points, deviates))
    return Tail(*further)
