"""A field that varied and does not any more."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from driftline.processors.detectors.quality.check import Check
from driftline.processors.statistics import special

Counts = NDArray[np.int64]
_LARGEST_SURPRISE = 300.0


def constant(window: Counts, reference: Counts, *, level: float, dispersion: float = 1.0) -> Check:
    """How surprising it is that the window holds one value only.

    The chance that a window drawn from the values of both sides is constant is, over the buckets, the sum of the
    chances that all its values come from that bucket: C(bucket, n) / C(all, n).

    Args:
        window: counts per bucket or category, (B,), at least one observation.
        reference: counts on the same buckets, (B,).
        level: chance, in (0, 1), of a verdict although nothing has changed.
        dispersion: variance of shares over that of independent rows; the window counts as n / dispersion values.

    Returns:
        Surprise, -log10 of that chance, at most 300; 0 when the window holds two values, or the reference only one.

    >>> constant(np.array([0, 50, 0]), np.array([400, 300, 300]), level=1e-6).violated
    True
    >>> constant(np.array([0, 2, 0]), np.array([400, 300, 300]), level=1e-6).violated
    False
    >>> constant(np.array([1, 50, 0]), np.array([400, 300, 300]), level=1e-6).score
    0.0
    """
    limit = -float(np.log10(level))
    if np.count_nonzero(window) != 1 or np.count_nonzero(reference) < 2:
        return Check(0.0, limit)
    rows = max(float(window.sum()) / dispersion, 1.0)
    buckets = window + reference
    wide = buckets[buckets >= rows].astype(np.float64)
    chances = _log_choose(wide, rows) - _log_choose(float(buckets.sum()), rows)
    surprise = -float(np.logaddexp.reduce(chances)) / float(np.log(10)) if len(wide) else _LARGEST_SURPRISE
    return Check(float(np.clip(surprise, 0.0, _LARGEST_SURPRISE)), limit)


def _log_choose(items: NDArray[np.float64] | float, chosen: float) -> NDArray[np.float64]:
    return np.asarray(special.gammaln(items + 1) - special.gammaln(chosen + 1) - special.gammaln(items - chosen + 1))
