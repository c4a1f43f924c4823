"""Freshness: how long a model is silent, against how long it usually is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from driftline.processors.detectors.quality.check import Check

KEPT = 32
"""Longest silences that are kept: what the tail is told from."""
FEWEST = 20
"""With fewer silences seen, the limit is the monitor's `staleAfter`."""


def freshness(
    silent_seconds: float,
    longest: Sequence[float],
    *,
    seen: int,
    watched_seconds: float,
    per_second: float,
    stale_after: float,
    explicit: bool,
    least: float,
) -> Check:
    """A silence against the one that comes at most at the rate that the budget allows.

    The silences so far are continued beyond the longest of them by a power law (Weissman), which errs on the long side
    where silences are more regular than that. The limit is never below twice the longest, nor below `least`.

    Args:
        silent_seconds: time without data up to now.
        longest: the longest silences so far, in seconds, at most `KEPT` of them.
        seen: silences so far.
        watched_seconds: the time over which they were seen, above 0 once there are any.
        per_second: false findings that the budget allows in a second.
        stale_after: the monitor's `staleAfter` in seconds.
        explicit: the owner wrote `staleAfter`: no silence longer than that is fresh.
        least: limits are not below this, in seconds: a few of the intervals at which silence is noticed.

    Returns:
        Seconds beside seconds.

    >>> def after(seconds: float) -> Check:
    ...     return freshness(seconds, [11.0, 10.5, 10.2], seen=30, watched_seconds=300, per_second=1e-6,
    ...                      stale_after=900, explicit=False, least=30)
    >>> after(12.0).violated, after(300.0).violated
    (False, True)

    Source: Weissman (1978), doi:10.2307/2286285, with the estimator of Hill (1975), doi:10.1214/aos/1176343247.
    """
    limit = stale_after
    if seen >= FEWEST and longest:
        limit = max(_continued(longest, per_second * watched_seconds), 2 * max(longest), least)
        limit = min(limit, stale_after) if explicit else limit
    return Check(silent_seconds, limit)


def _continued(longest: Sequence[float], allowed: float) -> float:
    """The length that `allowed` of the silences, a number below 1, would be over."""
    ordered = np.maximum(np.sort(np.asarray(longest, dtype=np.float64)), 1e-9)
    tail = float(np.log(ordered / ordered[0]).mean()) * len(ordered) / max(len(ordered) - 1, 1)
    reach = len(ordered) / min(allowed, 1.0)
    return float(ordered[0] * np.exp(min(tail * np.log(reach), 60.0)))
