"""Has the unit of a field changed? Far apart as they stand, window and reference agree in another unit."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from driftline.processors.detectors.quality.steps import Steps
from driftline.processors.detectors.quality.units import UNITS, Unit

Floats = NDArray[np.float64]

SMALLEST_DISTANCE = 0.6
"""Default minimum effect, a Kolmogorov-Smirnov distance: an ordinary shift of 1.7 standard deviations."""
FEWEST_VALUES = 20
_EDGES = 32
_AGREEMENT = 1.36  # a window of the same distribution is further away in one case of 20
_WIDEST_GAP = 0.35
_FACTORS = np.array([unit.factor for unit in UNITS])[:, None]
_OFFSETS = np.array([unit.offset for unit in UNITS])[:, None]


def distance_limit(
    window: int, reference: int, *, level: float, minimum_effect: float | None = None, dispersion: float = 1.0
) -> float:
    """The Kolmogorov-Smirnov distance from which on another unit is looked for.

    Args:
        window, reference: values of each, above 0.
        level: chance, in (0, 1), of a larger distance although nothing has changed.
        minimum_effect: the limit is not below this; None: 0.6.
        dispersion: variance of shares over that of independent rows.

    >>> distance_limit(100, 5000, level=1e-6)
    0.6
    """
    least = SMALLEST_DISTANCE if minimum_effect is None else minimum_effect
    return max(math.sqrt(-math.log(level / 2) / 2 * dispersion * (1 / window + 1 / reference)), least, 1e-9)


def unit_change(window: Steps, reference: Steps, *, dispersion: float = 1.0) -> Unit | None:
    """The unit in which a window and a reference agree that are far apart as they stand; None when there is none.

    A reference known in buckets says of a point between two edges only what share lies up to it at least and at most;
    a unit disagrees by how far the window is outside of that. It explains the window when it disagrees by less than 19
    in 20 windows of the reference would, at window edges that tell something: three of them inside the window, and the
    reference known there to within 0.35. Of several the one nearest to the middle is named.

    Args:
        window, reference: at least one value each; the finer they are, the better units are told apart.
        dispersion: variance of shares over that of independent rows.

    Cost: 0.2 ms.

    >>> random = np.random.default_rng(3)
    >>> celsius, fahrenheit = random.normal(20, 5, 5000), random.normal(20, 5, 100) * 1.8 + 32
    >>> found = unit_change(Steps.of_values(np.sort(fahrenheit)), Steps.of_values(np.sort(celsius)))
    >>> found.words
    'like °F where the reference has °C'
    """
    if window.values < FEWEST_VALUES * dispersion or not len(window.edges):
        return None
    noise = dispersion * (1 / window.values + 1 / reference.values)
    return _explaining(window.thinned(_EDGES), reference, _AGREEMENT * math.sqrt(noise))


def _explaining(window: Steps, reference: Steps, tolerance: float) -> Unit | None:
    """The unit that explains the window best; None when none does."""
    least, most = _in_units(reference, window.edges)
    apart = np.maximum(np.maximum(window.up_to - most, least - window.up_to).max(axis=1), 0.0)
    middle = np.abs(window.up_to - (least + most) / 2).max(axis=1)
    telling = (window.up_to > 0.02) & (window.up_to < 0.98)
    explains = (apart <= tolerance) & ((most - least)[:, telling].max(axis=1, initial=0.0) <= _WIDEST_GAP)
    if np.unique(window.up_to[telling]).size < 3 or not explains.any():
        return None
    return UNITS[int(np.argmin(np.where(explains, middle, np.inf)))]


def _in_units(reference: Steps, edges: Floats) -> tuple[Floats, Floats]:
    """At least and at most the share up to each edge, were the reference in each of the units, (units, edges)."""
    least, most = reference.between((edges - _OFFSETS) / _FACTORS)
    turned = _FACTORS < 0
    return np.where(turned, 1 - most, least), np.where(turned, 1 - least, most)
