"""Calibration drift: at the same score, do outcomes come as often as they did?

That is concept drift that no distribution of scores shows. Both sides are counts per bucket of the score, so that a
change of the scores themselves is none here: each bucket is compared with itself.

Given how many outcomes of a bucket are favourable on both sides together, those of the window are hypergeometric, with
a known mean and variance. Neighbouring buckets are joined, by these variances alone, into at most ten parts that can be
taken for normal; a part adds up what its buckets are off by, never their outcomes, so that scores moving within it stay
none. Two tests share the level: all parts off the same way, which finds a shift, and any of them off.

Sources: Mantel and Haenszel (1959), doi:10.1093/jnci/22.4.719, for the buckets; Hosmer and Lemeshow (1980),
doi:10.1080/03610928008827941, for parts by score.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from driftline.processors.statistics import special
from driftline.processors.statistics.intervals import Z95, Interval

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

LEAST_VARIANCE = 5.0
"""Of the favourable outcomes of one part: from here on they are near enough to normal."""
MOST_PARTS = 10


class TooFewOutcomesError(Exception):
    """The outcomes do not make one part: a status, never a figure."""


class CalibrationDrift(NamedTuple):
    """How outcomes at the same scores differ from those of the reference.

    Args:
        shift: share of favourable outcomes less what the reference expects at these scores, with a 95 % interval.
        score: sum of squared deviations of the parts, in their variances.
        parts: how many there are: what `score` is nearly when nothing has changed.
        p_value: twice the smaller one of both tests, at most 1.
    """

    shift: Interval
    score: float
    parts: int
    p_value: float


def calibration_drift(
    favourable: Counts, observed: Counts, known_favourable: Counts, known_observed: Counts
) -> CalibrationDrift:
    """Compare the outcomes of a window with those of a reference, score by score.

    Args:
        favourable, observed: of the window, outcomes per bucket of the score, in its order, (B,).
        known_favourable, known_observed: of the reference, on the same buckets, (B,).

    Buckets that are empty on one side say nothing and are left out.

    Raises:
        TooFewOutcomesError: fewer outcomes than one part needs, or all of them alike.

    Cost: 0.1 ms for 100 buckets.

    >>> hundred = np.array([100, 100])
    >>> found = calibration_drift(np.array([40, 70]), hundred, np.array([200, 700]), 10 * hundred)
    >>> found.shift.value.round(2).item(), found.parts, found.p_value < 1e-3
    (0.1, 2, True)
    """
    both = (observed > 0) & (known_observed > 0)
    hits, n, known, m = (
        each[both].astype(np.float64) for each in (favourable, observed, known_favourable, known_observed)
    )
    pool, good = n + m, hits + known
    share = good / pool
    variance = n * m / pool * share * (1 - share) * pool / np.maximum(pool - 1, 1)
    parts = _parts(variance)
    if not parts.size or variance.sum() < LEAST_VARIANCE:
        raise TooFewOutcomesError("too few outcomes at scores that both sides have: wait for more, or join buckets")
    off, spread = (np.bincount(parts, each) for each in (hits - n * share, variance))
    score, together = float((off**2 / spread).sum()), float(off.sum() ** 2 / spread.sum())
    p_value = min(2 * float(special.chdtrc([len(spread), 1], [score, together]).min()), 1.0)
    return CalibrationDrift(_shift(hits, n, known, m), score, len(spread), p_value)


def _parts(variance: Floats) -> NDArray[np.int64]:
    """The part of each bucket: a new one begins where the one before has variance enough, a rest joins the last."""
    parts, held, at = np.zeros(len(variance), dtype=np.int64), 0.0, 0
    enough = max(LEAST_VARIANCE, float(variance.sum()) / MOST_PARTS)
    for bucket, own in enumerate(variance.tolist()):
        if held >= enough:
            held, at = 0.0, at + 1
        held += own
        parts[bucket] = at
    return np.minimum(parts, at - 1) if at and held < LEAST_VARIANCE else parts


def _shift(hits: Floats, n: Floats, known: Floats, m: Floats) -> Interval:
    weight = n / n.sum()
    value = np.asarray((weight * (hits / n - known / m)).sum())
    rates = [((good + 0.5) / (all_ + 1), all_) for good, all_ in ((hits, n), (known, m))]
    reach = Z95 * np.sqrt(sum((weight**2 * rate * (1 - rate) / all_).sum() for rate, all_ in rates))
    return Interval(value, value - reach, value + reach)
