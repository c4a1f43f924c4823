"""How far one field, by its distribution alone, moves the mean of the output."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import hypot, inf

import numpy as np
from numpy.typing import NDArray

from driftline.processors.findings import Contribution, OutputShift

SURE = 2.0
"""Standard errors from which a shift is told as one."""


@dataclass(frozen=True, slots=True)
class Shift:
    """The output's mean before and after, as one field's buckets tell it, and the standard error of the difference."""

    before: float
    after: float
    error: float

    @property
    def value(self) -> float:
        return self.after - self.before

    @property
    def sure(self) -> bool:
        """Whether it is over `SURE` standard errors."""
        return abs(self.value) > SURE * self.error

    @property
    def strength(self) -> float:
        """Its size in standard errors."""
        if self.error:
            return abs(self.value) / self.error
        return inf if self.value else 0.0


def shift_of(
    current: NDArray[np.int64], reference: NDArray[np.int64], means: NDArray[np.float64], *, dispersion: float = 1.0
) -> Shift | None:
    """First-order shift of the output: `sum_b (p_now(b) - p_ref(b)) E[output | b]`.

    It is what the output would do if this field alone had changed and the model had not: fields that go together
    (income and age) each count what they share. Of the output's own buckets it is the shift of its mean, but for what
    moved inside the buckets.

    Args:
        current: counts of the window, shape (B,), at least one observation.
        reference: counts of the reference, shape (B,), at least one.
        means: mean output of the reference's rows in each bucket, NaN where it is not known, shape (B,). A bucket that
            is not known takes the mean of all, and so moves nothing.
        dispersion: variance of the shares over that of independent rows, 1 or more.

    Returns:
        The shift; its standard error is that of the two samples of the field, `sqrt(v_now / n_now + v_ref / n_ref)`
        with `v` the variance of the means over the buckets; the means themselves are taken as known. None when no mean
        is known.

    >>> moved = shift_of(np.array([50, 50]), np.array([100, 0]), np.array([0.2, 0.4]))
    >>> round(moved.value, 3), round(moved.error, 4)
    (0.1, 0.01)

    Source: the Oaxaca-Blinder composition effect, doi:10.2307/2525981, of one covariate.
    """
    known = np.isfinite(means)
    if not known.any() or not current.any() or not reference.any():
        return None
    now, then = current / current.sum(), reference / reference.sum()
    mass = then[known].sum()
    centre = float(then[known] @ means[known] / mass) if mass else float(means[known].mean())
    off = np.where(known, means, centre) - centre  # centred: the variances do not cancel
    moved, stood = float(now @ off), float(then @ off)
    spread_now = max(float(now @ off**2) - moved**2, 0.0) * dispersion / current.sum()
    spread_then = max(float(then @ off**2) - stood**2, 0.0) * dispersion / reference.sum()
    return Shift(centre + stood, centre + moved, hypot(spread_now**0.5, spread_then**0.5))


def output_shift(name: str, shift: Shift) -> OutputShift:
    """The shift of an output, worded for a finding."""
    return OutputShift(name, shift.before, shift.after, shift.error)


def share_of(shift: float, output: OutputShift | None) -> float | None:
    """A shift as a share of the output's own; None where that one is not told from chance."""
    if output is None or not abs(output.shift) > SURE * output.error:
        return None
    return shift / output.shift


def ranked(contributions: Iterable[Contribution]) -> list[Contribution]:
    """The largest shift first; where no shift is known, the highest level first.

    >>> [each.field for each in ranked([Contribution("a", "feature", 9.0), Contribution("b", "feature", 1.0, -0.2)])]
    ['b', 'a']
    """
    return sorted(contributions, key=lambda each: (-abs(each.shift or 0.0), -(each.level or 0.0), each.field))
