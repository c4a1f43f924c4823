"""Which segments of the traffic carry the movement of a field: their mix, and what changed inside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from driftline.processors.findings import SegmentShift

SURE = 3.0
"""Standard errors by which a segment's part is over its traffic before it is named."""

Segment = tuple[tuple[str, str], ...]
Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sides:
    """A part of the traffic: its counts now, and before the drift; either may be empty. Shape (B,)."""

    now: Counts
    before: Counts


def segment_shifts(whole: Sides, segments: Mapping[Segment, Sides], *, known: bool) -> tuple[SegmentShift, ...]:
    """How much of a field's movement each segment carries, the largest part first.

    The movement is the change of shares along its own direction, `s = sign(p_now - p_before)`; its size is
    `s . (p_now - p_before)`, twice the total variation distance. Segment g of traffic w (v before) has the part
    `w s . (p_g,now - p_g,before)` from within and `(w - v) s . (p_g,before - p_before)` from the mix, over that size.
    Parts of segments that partition the traffic add up to 1.

    Args:
        whole: the whole traffic; both sides hold something.
        segments: parts of it on the same buckets.
        known: whether `before` is known of the segments; else theirs is the whole's, and the parts are not told apart.

    Returns:
        One entry for each segment; none when the whole did not move.

    >>> whole = Sides(np.array([500, 500]), np.array([800, 200]))
    >>> eu, us = Sides(np.array([100, 400]), np.array([400, 100])), Sides(np.array([400, 100]), np.array([400, 100]))
    >>> found = segment_shifts(whole, {(("region", "eu"),): eu, (("region", "us"),): us}, known=True)
    >>> [(each.segment[0][1], round(each.share, 9), each.carries) for each in found]
    [('eu', 1.0, True), ('us', 0.0, False)]

    Source: shift-share analysis, Dunn, Papers in Regional Science 6 (1960), doi:10.1111/j.1435-5597.1960.tb01705.x.
    """
    now, before = _shares(whole.now), _shares(whole.before)
    direction = np.sign(now - before)
    size = float(direction @ (now - before))
    if not size:
        return ()
    found = [_one(segment, sides, whole, before, direction / size, known=known) for segment, sides in segments.items()]
    return tuple(sorted(found, key=lambda each: (-each.share, each.segment)))


def _one(segment: Segment, sides: Sides, whole: Sides, before: Floats, along: Floats, *, known: bool) -> SegmentShift:
    traffic = float(sides.now.sum() / whole.now.sum())
    seen = known and bool(sides.before.any())
    own_before = _shares(sides.before) if seen else before
    own_now = _shares(sides.now) if sides.now.any() else own_before
    within = traffic * float(along @ (own_now - own_before))
    traffic_before = float(sides.before.sum() / whole.before.sum()) if known else traffic
    mix = (traffic - traffic_before) * float(along @ (own_before - before))
    rows_before = int(sides.before.sum()) if seen else int(whole.before.sum())
    share = within + mix
    return SegmentShift(
        segment,
        traffic,
        share,
        within if known else None,
        mix if known else None,
        carries=share - traffic > SURE * _error(max(traffic, traffic_before), sides, rows_before, along),
    )


def _error(weight: float, sides: Sides, rows_before: int, along: Floats) -> float:
    """At most this is the standard error of a part: shares along a sign have a variance under 1 / n."""
    return float(np.abs(along).max()) * weight * sqrt(1 / max(int(sides.now.sum()), 1) + 1 / rows_before)


def _shares(counts: Counts) -> Floats:
    return np.asarray(counts / counts.sum(), dtype=np.float64)
