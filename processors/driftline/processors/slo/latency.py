"""Which bound of a histogram stands for a threshold."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence


def bound_at_or_below(bounds: Sequence[float], threshold: float) -> float | None:
    """The largest bound that is not over the threshold; None when all are. Buckets are (lower, upper], never split.

    Args:
        bounds: ascending, (B,).
        threshold: in the bounds' unit.

    >>> bound_at_or_below((0.1, 0.25, 0.5), 0.3), bound_at_or_below((0.1, 0.25), 0.05)
    (0.25, None)
    """
    at = bisect_right(bounds, threshold)
    return bounds[at - 1] if at else None
