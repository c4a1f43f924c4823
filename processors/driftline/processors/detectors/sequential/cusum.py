"""CUSUM over a stream of numbers whose mean and deviation are known."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from driftline.processors.statistics.run_length import limit_for

Floats = NDArray[np.float64]


class Cusum:
    """Page's two-sided CUSUM, one value of every stream at a time.

    Guarantee: for independent normal values the average run length to a false alarm is `run_length`, by Siegmund's
    approximation, 1 % off; lighter tails run longer, heavier ones shorter. No test with this run length finds a shift
    of twice the slack sooner in the worst case.

    Args:
        mean, deviation: of the values while nothing has changed, shape () or (F,); deviation positive.
        shift: the change it is made for, in deviations; found fastest, half of it is let pass for ever.
        run_length: values to a false alarm, on average, of each stream; more than 2.
        known: observations that mean and deviation come from; their error is inside the limit. None: they are exact.

    >>> chart = Cusum(0.0, 1.0, shift=1.0, run_length=10_000)
    >>> round(chart.limit, 1)
    8.0
    >>> [bool(chart.update(value)) for value in (3.0, 3.0, 3.0, 3.0)]
    [False, False, False, True]

    Source: Page (1954), doi:10.1093/biomet/41.1-2.100; optimality: Moustakides (1986), doi:10.1214/aos/1176350164.
    """

    def __init__(
        self, mean: ArrayLike, deviation: ArrayLike, *, shift: float, run_length: float, known: int | None = None
    ) -> None:
        self._mean = np.asarray(mean, dtype=np.float64)
        self._deviation = np.asarray(deviation, dtype=np.float64)
        self._slack = shift / 2
        error = 0.0 if known is None else known**-0.5
        self.limit = limit_for(1 / run_length, self._slack, error, charts=2)
        self._up = self._down = np.zeros(np.broadcast_shapes(self._mean.shape, self._deviation.shape))

    def update(self, values: ArrayLike) -> NDArray[np.bool_]:
        """Take one value of each stream, shape () or (F,); tells which are over the limit. NaN: no value, no change.

        A stream that went over starts anew with its next value.
        """
        over = self.get() > self.limit
        steps = np.nan_to_num((np.asarray(values, dtype=np.float64) - self._mean) / self._deviation, nan=0.0)
        slack = np.where(np.isnan(values), 0.0, self._slack)
        self._up = np.maximum(np.where(over, 0.0, self._up) + steps - slack, 0.0)
        self._down = np.maximum(np.where(over, 0.0, self._down) - steps - slack, 0.0)
        return np.asarray(self.get() > self.limit)

    def get(self) -> Floats:
        """The larger of both sums of each stream, in deviations, at least 0."""
        return np.asarray(np.maximum(self._up, self._down))
