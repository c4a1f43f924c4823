"""When an alarm that was raised is over: what keeps a chart from raising it again and again at its limit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LIFT = 1.5
"""A chart that crosses its limit is put this many limits high, so that chance alone does not bring it back at once."""
CAP = 2.0
"""No chart climbs higher than this many limits; the others go down with it, so that what explains the traffic best
stays, and comes back as fast as it climbed once the traffic has healed."""


def settle(levels: Floats, limit: float, *, alarmed: bool) -> tuple[Floats, bool]:
    """Charts after a step, and whether they alarm.

    While none is over the limit they run free. Those that cross it are lifted; while alarmed, all are lowered together
    by what the highest is over the cap; when the last falls back to the limit, all start anew from 0, which makes the
    next false alarm as far away as the first. A chart at its cap is back, once nothing is changed any more, after
    `limit` over the nats it loses a step.

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
    return np.maximum(lifted - max(lifted.max() - CAP * limit, 0.0), 0.0), True
