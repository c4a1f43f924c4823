"""The Page-Hinkley test over a stream of numbers, which learns the mean as it goes."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class PageHinkley:
    """Page-Hinkley in both directions, one value of every stream at a time.

    Each sum adds how far a value lies from the mean of all values so far, less the tolerance; an alarm when the sum
    is further than the threshold from the furthest point it came back to. Definition and defaults are River's.

    Guarantee: none in its own units, threshold and tolerance are in those of the values. On standardised values it is a
    CUSUM with the tolerance as slack, whose run length `statistics.run_length` knows.

    Args:
        streams: F, how many streams; each has its own sums.
        tolerance: change of the mean that is let pass.
        threshold: of the sums.
        fading: factor on the sums at every value; 1 forgets nothing.
        shortest: values of a stream before it can alarm.

    >>> test = PageHinkley(threshold=5.0, shortest=3)
    >>> [bool(test.update(value)) for value in (0.0, 0.0, 0.0, 4.0, 4.0)]
    [False, False, False, False, True]

    Source: Hinkley (1971), doi:10.1093/biomet/58.3.509; Mouss et al. (2004), doi:10.1109/ascc.2004.184970.
    """

    def __init__(
        self,
        streams: int = 1,
        *,
        tolerance: float = 0.005,
        threshold: float = 50.0,
        fading: float = 1 - 1e-4,
        shortest: int = 30,
    ) -> None:
        self._tolerance, self._threshold, self._fading, self._shortest = tolerance, threshold, fading, shortest
        self._seen = np.zeros(streams, dtype=np.int64)
        self._mean, self._up, self._down = (np.zeros(streams) for _ in range(3))
        self._least, self._most = np.full(streams, np.inf), np.full(streams, -np.inf)

    def update(self, values: ArrayLike) -> Flags:
        """Take one value of each stream, shape (F,) or a number; tells which alarm, shape (F,).

        A stream that alarmed starts anew with its next value, mean and all.
        """
        self._restart(self._alarmed())
        at = np.asarray(values, dtype=np.float64)
        self._seen = self._seen + 1
        self._mean = self._mean + (at - self._mean) / self._seen
        away = at - self._mean
        self._up = self._fading * self._up + away - self._tolerance
        self._down = self._fading * self._down + away + self._tolerance
        self._least, self._most = np.minimum(self._least, self._up), np.maximum(self._most, self._down)
        return self._alarmed()

    def get(self) -> Floats:
        """The larger of both distances of each stream, shape (F,); 0 before the first value."""
        if not self._seen.any():
            return np.zeros(len(self._seen))
        return np.asarray(np.maximum(self._up - self._least, self._most - self._down))

    def _alarmed(self) -> Flags:
        return np.asarray((self.get() > self._threshold) & (self._seen >= self._shortest))

    def _restart(self, which: Flags) -> None:
        if which.any():
            self._seen = np.where(which, 0, self._seen)
            self._mean, self._up, self._down = (np.where(which, 0.0, s) for s in (self._mean, self._up, self._down))
            self._least, self._most = np.where(which, np.inf, self._least), np.where(which, -np.inf, self._most)
