"""Fields without drift: a new reference and a new window for each, binned by the profile's own bounds."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
from numpy.typing import NDArray

from driftline.processors.detectors import Pair
from driftline.processors.profile.bounds import choose_bounds
from driftline.processors.profile.sketch import Distinct
from driftline.processors.statistics.rebinning import align_exponential

Floats = NDArray[np.float64]
Values = Callable[[np.random.Generator, int], Floats]

CONTINUOUS: dict[str, Values] = {
    "normal": lambda random, size: random.normal(size=size),
    "lognormal": lambda random, size: random.lognormal(size=size),
    "heavy-tailed": lambda random, size: random.standard_t(2.5, size=size),
    "exponential": lambda random, size: random.exponential(size=size),
}
TIED: dict[str, Values] = {
    "integers": lambda random, size: np.floor(random.gamma(4, 5, size=size)),
    "poisson": lambda random, size: random.poisson(4, size=size).astype(np.float64),
    "prices": lambda random, size: np.round(random.lognormal(2, 0.6, size=size) * 4) / 4 + 0.24,
    "half zeros": lambda random, size: random.normal(size=size) * (random.random(size) < 0.5),
    "flag": lambda random, size: (random.random(size) < 0.3).astype(np.float64),
}


def quantile_pair(values: Values, random: np.random.Generator, window: int, reference: int, buckets: int = 20) -> Pair:
    """A numeric field on the quantiles of its own reference."""
    known, seen = values(random, reference), values(random, window)
    bounds = choose_bounds(Distinct.of(known), buckets)
    counts = [np.bincount(np.searchsorted(bounds, side), minlength=len(bounds) + 1) for side in (seen, known)]
    return Pair(counts[0], counts[1], ordered=True, bounds=bounds, scale=float(known.std()))


def exponential_pair(values: Values, random: np.random.Generator, window: int, reference: int, scale: int = 3) -> Pair:
    """A numeric field as base-2 exponential histograms of both sides."""
    aligned = align_exponential(
        exponential(values(random, window), scale), exponential(values(random, reference), scale)
    )
    return Pair(aligned.current, aligned.reference, ordered=True, bounds=aligned.bounds, scale=1.0)


def exponential(values: Floats, scale: int) -> SimpleNamespace:
    """A base-2 exponential histogram of the values: bucket i covers (2^(i 2^-scale), 2^((i+1) 2^-scale)]."""
    sides: dict[str, object] = {}
    for name, part in (("positive", values[values > 0]), ("negative", -values[values < 0])):
        index = np.ceil(np.log2(part) * 2**scale).astype(np.int64) - 1
        offset = int(index.min()) if len(index) else 0
        sides |= {f"{name}_offset": offset, name: np.bincount(index - offset).astype(np.int64)}
    return SimpleNamespace(scale=scale, zero=int(np.count_nonzero(values == 0)), **sides)


def category_pair(shares: Floats, random: np.random.Generator, window: int, reference: int) -> Pair:
    """A categorical field: the union of the categories either side has seen."""
    current, known = random.multinomial(window, shares), random.multinomial(reference, shares)
    seen = current + known > 0
    return Pair(current[seen], known[seen], ordered=False)


def zipf(categories: int, exponent: float = 1.2) -> Floats:
    """Skewed shares."""
    weights = 1 / np.arange(1, categories + 1) ** exponent
    return np.asarray(weights / weights.sum())
