"""Volume: how many predictions came, against how many usually come at this time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from driftline.processors.detectors.quality.check import Check
from driftline.processors.statistics import special

Floats = NDArray[np.float64]

SMALLEST_CHANGE = 0.2
"""Default minimum effect: a fifth more or fewer than usual."""
FEWEST = 24
"""Earlier stretches needed before there is a verdict."""
_SHIFT = 0.375  # makes the roots of small counts vary as those of large ones: Anscombe (1948)
_PHASES = 3
"""Earlier periods needed before a time of the day, or of the week, has its own expectation."""


@dataclass(frozen=True, slots=True)
class Volume:
    """The check, what was expected, and whether the time of the period was known (`phase`)."""

    check: Check
    expected: float
    phase: bool


def volume(
    count: float,
    history: Floats,
    *,
    level: float,
    periods: tuple[int, ...] = (),
    minimum_effect: float = SMALLEST_CHANGE,
) -> Volume | None:
    """Predictions of one stretch of time against those of the stretches before, both ways.

    Square roots of counts vary equally whatever their size. Where the history holds a period three times over, what is
    expected is the mean at the same phase; otherwise the mean of all. How far counts stray from that, over the whole
    history, gives the variance (traffic is burstier than Poisson), how heavy its tails are, and how much one stretch
    says of the next. The limit is that of a t distribution with such tails; for a surge also of logarithms, as bursts
    multiply; and never inside that of a Poisson count: in a quiet model even 0 may be usual.

    Args:
        count: predictions of this stretch.
        history: predictions of the stretches right before it, oldest first, (K,); NaN where one was not seen whole.
        level: chance, in (0, 1), of a verdict although nothing has changed.
        periods: periods in stretches, the one that is preferred first: of a week, of a day.
        minimum_effect: relative change that does not matter.

    Returns:
        Relative change from what was expected beside the largest that chance explains in that direction; None with
        fewer than 24 stretches, or where nothing is expected.

    >>> history = np.random.default_rng(1).poisson(1000, 100).astype(float)
    >>> [volume(count, history, level=1e-5).check.violated for count in (950, 300, 2000)]
    [False, True, True]
    """
    if np.isfinite(history).sum() < FEWEST:
        return None
    period = next((each for each in periods if len(_same_phase(history, each)) >= _PHASES), 0)
    roots, logs = (_Usual.of(scale, period) for scale in (np.sqrt(history + _SHIFT), np.log(history + _SHIFT)))
    usual = max(roots.mean**2 - _SHIFT, 0.0)
    if usual * roots.samples < 0.5:  # not one prediction in all of them
        return None
    few, many = _poisson_limits(usual * roots.samples, roots.samples, level)
    if count > usual:
        high = max((roots.mean + roots.reach(level, 0.25)) ** 2, float(np.exp(logs.mean + logs.reach(level)))) - _SHIFT
        limit = max(high, many) / usual - 1
    else:
        low = max(roots.mean - roots.reach(level, 0.25), 0.0) ** 2 - _SHIFT
        limit = 1 - min(low, few) / usual
    return Volume(Check(abs(count / usual - 1), max(limit, minimum_effect, 1e-9)), usual, phase=bool(period))


@dataclass(frozen=True, slots=True)
class _Usual:
    """What is expected on some scale, the mean of `samples` stretches, and how far all of them strayed from it."""

    mean: float
    samples: int
    strays: Floats

    @classmethod
    def of(cls, scaled: Floats, period: int) -> _Usual:
        """At the present phase of a period, each stray from the mean of its own phase but for itself; 0: no period."""
        width = period or 1
        rows = -(-len(scaled) // width)
        padded = np.full(rows * width, np.nan)
        padded[rows * width - len(scaled) :] = scaled
        table = padded.reshape(rows, width)
        held = np.isfinite(table).sum(axis=0)
        means = np.nansum(table, axis=0) / np.maximum(held, 1)
        strays = ((table - means) * np.sqrt(held / np.maximum(held - 1, 1)))[:, held > 1].ravel()
        own = _same_phase(scaled, width)
        return cls(float(own.mean()), len(own), strays[np.isfinite(strays)])

    def reach(self, level: float, least_variance: float = 0.0) -> float:
        """How far from the mean the next one strays with a chance of at most `level`, both ways together."""
        variance = max(float(np.mean(self.strays**2)), least_variance, 1e-12)
        excess = float(np.mean(self.strays**4)) / variance**2 - 3
        tails = 4 + 6 / excess if excess > 0.1 else np.inf
        sampled = max(len(self.strays) * self._news(variance) - 1, 3.0)
        spread = variance * (1 + 1 / self.samples)
        if tails < sampled:
            spread *= (tails - 2) / tails
        return -float(special.stdtrit(min(tails, sampled), level / 2)) * float(np.sqrt(spread))

    def _news(self, variance: float) -> float:
        """Independent stretches that one stretch is worth, from how much one says of the next; in (0, 1]."""
        along = float(np.clip(np.mean(self.strays[1:] * self.strays[:-1]) / variance, 0.0, 0.99))
        return (1 - along) / (1 + along)


def _same_phase(scaled: Floats, period: int) -> Floats:
    """Stretches a whole number of periods before the present one, those that were seen."""
    found = scaled[len(scaled) % period :: period]
    return np.asarray(found[np.isfinite(found)])


def _poisson_limits(total: float, stretches: int, level: float) -> tuple[float, float]:
    """Counts that a Poisson variable is beyond with at most `level`, its mean known from `total` in `stretches`."""
    known = stretches / (stretches + 1)
    low = float(special.nbdtrik(level / 2, total + 0.5, known))
    high = float(special.nbdtrik(1 - level / 2, total + 0.5, known))
    return (low if np.isfinite(low) else -1.0), (high if np.isfinite(high) else np.inf)
