"""Expected calibration error: how far probabilities are from how often they come true."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from driftline.processors.statistics import special
from driftline.processors.statistics.performance.interval import Estimate
from driftline.processors.statistics.performance.rows import Floats, Rows, UndefinedError

BINS = 10
"""Of equal width over [0, 1], as in Naeini and others and in Guo and others."""
_LEAST = 1e-12
"""Deviation of a gap where probabilities of 0 and 1 leave none to chance."""
_MOST = 16.0
"""Of the gaps' size, as a multiple of what was seen: the end of the search for the upper limit."""


def expected_calibration_error(rows: Rows) -> Estimate:
    """Mean over 10 equal bins of probability of |share that came true - mean probability|; in [0, 1].

    Binary: the probability of the positive class. Multiclass: that of the likeliest class, and whether it came true.
    Chance alone makes gaps, so the value of a perfectly calibrated model is above 0; the interval knows it. It holds
    the errors under which neither so large nor so small a value is rarer than 2.5 % (a gamma distribution of the right
    mean and variance). The lower limit supposes gaps in the proportions seen, and is 0 when chance alone could do it;
    the upper one even gaps, which hide best behind chance: it is wide rather than short.

    >>> rows = Rows.of([0] * 80 + [1] * 20 + [1] * 70 + [0] * 30, scores=[0.25] * 100 + [0.75] * 100)
    >>> [round(figure, 3) for figure in expected_calibration_error(rows)]
    [0.05, 0.0, 0.098]

    Sources: Naeini, Cooper and Hauskrecht (2015), doi:10.1609/aaai.v29i1.9602; Guo and others (2017),
    doi:10.48550/arXiv.1706.04599; mean and variance of |normal|: Leone, Nelson and Nottingham (1961),
    doi:10.1080/00401706.1961.10489974.
    """
    gaps = _gaps(*_confidence(rows), rows)
    value = float(gaps.parts @ np.abs(gaps.sizes))
    even = gaps._replace(sizes=np.copysign(value, gaps.sizes))
    low, high = _size(gaps, value, 0.975), _size(even, value, 0.025)
    return Estimate(value, min(low * value, value), min(max(high * value, value), 1.0))


class _Gaps(NamedTuple):
    """Of each bin: its part of the rows, mean probability, share that came true less that, rows of equal weight."""

    parts: Floats
    sure: Floats
    sizes: Floats
    numbers: Floats


def _confidence(rows: Rows) -> tuple[Floats, Floats]:
    """The probability looked at, and whether it came true, (N,) each."""
    if rows.known_scores.ndim == 1:
        return rows.known_scores, (rows.labels == 1).astype(float)
    likeliest = rows.known_scores.argmax(axis=1)
    return rows.known_scores.max(axis=1), (likeliest == rows.labels).astype(float)


def _gaps(sure: Floats, true: Floats, rows: Rows) -> _Gaps:
    if not len(sure):
        raise UndefinedError("no rows")
    at = np.clip(np.ceil(sure * BINS).astype(np.int64) - 1, 0, BINS - 1)
    mass = np.bincount(at, rows.mass, BINS)
    held = mass > 0
    chance, share = (np.bincount(at, rows.mass * values, BINS)[held] / mass[held] for values in (sure, true))
    numbers = mass[held] ** 2 / np.bincount(at, rows.counts * rows.weights**2, BINS)[held]
    return _Gaps(mass[held] / mass.sum(), chance, share - chance, numbers)


def _size(gaps: _Gaps, value: float, level: float) -> float:
    """The size of the gaps under which a value up to the one seen has this chance."""

    def excess(size: float) -> float:
        expected, spread = _expected(gaps, size)
        return value - (spread * float(special.gammaincinv(expected / spread, level)) if spread > 0 else expected)

    if excess(0.0) <= 0:
        return 0.0
    from scipy.optimize import brentq  # a processor that measures no calibration starts without it

    return float(brentq(excess, 0.0, _MOST)) if excess(_MOST) < 0 else _MOST


def _expected(gaps: _Gaps, size: float) -> tuple[float, float]:
    """Mean of the value, and its variance by that mean, when the true gaps are `size` times those seen."""
    share = np.clip(gaps.sure + size * gaps.sizes, 0.0, 1.0)
    true = share - gaps.sure
    around = np.maximum(np.sqrt(share * (1 - share) / gaps.numbers), _LEAST)
    ratio = true / around
    folded = around * np.sqrt(2 / np.pi) * np.exp(-(ratio**2) / 2) + true * (1 - 2 * special.ndtr(-ratio))
    mean = float(gaps.parts @ folded)
    return mean, float(gaps.parts**2 @ np.maximum(true**2 + around**2 - folded**2, 0.0)) / mean
