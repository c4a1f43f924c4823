"""What a calibration says: figures with their interval, beside the interval that is promised."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import beta, binom, t

SURE = 0.999
"""Of every interval of a measured figure, two-sided: of 300 rows one in four suites has one outside by chance alone, at
the very edge of what is promised."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure and the interval it lies in with `SURE`."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: what was varied, what was found, and from `least` to `most` what is promised."""

    case: tuple[str, ...]
    found: Measured
    least: float
    most: float
    note: str = ""

    @property
    def outside(self) -> bool:
        """Whether the figure, with all its uncertainty, lies outside what is promised."""
        return self.found.low > self.most or self.found.high < self.least


@dataclass(frozen=True, slots=True)
class Part:
    """A table: `says` names the figure and the promise; `rows` makes them, in short when asked to."""

    name: str
    says: str
    columns: Sequence[str]
    rows: Callable[[bool], Iterator[Row]]


def share(count: int, of: int, nominal: float = 1.0) -> Measured:
    """A share of independent trials over its nominal value (Clopper and Pearson).

    >>> found = share(12, 1000, 0.01)
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2)
    (1.2, 0.37, 2.8)
    """
    left = (1 - SURE) / 2
    low = float(beta.ppf(left, count, of - count + 1)) if count else 0.0
    high = float(beta.ppf(1 - left, count + 1, of - count)) if count < of else 1.0
    return Measured(count / of / nominal, low / nominal, high / nominal)


def mean(values: ArrayLike) -> Measured:
    """The mean of independent figures (Student).

    >>> found = mean([0.9, 1.1, 1.0, 1.2, 0.8])
    >>> round(found.value, 2), found.low < 0.8 < 1.2 < found.high
    (1.0, True)
    """
    figures = np.asarray(values, dtype=np.float64)
    margin = float(t.ppf((1 + SURE) / 2, len(figures) - 1) * figures.std(ddof=1) / np.sqrt(len(figures)))
    return Measured(float(figures.mean()), float(figures.mean()) - margin, float(figures.mean()) + margin)


def quantile(values: ArrayLike, at: float) -> Measured:
    """A quantile of independent figures, its interval between two of them (binomial)."""
    figures = np.sort(np.asarray(values, dtype=np.float64))
    left = (1 - SURE) / 2
    low, high = (int(binom.ppf(each, len(figures), at)) for each in (left, 1 - left))
    return Measured(
        float(np.quantile(figures, at, method="inverted_cdf")),
        float(figures[low - 1]) if low else 0.0,
        float(figures[high]) if high < len(figures) else np.inf,
    )
