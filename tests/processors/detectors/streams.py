"""Streams whose rows are not independent: they follow each other, come in bursts, or follow the hour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

Floats = NDArray[np.float64]


def autoregressive(random: np.random.Generator, rows: int, rho: float) -> Floats:
    """Standard normal values, each correlated by `rho` with the one before."""
    steps = random.normal(size=rows) * np.sqrt(1 - rho**2)
    steps[0] /= np.sqrt(1 - rho**2)
    return np.asarray(lfilter([1.0], [1.0, -rho], steps))


def bursty(random: np.random.Generator, shares: Floats, rows: int, burst: float) -> NDArray[np.int64]:
    """Categories that come `burst` rows in a row on average (geometric)."""
    lengths = random.geometric(1 / burst, size=int(rows / burst * 1.2) + 200)
    return np.asarray(np.repeat(random.choice(len(shares), p=shares, size=len(lengths)), lengths)[:rows])


def daily(random: np.random.Generator, rows: int, day: int, swing: float) -> Floats:
    """Standard normal values whose mean follows a day of `day` rows by `swing` standard deviations."""
    return np.asarray(random.normal(size=rows) + swing * np.sin(2 * np.pi * np.arange(rows) / day))
