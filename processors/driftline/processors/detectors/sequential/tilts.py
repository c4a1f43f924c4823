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
NEW_GROWTH, NEW_SHARE = 7.0, 0.01
"""What the reference hardly knows is watched for this many times as much of it, and for no less than this share."""
MOST_CATEGORIES = 20
KNOWN = 36.0
"""A change is watched for when the reference could have an error of its size once in 370: (size / 2) over 3 errors."""


@dataclass(frozen=True, slots=True)
class Tilts:
    """J changes of one field.

    Args:
        slopes: log of the changed over the unchanged share of each bucket, up to a constant, (J, B).
        doubts: nats a value taken off each ratio, because the share that grows could be larger than it seems, (J,).
        shares: of the reference, half a count in each bucket, (B,).
        known: observations of the reference.
    """

    slopes: Floats
    doubts: Floats
    shares: Floats
    known: int

    @classmethod
    def of(cls, reference: Counts, *, ordered: bool, shifts: tuple[float, ...] = SHIFTS, sure: float = KNOWN) -> Tilts:
        """The changes that this reference knows enough to tell.

        Args:
            reference: counts, (B,), at least one observation, two buckets or more.
            ordered: whether the buckets have an order.
            shifts: of an ordered field; categories take changes of their odds.
            sure: how well a change must be told, as `KNOWN`; 0 for a chart that learns on.
        """
        shares = (reference + 0.5) / (reference.sum() + 0.5 * len(reference))
        known = int(reference.sum())
        slopes = np.array(list(_ordered(shares, shifts) if ordered else _categories(reference)))
        size = 2 * information(log_ratios(slopes, shares), shares)
        enough = size * known >= sure
        if not enough.any():
            enough = size >= size.max() * (1 - 1e-9)
        slopes = slopes[enough]
        slope, doubt = (np.zeros((0, len(reference))), np.zeros(0)) if ordered else _hardly_known(reference)
        return cls(np.vstack([slopes, slope]), np.r_[np.zeros(len(slopes)), doubt], shares, known)

    def log_ratios(self, shares: Floats) -> Floats:
        """Log-likelihood ratios of one value in each bucket, were these the unchanged shares; (J, B)."""
        return np.asarray(log_ratios(self.slopes, shares) - self.doubts[:, None])

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
    """Each of the largest categories, more and less often."""
    one, named = np.eye(len(reference)), _named(reference)
    for at in named[:1] if len(reference) == 2 else named:  # the other of two only mirrors it
        for odds in ODDS:
            yield odds * one[at]
            yield -odds * one[at]


def _named(reference: Counts) -> list[int]:
    """The largest categories, as many as the reference knows well; one at least."""
    ranks: list[int] = np.argsort(-reference, kind="stable")[:MOST_CATEGORIES].tolist()
    return ranks[:1] + [at for at in ranks[1:] if reference[at] * ODDS[-1] ** 2 >= KNOWN]


def _hardly_known(reference: Counts) -> tuple[Floats, Floats]:
    """All other categories together, more often: slope (1, B) and doubt (1,); (0, B) and (0,) where there are none."""
    others = np.ones(len(reference))
    others[_named(reference)] = 0.0
    if not others.any():
        return np.zeros((0, len(reference))), np.zeros(0)
    known = reference.sum() + 0.5 * len(reference)
    held = float(others @ reference)
    share = float(others @ (reference + 0.5)) / known
    most = min((held + 3 * np.sqrt(held + 1) + 3) / known, 0.5)  # three standard errors up
    wanted = min(max(NEW_GROWTH * most, NEW_SHARE), 0.9)
    odds = np.log(wanted / (1 - wanted)) - np.log(most / (1 - most))
    doubt = np.log1p(most * np.expm1(odds)) - np.log1p(share * np.expm1(odds))
    return odds * others[None], np.array([max(doubt, 0.0)])
