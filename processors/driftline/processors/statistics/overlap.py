"""How often PSI and the Kolmogorov-Smirnov distance alarm together, nothing having changed.

Limits at levels a and b are exceeded, one or the other, with a + b less what they share. The table holds the shared
part over b for equally full buckets and many observations, computed by `tests/processors/statistics/test_overlap.py`
from random directions of a Brownian bridge with their lengths integrated exactly. Unequal buckets share less: 0.85 of
it is counted on, which errs on the quiet side.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

KS_SHARE = 2 / 3
"""Of a numeric field's level, the part of the Kolmogorov-Smirnov distance. PSI needs less: on buckets that reach into
the tails it finds what changes the width with ease, and a pure shift hardly at any level."""
LEVELS = (0.05, 0.0125, 1.25e-3, 2.5e-5, 2.5e-8, 1e-10)
SHARED = {
    3: (0.731, 0.678, 0.612, 0.535, 0.450, 0.406),
    4: (0.576, 0.492, 0.383, 0.246, 0.131, 0.101),
    5: (0.480, 0.381, 0.270, 0.175, 0.112, 0.087),
    6: (0.418, 0.319, 0.220, 0.141, 0.080, 0.054),
    8: (0.347, 0.253, 0.164, 0.093, 0.043, 0.027),
    10: (0.306, 0.213, 0.129, 0.065, 0.026, 0.015),
    12: (0.279, 0.186, 0.105, 0.048, 0.017, 0.009),
    15: (0.249, 0.158, 0.084, 0.035, 0.011, 0.005),
    20: (0.215, 0.129, 0.062, 0.022, 0.005, 0.002),
    32: (0.175, 0.094, 0.038, 0.011, 0.002, 0.001),
    50: (0.146, 0.072, 0.025, 0.005, 0.001, 0.000),
    100: (0.114, 0.049, 0.013, 0.002, 0.000, 0.000),
}
_COUNTED_ON = 0.85
_ROWS: NDArray[np.float64] = np.array(list(SHARED.values()))
_LOG_LEVELS: NDArray[np.float64] = -np.log(LEVELS)


@lru_cache(maxsize=1024)
def shared(buckets: int, level: float) -> float:
    """The part of the alarms at `level` that the other statistic raises too, as far as it is counted on.

    Args:
        buckets: occupied buckets, 3 or more.
        level: of each statistic, in (0, 1).

    >>> round(shared(20, 1.25e-3), 4)
    0.0527
    """
    across = [float(np.interp(-np.log(level), _LOG_LEVELS, row)) for row in _ROWS]
    return _COUNTED_ON * float(np.interp(np.log(buckets), np.log(list(SHARED)), across))


@lru_cache(maxsize=1024)
def split(level: float, buckets: int) -> tuple[float, float]:
    """The levels of the Kolmogorov-Smirnov distance and of PSI so that either is exceeded with `level`.

    What they share is counted at the smaller of the two.

    >>> [round(part, 5) for part in split(0.01, 20)]
    [0.00684, 0.00342]
    """
    part = (1 - KS_SHARE) * level
    for _ in range(2):
        part = level / (1 / (1 - KS_SHARE) - shared(buckets, part))
    return level - part * (1 - shared(buckets, part)), part
