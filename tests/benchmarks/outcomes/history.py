"""A history of predictions and outcomes: late, in any order, told twice, corrected, missing. The same for one seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from driftline.processors.findings import Identity
from driftline.processors.outcomes import Predicted, Proved

SECOND = 10**9
DAY = 86_400 * SECOND
START = 20_000 * DAY
DAYS = 5
BATCH = 2_000
CREDIT = Identity("credit", "7")
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class History:
    """N predictions, what was said of them, and when it arrived.

    Args:
        made_ns: when each prediction was made, (N,).
        scores: (N,).
        labels: what is true in the end, (N,); -1 where no outcome ever comes.
        events: (M,) rows; an event is the prediction of its row, or an outcome of it.
        kinds: (M,): 0 prediction, 1 the true outcome, 2 a wrong one that the true one corrects.
        times_ns: (M,): when each event happened.
        arrived_ns: (M,): when each event arrives, ascending.
    """

    made_ns: Ints
    scores: NDArray[np.float64]
    labels: Ints
    events: Ints
    kinds: Ints
    times_ns: Ints
    arrived_ns: Ints

    @property
    def batches(self) -> int:
        return -(-len(self.events) // BATCH)

    def batch(self, number: int) -> Iterator[Predicted | Proved]:
        """What arrives together."""
        at = slice(number * BATCH, (number + 1) * BATCH)
        columns = (self.events, self.kinds, self.times_ns)
        for row, kind, time_ns in zip(*(column[at].tolist() for column in columns), strict=True):
            if kind == 0:
                score = float(self.scores[row])
                yield Predicted(CREDIT, f"order-{row}", time_ns, str(int(score > 0.5)), score)
            else:
                label = int(self.labels[row]) ^ (kind == 2)
                yield Proved(f"order-{row}", str(label), time_ns, "credit" if row % 2 else "")

    def now_ns(self, number: int) -> int:
        """When a batch arrives."""
        return int(self.arrived_ns[min((number + 1) * BATCH, len(self.events)) - 1])


def history(rows: int, seed: int) -> History:
    """Predictions over five days; an outcome comes a day later on average, for nine in ten. One in twenty is corrected,
    one event in ten is told twice, and each takes up to two days to arrive: many outcomes come before their prediction.
    """
    chance = np.random.default_rng(seed)
    made = START + np.sort(chance.integers(0, DAYS * DAY, rows))
    scores = chance.beta(0.6, 0.6, rows)
    labels = (chance.uniform(size=rows) < scores).astype(np.int64)
    labels[chance.uniform(size=rows) < 0.1] = -1
    known = np.flatnonzero(labels >= 0)
    proved = made[known] + chance.exponential(DAY, len(known)).astype(np.int64) + SECOND
    wrong = chance.uniform(size=len(known)) < 0.05
    before = made[known][wrong] + (proved[wrong] - made[known][wrong]) // 2
    events = np.concatenate([np.arange(rows), known, known[wrong]])
    kinds = np.repeat([0, 1, 2], [rows, len(known), int(wrong.sum())])
    times = np.concatenate([made, proved, before])
    again = np.flatnonzero(chance.uniform(size=len(events)) < 0.1)
    events, kinds, times = (np.concatenate([one, one[again]]) for one in (events, kinds, times))
    arrived = times + chance.integers(0, 2 * DAY, len(times))
    order = np.argsort(arrived, kind="stable")
    return History(made, scores, labels, events[order], kinds[order], times[order], arrived[order])
