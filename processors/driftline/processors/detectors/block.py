"""Pairs with equally many buckets, side by side: every field of a block is computed in the same pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from driftline.processors.detectors.pair import Pair

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Block:
    """F fields of B buckets.

    Args:
        current, reference: counts, shape (F, B).
        ordered: whether the buckets of all of them have an order.
        bounds: shape (F, B - 1), NaN where a field has none.
        scale: standard deviation of the reference, shape (F,), NaN where it is not known.
        overlap: share of the window, and of the reference, that the next look sees again, shape (F, 2).
        dispersion: by deciding statistic, variance over that of independent rows, shape (F,), 1 or more; absent: 1.
    """

    current: Counts
    reference: Counts
    ordered: bool
    bounds: Floats
    scale: Floats
    overlap: Floats
    dispersion: Mapping[str, Floats]

    @classmethod
    def of(cls, pairs: Sequence[Pair]) -> Block:
        """The block of some pairs, one or more, all ordered or none, with equally many buckets."""
        current = np.array([pair.current for pair in pairs], dtype=np.int64)
        reference = np.array([pair.reference for pair in pairs], dtype=np.int64)
        ordered, unknown = pairs[0].ordered, np.full(max(current.shape[1] - 1, 0), np.nan)
        bounds = [unknown if not ordered or pair.bounds is None else pair.bounds for pair in pairs]
        scale = [pair.scale or np.nan for pair in pairs]
        return cls(
            current,
            reference,
            ordered,
            np.array(bounds, dtype=np.float64),
            np.array(scale, dtype=np.float64),
            np.array([(pair.overlap, pair.reference_overlap) for pair in pairs]),
            _dispersion(pairs),
        )

    def rows(self, chosen: NDArray[np.bool_]) -> Block:
        """The block of the fields chosen, shape (F,)."""
        if chosen.all():
            return self
        return Block(
            self.current[chosen],
            self.reference[chosen],
            self.ordered,
            self.bounds[chosen],
            self.scale[chosen],
            self.overlap[chosen],
            {name: values[chosen] for name, values in self.dispersion.items()},
        )

    @cached_property
    def observations(self) -> Counts:
        """Observations of each window, (F,)."""
        return np.asarray(self.current.sum(axis=1))

    @cached_property
    def known(self) -> Counts:
        """Observations of each reference, (F,)."""
        return np.asarray(self.reference.sum(axis=1))

    @cached_property
    def occupied(self) -> Counts:
        """Buckets of each field that hold anything on either side, (F,)."""
        return np.asarray(np.count_nonzero(self.current + self.reference, axis=1))

    @cached_property
    def spread(self) -> Counts:
        """Buckets of each field that hold anything in the reference, (F,)."""
        return np.asarray(np.count_nonzero(self.reference, axis=1))


def furthest(block: Block) -> list[Counts]:
    """Windows of the same sizes as far from their references as windows get, each (F, B): all in one bucket.

    That is the reference's smallest, and where buckets have an order, the first and the last.
    """
    smallest = np.argmin(block.reference, axis=1)
    ends = [np.zeros_like(smallest), np.full_like(smallest, block.reference.shape[1] - 1)] if block.ordered else []
    found = []
    for bucket in (smallest, *ends):
        window = np.zeros_like(block.current)
        window[np.arange(len(window)), bucket] = block.observations
        found.append(window)
    return found


def _dispersion(pairs: Sequence[Pair]) -> dict[str, Floats]:
    names = dict.fromkeys(name for pair in pairs for name in pair.dispersion or ())
    return {name: np.array([max((pair.dispersion or {}).get(name, 1.0), 1.0) for pair in pairs]) for name in names}
