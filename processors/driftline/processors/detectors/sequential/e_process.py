"""An e-detector on panes of counts: bets against the reference, begun anew at every pane."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from driftline.processors.detectors.sequential.alarm import CAP, LIFT
from driftline.processors.detectors.sequential.tilts import Tilts
from driftline.processors.statistics import special

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


class EProcess:
    """Sums the e-processes that began at each pane so far, for each change of `Tilts`, mixed with equal weights.

    The e-value of a pane is its likelihood under the change over its likelihood predicted from all that was seen
    before: reference and panes, each bucket with half a count (a Dirichlet-multinomial law), so the reference's error
    is inside. Its expectation given the past is 1 while reference and panes are exchangeable draws from that law, at
    any time one chooses to look.

    Guarantee: the average run length to a false alarm is at least `1 / rate` panes, over references: the sum less the
    number of panes is a martingale, and alarms are raised at `1 / rate`. Nothing is approximate but that the law of the
    shares is a Dirichlet one; for fixed shares the tests measure it. Like Page-Hinkley it learns on from panes that do
    not alarm.

    Args:
        reference: counts, (B,), two buckets or more, at least one observation.
        ordered: whether the buckets have an order.

    Score and limit are logarithms, `log(1 + sum)` and `log(1 + 1 / rate)`.

    >>> detector = EProcess(np.full(4, 2500), ordered=True)
    >>> for _ in range(40):
    ...     detector.update(np.array([1, 2, 3, 4]), rate=1e-4)
    >>> score, limit = detector.get()
    >>> score > limit
    True

    Source: Shin, Ramdas and Rinaldo (2024), doi:10.51387/23-NEJSDS51, arXiv:2203.03532 (the e-SR detector).
    """

    name = "e_process"

    def __init__(self, reference: Counts, *, ordered: bool) -> None:
        tilts = Tilts.of(reference, ordered=ordered, sure=0.0)
        self._slopes = tilts.slopes
        self._pool = np.asarray(reference + 0.5, dtype=np.float64)
        self._logs = np.full(len(self._slopes), -np.inf)
        self._limit, self._alarmed = 1.0, False

    def update(self, counts: Counts, rate: float, dispersion: float = 1.0) -> None:
        """See `Chart`; with a dispersion over 1 the counts are taken for fewer, and the guarantee is approximate."""
        if not counts.any():
            return
        held = np.asarray(counts / dispersion, dtype=np.float64)
        moved = self._pool * np.exp(self._slopes)
        changed = np.asarray(moved * (self._pool.sum() / moved.sum(axis=1, keepdims=True)), dtype=np.float64)
        e_values = _log_likelihood(held, changed) - _log_likelihood(held, self._pool)
        self._logs = np.logaddexp(self._logs, 0.0) + e_values
        self._limit = float(np.log1p(1 / rate))
        self._settle()
        if not self._alarmed:
            self._pool = self._pool + held

    def get(self) -> tuple[float, float]:
        """See `Chart`."""
        return float(np.logaddexp(0.0, self._mixed())), self._limit

    def _mixed(self) -> float:
        return float(np.logaddexp.reduce(self._logs) - np.log(len(self._logs)))

    def _settle(self) -> None:
        """As `alarm.settle`, on the mixture."""
        score = self._mixed()
        if score <= self._limit:
            if self._alarmed:
                self._logs = np.full_like(self._logs, -np.inf)
            self._alarmed = False
            return
        wanted = score if self._alarmed else max(score, LIFT * self._limit)
        self._logs = self._logs + min(wanted, CAP * self._limit) - score
        self._alarmed = True

    def to_dict(self) -> dict[str, Any]:
        """See `Chart`."""
        logs = np.maximum(self._logs, -1e9).tolist()  # JSON knows no infinity
        return {"pool": self._pool.tolist(), "logs": logs, "limit": self._limit, "alarmed": self._alarmed}

    def restore(self, saved: dict[str, Any]) -> None:
        """See `Chart`."""
        logs, pool = (np.array(saved[each], dtype=np.float64) for each in ("logs", "pool"))
        if logs.shape != self._logs.shape or pool.shape != self._pool.shape:
            raise ValueError("the saved detector watches for other changes")
        self._logs, self._pool = logs, pool
        self._limit, self._alarmed = float(saved["limit"]), bool(saved["alarmed"])


def _log_likelihood(counts: Floats, weights: Floats) -> Floats:
    """Log of the Dirichlet-multinomial probability of one order of these counts; weights (..., B)."""
    total = weights.sum(axis=-1)
    seen = counts > 0
    inside = special.gammaln(weights[..., seen] + counts[seen]) - special.gammaln(weights[..., seen])
    return np.asarray(inside.sum(axis=-1) - special.gammaln(total + counts.sum()) + special.gammaln(total))
