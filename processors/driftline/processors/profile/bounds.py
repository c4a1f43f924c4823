"""Where the buckets of a numeric field lie: on the quantiles of its reference, ties and all.

A field with few distinct values gets a bucket for each, with an empty one below and above, so that a value never seen
shows. Otherwise a value that makes up a whole bucket's share (the zeros of a zero-inflated field) has a bucket to
itself, what lies between is cut at quantiles, and the outermost buckets hold what is further out than all values.

A bound between two values that are not both integers is put between them, at the shortest decimal in the middle half of
the gap: no row's value is published, and a server that computes in float32 keeps its values in their buckets.
"""

from __future__ import annotations

from math import ceil, copysign, floor, inf, isfinite, log10, nextafter

import numpy as np
from numpy.typing import NDArray

from driftline.processors.profile.ends import bucket_ends, has_tails
from driftline.processors.profile.sketch import Distinct

SCORE_BOUNDS = 100
"""A score field has at least so many bounds where its values allow."""
_SMALLEST = float(np.finfo(np.float64).tiny)  # smaller ones are flushed to zero by some senders


def choose_bounds(distinct: Distinct, bins: int, *, tails: bool = True) -> NDArray[np.float64]:
    """Ascending bounds, float64 (B-1,), for about `bins` buckets (lower, upper]; none without values.

    With `tails` some of the buckets of a field that has `ends.FEWEST_WITH_TAILS` or more go to what is rare.

    >>> choose_bounds(Distinct.of(np.array([1.0, 2.0, 2.0, 5.0])), 20).tolist()
    [0.0, 1.0, 2.0, 5.0]
    >>> choose_bounds(Distinct.of(np.arange(1.0, 101.0)), 4).tolist()
    [25.0, 50.0, 75.0]
    """
    values = distinct.values
    if not len(values):
        return np.zeros(0)
    if len(values) <= bins:
        placed = [_below(values), *_placed(values, range(len(values)))]
    else:
        ends = bucket_ends(distinct, bins, tails=tails)
        placed = _placed(values, ends)
        if has_tails(bins, tails=tails):
            placed += _outermost(values, last_alone=len(values) - 1 in ends)
    return np.unique([bound for bound in placed if isfinite(bound)])


def score_bounds(distinct: Distinct, bins: int, threshold: float) -> NDArray[np.float64]:
    """Bounds of a score field: `SCORE_BOUNDS` or more where its values allow, the decision threshold among them."""
    wanted = max(bins, SCORE_BOUNDS + 1)
    bounds = choose_bounds(distinct, wanted, tails=False)
    while len(bounds) < min(SCORE_BOUNDS, len(distinct.values)) and wanted < 64 * SCORE_BOUNDS:
        wanted *= 2  # heavy ties left fewer buckets than asked for
        bounds = choose_bounds(distinct, wanted, tails=False)
    return np.union1d(bounds, [threshold])


def _placed(values: NDArray[np.float64], ends: list[int] | range) -> list[float]:
    if (values == np.trunc(values)).all():
        return [float(values[index]) for index in ends]
    last = len(values) - 1
    following = [
        float(values[index + 1]) if index < last else _beyond(float(values[-1]), _step(values)) for index in ends
    ]
    return [between(float(values[index]), after) for index, after in zip(ends, following, strict=True)]


def _outermost(values: NDArray[np.float64], *, last_alone: bool) -> list[float]:
    """A bound just below all values and, unless the last one has a bucket to itself, one just above.

    As near as a quarter of a gap: then the chance of a value further out is about that of one between two of these,
    however the values are distributed.
    """
    under, over = (float(values[1] / 4 - values[0] / 4), float(values[-1] / 4 - values[-2] / 4))
    low, high = float(values[0]), float(values[-1])
    if (values == np.trunc(values)).all():
        found = [low - max(floor(under), 1), high + floor(over)]
    else:
        found = [between(low - under, low), between(high, high + over)]
    return found[:1] if last_alone else found


def _below(values: NDArray[np.float64]) -> float:
    """A bound that parts the smallest value from everything under it; of an integer constant, the double before it."""
    lowest = float(values[0])
    if len(values) == 1 and lowest == np.trunc(lowest):
        return nextafter(lowest, -inf) if abs(lowest) > _SMALLEST else lowest - 2 * _SMALLEST
    under = _beyond(lowest, -_step(values))
    return under if (values == np.trunc(values)).all() else between(under, lowest)


def _step(values: NDArray[np.float64]) -> float:
    """The smallest gap between values; of a constant, what float32 cannot tell from it."""
    if len(values) == 1:
        return abs(float(values[0])) * 4e-6
    with np.errstate(over="ignore"):  # a gap wider than the doubles is infinite, and so no step
        return float(np.diff(values).min())


def _beyond(value: float, step: float) -> float:
    """One step further, or the next double where the step is lost in rounding or leads out of the doubles."""
    further = value + step
    if isfinite(further) and further != value:
        return further
    return nextafter(value, copysign(inf, step))


def between(low: float, high: float) -> float:
    """The shortest decimal in the middle half of the gap; `low` where two doubles are too close to have one.

    >>> between(0.1, 0.2), between(1234.5678, 1234.6)
    (0.13, 1234.58)
    """
    quarter = high / 4 - low / 4
    start, end = low + quarter, high - quarter
    if not low <= start < end < high:  # too close for a middle
        return low
    digits = -floor(log10(end - start))
    for places in (digits - 1, digits):
        candidate = round(ceil(start * 10.0**places) / 10.0**places, max(places, 0)) if abs(places) < 300 else start
        if start <= candidate <= end:
            return candidate
    return start
