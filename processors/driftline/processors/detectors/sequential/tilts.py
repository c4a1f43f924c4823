"""The changes a field is watched for: alternatives to its reference, as log-ratios per bucket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from driftline.processors.statistics import special

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

SHIFTS = (0.125, 0.25, 0.5, 1.0)
"""Shifts of a numeric field that are watched for, both ways, in standard deviations of its normal scores."""
SPREADS = (0.8, 1.25)
"""Factors on the spread of a numeric field."""
ODDS = (0.4, 1.1)
"""Changes of a category's log odds, both ways: a half more, and three times."""
NEW = 2.0
"""Growth of the log odds of what the reference hardly knows."""
MOST_CATEGORIES = 20
KNOWN = 36.0
"""A change is watched for when the reference could have an error of its size once in 370: (size / 2) over 3 errors."""


@dataclass(frozen=True, slots=True)
class Tilts:
    """J changes of one field.

    Args:
        slopes: log of the changed over the unchanged share of each bucket, up to a constant, (J, B).
        shares: of the reference, half a count in each bucket, (B,).
        known: observations of the reference.
    """

    slopes: Floats
    shares: Floats
    known: int

    @classmethod
    def of(cls, reference: Counts, *, ordered: bool, shifts: tuple[float, ...] = SHIFTS) -> Tilts:
        """The changes that this reference knows enough to tell.

        Args:
            reference: counts, (B,), at least one observation, two buckets or more.
            ordered: whether the buckets have an order.
            shifts: of an ordered field; categories take changes of their odds.
        """
        shares = (reference + 0.5) / (reference.sum() + 0.5 * len(reference))
        known = int(reference.sum())
        slopes = np.array(list(_ordered(shares, shifts) if ordered else _categories(reference)))
        slopes = slopes[np.ptp(slopes, axis=1) > 1e-9]
        size = 2 * information(log_ratios(slopes, shares), shares)
        enough = size * known >= KNOWN
        if not enough.any():
            enough = size >= size.max() * (1 - 1e-9)
        return cls(slopes[enough], shares, known)

    def log_ratios(self, shares: Floats) -> Floats:
        """Log-likelihood ratios of one value in each bucket, were these the unchanged shares; (J, B)."""
        return log_ratios(self.slopes, shares)

    def information(self) -> Floats:
        """Nats a value that each change loses on average while nothing has changed, (J,)."""
        return information(self.log_ratios(self.shares), self.shares)


def log_ratios(slopes: Floats, shares: Floats) -> Floats:
    """Slopes less what makes each a distribution: the expected ratio under `shares` is 1."""
    return np.asarray(slopes - np.log(np.exp(slopes) @ shares)[:, None])


def information(ratios: Floats, shares: Floats) -> Floats:
    """Kullback-Leibler divergence of the shares from each change, (J,)."""
    return -(ratios @ shares)


def _ordered(shares: Floats, shifts: tuple[float, ...]) -> Iterator[Floats]:
    """Shifts and spreads of the normal distribution that the buckets cut into these shares."""
    edges = special.ndtri(np.clip(np.cumsum(shares)[:-1], 1e-12, 1 - 1e-12))
    for shift in shifts:
        for signed in (shift, -shift):
            yield _log_growth(special.ndtr(edges - signed), shares)
    for factor in SPREADS:
        yield _log_growth(special.ndtr(edges / factor), shares)


def _log_growth(cumulative: Floats, shares: Floats) -> Floats:
    changed = np.diff(cumulative, prepend=0.0, append=1.0)
    return np.asarray(np.clip(np.log(np.maximum(changed, 1e-300) / shares), -5.0, 5.0))


def _categories(reference: Counts) -> Iterator[Floats]:
    """Each of the largest categories more and less often, and all the others together."""
    ranks = np.argsort(-reference, kind="stable")
    named = [at for at in ranks[:MOST_CATEGORIES] if reference[at] * ODDS[-1] ** 2 >= KNOWN]
    one = np.eye(len(reference))
    for at in named[:1] if len(reference) == 2 and len(named) == 2 else named:  # the other of two only mirrors it
        for odds in ODDS:
            yield odds * one[at]
            yield -odds * one[at]
    others = np.ones(len(reference))
    others[named] = 0.0
    yield NEW * others
