"""CUSUM and Page-Hinkley on panes of counts: charts on log-likelihood ratios against a reference."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from driftline.processors.detectors.sequential.alarm import settle
from driftline.processors.detectors.sequential.tilts import Tilts
from driftline.processors.statistics.run_length import common_limit

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

MEMORY = 100
"""Panes over which the usual size of a pane is averaged."""
REACH = 100
"""Panes within which the most extreme traffic there is must be able to bring a chart over its limit."""
TOLERANCE = (0.25,)
"""The one shift that Page-Hinkley is made for; half of it is let pass."""


class CountedCusum:
    """A bank of CUSUMs, one for each change of `Tilts`, against a reference that never changes.

    Each is `max(0, S + log-likelihood ratio of the pane)`, in nats; the score is the largest.

    Guarantee: false alarms at most `rate` a pane, on average over references of this size: the reference's error is in
    the limit. Given one reference the rate can be several times that or a fraction of it. For a known reference a chart
    alone has a run length of at least `exp(limit)` whatever the distribution (Lorden), and the limit follows
    Siegmund's approximation, closer. A shift of less than half the smallest watched never alarms.

    Args:
        reference: counts, (B,), two buckets or more, at least one observation.
        ordered: whether the buckets have an order: shifts and spreads; else the odds of categories.

    >>> chart = CountedCusum(np.full(4, 2500), ordered=True)
    >>> for _ in range(30):
    ...     chart.update(np.array([1, 2, 3, 4]), rate=1e-4)
    >>> score, limit = chart.get()
    >>> score > limit
    True

    Source: Page (1954), doi:10.1093/biomet/41.1-2.100; Lorden (1971), doi:10.1214/aoms/1177693055.
    """

    name = "cusum"

    def __init__(self, reference: Counts, *, ordered: bool) -> None:
        self._tilts = Tilts.of(reference, ordered=ordered)
        self._ratios = self._tilts.log_ratios(self._tilts.shares)
        self._information = self._tilts.information()
        self._sums = np.zeros(len(self._ratios))
        self._usual, self._panes, self._limit, self._alarmed = 0.0, 0, 1.0, False

    def update(self, counts: Counts, rate: float, dispersion: float = 1.0) -> None:
        """See `Chart`."""
        observations = int(counts.sum())
        if not observations:
            return
        self._panes = min(self._panes + 1, MEMORY)
        self._usual += (observations / dispersion - self._usual) / self._panes
        self._limit = limit_of(rate, self._information, self._usual, self._tilts.known / dispersion)
        sums = np.maximum(self._sums + self._ratios @ counts / dispersion, 0.0)
        self._sums, self._alarmed = settle(sums, self._limit, alarmed=self._alarmed)

    def get(self) -> tuple[float, float]:
        """See `Chart`. The limit of a small reference, which has that one's error in it, may be out of reach."""
        within = self._limit <= REACH * max(self._usual, 1.0) * float(self._ratios.max())
        return float(self._sums.max()), self._limit if within else np.inf

    def to_dict(self) -> dict[str, Any]:
        """See `Chart`."""
        return {
            "sums": self._sums.tolist(),
            "usual": self._usual,
            "panes": self._panes,
            "limit": self._limit,
            "alarmed": self._alarmed,
        }

    def restore(self, saved: dict[str, Any]) -> None:
        """See `Chart`."""
        sums = np.array(saved["sums"], dtype=np.float64)
        if sums.shape != self._sums.shape:
            raise ValueError("the saved chart watches for other changes")
        self._sums, self._usual, self._panes = sums, float(saved["usual"]), int(saved["panes"])
        self._limit, self._alarmed = float(saved["limit"]), bool(saved["alarmed"])


class CountedPageHinkley:
    """Page-Hinkley against everything seen so far: the reference and, after it, every pane that did not alarm.

    As the shares it compares with are learned on, a pane's surprise is independent of those before, whatever the
    reference's error: the run length holds over repetitions and evens out for one reference the longer it runs. What
    creeps slowly enough is learned with it: the window test and the CUSUM watch for that.

    Guarantee: false alarms at most `rate` a pane by Siegmund's approximation. Arguments as in `CountedCusum`.

    >>> test = CountedPageHinkley(np.full(4, 2500), ordered=True)
    >>> for _ in range(30):
    ...     test.update(np.array([1, 2, 3, 4]), rate=1e-4)
    >>> score, limit = test.get()
    >>> score > limit
    True

    Source: Hinkley (1971), doi:10.1093/biomet/58.3.509; independence of the surprises: Hawkins (1987),
    doi:10.2307/2348827.
    """

    name = "page_hinkley"

    def __init__(self, reference: Counts, *, ordered: bool) -> None:
        self._tilts = Tilts.of(reference, ordered=ordered, shifts=TOLERANCE, sure=0.0)
        self._information = self._tilts.information()
        self._pool = reference + 0.5
        self._sums = np.zeros(len(self._information))
        self._usual, self._panes, self._limit, self._alarmed = 0.0, 0, 1.0, False

    def update(self, counts: Counts, rate: float, dispersion: float = 1.0) -> None:
        """See `Chart`."""
        observations = int(counts.sum())
        if not observations:
            return
        known = self._pool.sum()
        shares = self._pool / known
        ratios = self._tilts.log_ratios(shares)
        wider = dispersion * (1 + observations / known)  # the pool's own error
        self._panes = min(self._panes + 1, MEMORY)
        self._usual += (observations / wider - self._usual) / self._panes
        self._limit = limit_of(rate, self._information, self._usual, np.inf)
        sums = np.maximum(self._sums + ratios @ counts / wider, 0.0)
        self._sums, self._alarmed = settle(sums, self._limit, alarmed=self._alarmed)
        if not self._alarmed:
            self._pool = self._pool + counts

    def get(self) -> tuple[float, float]:
        """See `Chart`."""
        return float(self._sums.max()), self._limit

    def to_dict(self) -> dict[str, Any]:
        """See `Chart`."""
        return {
            "pool": self._pool.tolist(),
            "sums": self._sums.tolist(),
            "usual": self._usual,
            "panes": self._panes,
            "limit": self._limit,
            "alarmed": self._alarmed,
        }

    def restore(self, saved: dict[str, Any]) -> None:
        """See `Chart`."""
        sums, pool = (np.array(saved[each], dtype=np.float64) for each in ("sums", "pool"))
        if sums.shape != self._sums.shape or pool.shape != self._pool.shape:
            raise ValueError("the saved chart watches for other changes")
        self._sums, self._pool, self._usual, self._panes = sums, pool, float(saved["usual"]), int(saved["panes"])
        self._limit, self._alarmed = float(saved["limit"]), bool(saved["alarmed"])


def limit_of(rate: float, information: Floats, observations: float, known: float) -> float:
    """The limit, in nats, of charts with this information a value, for panes of so many observations.

    Rounded so that fields and panes that are nearly alike share one.
    """
    step = tuple((_rounded(information) * _rounded(np.array(observations))).tolist())
    error = 0.0 if np.isinf(known) else float(_rounded(np.array(observations / known)))
    return _limit(float(_rounded(np.array(rate))), step, error)


@lru_cache(maxsize=20_000)
def _limit(rate: float, information: tuple[float, ...], error: float) -> float:
    steps = np.array(information)
    return common_limit(rate, steps, np.full(len(steps), np.sqrt(error)))


def _rounded(values: Floats) -> Floats:
    """To steps of 5 %."""
    return np.asarray(np.exp(np.round(np.log(np.maximum(values, 1e-300)) * 20) / 20))
