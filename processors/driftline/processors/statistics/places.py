"""Where the values of a bucket are taken to lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

_FLAT = 1e-3
"""Tails that lose less than this over their bucket are taken for even."""


@dataclass(frozen=True, slots=True)
class Places:
    """Buckets of F fields, each with a point that stands for its values. All shapes (F, B).

    Args:
        lower, upper: edges; the outer ones are the smallest and the largest value, where values beyond count as well.
        points: what a value of the bucket counts as.
        spread: variance of the values inside the bucket.
        rate: inside a bucket the values thin out as exp(-|rate| x) from its inner edge; 0 in inner ones: evenly.
    """

    lower: Floats
    upper: Floats
    points: Floats
    spread: Floats
    rate: Floats

    @classmethod
    def of(cls, reference: Counts, bounds: Floats, low: Floats, high: Floats) -> Places:
        """Middles of inner buckets; values of the outer ones thin out as an exponential distribution through the two
        last buckets of the reference does, up to the smallest or largest value.

        Args:
            reference: counts, shape (F, B).
            bounds: ascending, shape (F, B - 1), B >= 2.
            low, high: smallest and largest value of the reference, shape (F,); NaN where unknown: then values beyond
                the outer bounds count as at them.

        >>> one = np.array([[10, 10, 10, 10]]), np.array([[1.0, 2.0, 3.0]]), np.array([-8.0]), np.array([np.nan])
        >>> Places.of(*one).points.round(2).tolist()
        [[-0.43, 1.5, 2.5, 3.0]]
        """
        first, last = bounds[:, 0], bounds[:, -1]
        lower = np.column_stack([np.fmin(low, first), bounds])
        upper = np.column_stack([bounds, np.fmax(high, last)])
        width = upper - lower
        rate = np.zeros_like(width)
        rate[:, -1] = _rate(reference[:, -1], reference[:, -2], width[:, -2])
        rate[:, 0] = -_rate(reference[:, 0], reference[:, 1], width[:, 1])
        points, spread = (lower + upper) / 2, width**2 / 12
        for end, edge in ((0, first), (-1, last)):
            way, spread[:, end] = _tail(np.abs(rate[:, end]), width[:, end])
            points[:, end] = edge + np.sign(rate[:, end]) * way + (rate[:, end] == 0) * (points[:, end] - edge)
        return cls(lower, upper, points, spread, rate)


def inside(share: Floats, rate: Floats, width: Floats) -> Floats:
    """How far from its lower edge a bucket of some `width` holds a `share` of its values, in [0, width].

    >>> inside(np.array([0.5, 0.5]), np.array([0.0, 10.0]), np.array([1.0, 1.0])).round(3).tolist()
    [0.5, 0.069]
    """
    steep = np.abs(rate)
    flat = steep * width < _FLAT
    from_edge = np.where(rate < 0, 1 - share, share)
    safe, reach = np.where(flat, 1.0, steep), np.where(flat, 1.0, steep * width)
    with np.errstate(divide="ignore"):  # all of a long tail reaches to its end
        way = np.where(flat, from_edge * width, -np.log1p(from_edge * np.expm1(-reach)) / safe)
    return np.clip(np.where(rate < 0, width - way, way), 0.0, width)


def _rate(beyond: Counts, beside: Counts, width: Floats) -> Floats:
    """Rate of the exponential tail with `beyond` outside a bound and `beside` just inside, (F,); 0 where unknown."""
    known = (beyond > 0) & (beside > 0) & (width > 0)
    return np.asarray(np.log1p(beside / np.maximum(beyond, 1)) / np.where(known, width, 1.0) * known)


def _tail(rate: Floats, width: Floats) -> tuple[Floats, Floats]:
    """Mean and variance of an exponential distribution cut off at `width`, (F,)."""
    flat = rate * width < _FLAT
    safe, reach = np.where(flat, 1.0, rate), np.where(flat, 1.0, rate * width)
    decay = np.exp(-reach) / -np.expm1(-reach)
    mean, variance = 1 / safe - width * decay, 1 / safe**2 - width**2 * decay * (1 + decay)
    return np.where(flat, width / 2, mean), np.where(flat, width**2 / 12, np.maximum(variance, 0.0))
