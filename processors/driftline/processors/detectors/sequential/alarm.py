"""When an alarm that was raised is over: what keeps a chart from raising it again and again at its limit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LIFT = 1.5
"""A chart that crosses its limit is put this many limits high, so that chance alone does not bring it back at once."""
CAP = 2.0
"""No chart climbs higher than this many limits, so that it comes back soon after the traffic has healed."""


def settle(levels: Floats, limit: float, *, alarmed: bool) -> tuple[Floats, bool]:
    """Charts after a step, and whether they alarm.

    While none is over the limit they run free. Those that cross it are lifted; while alarmed, none is higher than the
    cap; when the last falls back to the limit, all start anew from 0, which makes the next false alarm as far away as
    the first. Under the null a run from the cap back takes `limit` over the information of a step.

    Args:
        levels: (J,), at least 0.
        limit: positive.
        alarmed: whether they did after the step before.

    >>> settle(np.array([1.0, 5.0]), 4.0, alarmed=False)
    (array([1., 6.]), True)
    >>> settle(np.array([1.0, 4.0]), 4.0, alarmed=True)
    (array([0., 0.]), False)
    """
    over = levels > limit
    if not over.any():
        return (np.zeros_like(levels) if alarmed else levels), False
    lifted = levels if alarmed else np.where(over, np.maximum(levels, LIFT * limit), levels)
    return np.minimum(lifted, CAP * limit), True
