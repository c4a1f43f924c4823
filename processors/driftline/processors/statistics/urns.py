"""What chance alone puts into one bucket: the null distribution behind every limit.

Nothing having changed, window and reference are draws from the same values. Three descriptions of that hold,
the first two exactly:

- `Draw.POOLED`, where the buckets were chosen beforehand (categories, other bounds). Given how many observations a
  bucket holds on both sides together, t, those of the window are drawn from the pool: multivariate hypergeometric,
  which is independent Binomial(t, n / (n + m)) conditioned on their sum being n.
- `Draw.QUANTILE`, where the bounds are quantiles of this very reference. Then the reference's counts r are fixed by
  construction and the true share of a bucket is what varies, Dirichlet(r): the window's counts are a Polya urn, which
  is independent NegativeBinomial(r) of mean r n / m conditioned on their sum being n.
- `Draw.BETWEEN`, where those bounds lie near the middle between two values of the reference. A bucket ends in a part of
  a gap at either side then, and its share varies less than one of r whole gaps: like one of `shape` observations.
  With 25 observations a bucket, taking it for Dirichlet(r) would alarm a tenth to a quarter too rarely; with two,
  never.

A bucket beyond the outermost values of the reference holds none of it, but about one gap of the truth.

Sources: Johnson, Kotz and Balakrishnan, Discrete Multivariate Distributions (1997), chapters 39 and 40; Wilks (1941),
doi:10.1214/aoms/1177731788, for the shares between order statistics.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from driftline.processors.statistics import special

Floats = NDArray[np.float64]

NODES = 160
_STEP = 0.5
_FAR_FROM_ZERO = 6.5
"""Standard deviations from which the empty bucket is so unlikely that its edge is not seen."""
_BENDINGS = 8
"""Rounds after which the nodes of a wide bucket end where they should, to a tenth of a percent."""
_LOG_NEGLIGIBLE = 37.0
_LOG_PER_BUCKET = 150.0
"""A count less likely than e^-(37 + 150 / B) in its bucket cannot matter to a tail of 1e-12; few buckets share it out
among fewer."""


class Draw(StrEnum):
    """How the window's counts arise when nothing has changed."""

    POOLED = "pooled"
    QUANTILE = "quantile"
    BETWEEN = "between"


@dataclass(frozen=True, slots=True)
class Support:
    """Counts a bucket can hold, as nodes of a sum over them.

    Shapes (R, M): `counts` the nodes, `log_weights` the log probability times the stride (-inf pads short rows).
    """

    counts: Floats
    log_weights: Floats


def shape(totals: Floats, draw: Draw) -> Floats:
    """What a bucket with these `totals` counts as in the draw, same shape: t of a POOLED draw, r of a QUANTILE one.

    In a BETWEEN draw two buckets share the gap their bound lies in, and the bound itself lies anywhere in the middle
    half of it: what is left of that comes to 1/2, and more where a bucket holds one or two (fitted to PSI of drawn
    references at levels .2 to .01, 10 to 100 buckets of uniform, normal, lognormal values: 0.54 to 0.77 at r = 1, 0.5
    to 0.6 at 2). A bucket beyond all values of the reference counts as the gap it is.

    >>> shape(np.array([0.0, 1.0, 25.0]), Draw.BETWEEN).round(3).tolist()
    [1.0, 1.625, 25.501]
    """
    if draw is Draw.POOLED:
        return totals
    held = np.maximum(totals, 1.0)
    more = np.where(totals > 0, 0.5 + 0.5 / (held + 1) ** 2, 0.0) if draw is Draw.BETWEEN else 0.0
    return np.asarray(held + more)


def support(totals: Floats, window: Floats, reference: Floats, buckets: Floats, draw: Draw) -> Support:
    """The counts the window can hold in each bucket, with their unconditioned probabilities.

    Args:
        totals: per bucket, as `shape` says, (R,).
        window: n of the bucket's field, (R,).
        reference: m of the bucket's field, (R,): for the urns, the sum of its totals.
        buckets: B of the bucket's field, (R,).
        draw: the null, the same for all rows.

    Every count is a node where counts are few. Otherwise nodes are half a standard deviation apart, which is exact to
    many digits because the probabilities are smooth on that scale (trapezoid rule), and never more than 160. A bucket
    of an urn that holds little of a small reference may get anything from nothing to very much: its nodes begin one
    count apart and go further apart as counts grow.
    """
    share = window / (window + reference)
    if draw is Draw.POOLED:
        mean, variance, reach = totals * share, totals * share * (1 - share), np.full_like(share, 1 / 3)
        largest = totals  # not the window's size: a rounded bucket may expect more, and the sum keeps it from that
    else:
        mean = totals * window / reference
        variance, reach, largest = mean / (1 - share), -1 / np.log(share), np.ceil(window)
    depth = _LOG_NEGLIGIBLE + _LOG_PER_BUCKET / buckets
    spread = np.sqrt(2 * depth * variance)
    low = np.floor(np.maximum(mean - spread - depth / 3, 0.0))
    high = np.ceil(np.minimum(mean + spread + depth * np.maximum(reach, 1 / 3), largest))
    low = np.minimum(low, high)
    smooth = np.where(mean > _FAR_FROM_ZERO * np.sqrt(variance), np.floor(np.sqrt(variance) * _STEP), 1.0)
    stride = np.maximum(np.ceil((high - low + 1) / NODES), smooth)
    wide = (smooth == 1) & (stride > 1) & (low == 0)
    nodes = np.arange(NODES if wide.any() else int(np.max((high - low) // stride)) + 1)
    counts: Floats = low[:, None] + stride[:, None] * nodes
    strides: Floats = np.repeat(stride[:, None], len(nodes), axis=1)
    if wide.any():
        counts[wide], strides[wide] = _spreading(high[wide])
    inside = counts <= high[:, None]
    counts = np.where(inside, counts, low[:, None])
    logs = log_probability(counts, totals[:, None], share[:, None], draw)
    return Support(counts, np.where(inside, logs + np.log(strides), -np.inf))


def _spreading(high: Floats) -> tuple[Floats, Floats]:
    """Nodes from 0 to `high`, (R,), 160 or more: `a sinh(j / a)`; and how many counts each stands for: `cosh(j / a)`.

    The sum over them is that over all counts: its first node is 0 and stands for itself, and no step is sudden.
    """
    bend, nodes = np.full_like(high, float(NODES)), np.arange(NODES)
    for _ in range(_BENDINGS):
        bend = (NODES - 1) / np.arcsinh(high / bend)
    at = nodes / bend[:, None]
    return bend[:, None] * np.sinh(at), np.cosh(at)


def log_probability(counts: Floats, totals: Floats, share: Floats, draw: Draw) -> Floats:
    """Log of Binomial(t, share) or of NegativeBinomial(r) with success probability `share`, at `counts`."""
    if draw is Draw.POOLED:
        ways = special.gammaln(totals + 1) - special.gammaln(counts + 1) - special.gammaln(totals - counts + 1)
        return np.asarray(ways + counts * np.log(share) + (totals - counts) * np.log1p(-share))
    ways = special.gammaln(totals + counts) - special.gammaln(counts + 1) - special.gammaln(totals)
    return np.asarray(ways + counts * np.log(share) + totals * np.log1p(-share))
