"""Every statistic, one row each. Adding one is a function and a row here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from driftline.processors.statistics import bounds_of_error, distances, edf, entropies
from driftline.processors.statistics.distances import Counts, Floats
from driftline.processors.statistics.energy import energy

OfCounts = Callable[[Counts, Counts], Floats]
OfPlaces = Callable[[Counts, Counts, Floats, Floats], Floats]
ErrorOf = Callable[[Counts, Counts, Floats, Floats, Floats], Floats]


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of one statistic.

    `function` maps (current, reference) counts, shape (..., B), to scores, shape (...). Where a statistic needs the
    places of the buckets too it is None, and `located` takes bounds and a scale besides; `error` then bounds what the
    binning did to the score. `ordered` ones need buckets in an order. `decides` names the kinds of field whose verdict
    it takes part in. `minimum_effect` is the default floor of its limit, None unless it decides.
    """

    name: str
    function: OfCounts | None
    ordered: bool
    decides: frozenset[str]
    minimum_effect: float | None
    has_p_value: bool
    located: OfPlaces | None = None
    error: ErrorOf | None = None


BOTH = frozenset({"numeric", "categorical"})
NUMERIC = frozenset({"numeric"})
NONE: frozenset[str] = frozenset()

# A floor lies below what a shift of 0.1 standard deviations does to a normal field (psi 0.01, ks 0.0398): what matters
# is found, and a difference nobody would act on does not page, however many observations make it certain.
STATISTICS: tuple[Row, ...] = (
    Row("psi", distances.psi, ordered=False, decides=BOTH, minimum_effect=0.005, has_p_value=True),
    Row("ks", distances.ks, ordered=True, decides=NUMERIC, minimum_effect=0.03, has_p_value=True),
    Row("js", distances.js, ordered=False, decides=NONE, minimum_effect=None, has_p_value=False),
    Row("hellinger", distances.hellinger, ordered=False, decides=NONE, minimum_effect=None, has_p_value=False),
    Row("tv", distances.tv, ordered=False, decides=NONE, minimum_effect=None, has_p_value=False),
    Row("kl", entropies.kl, ordered=False, decides=NONE, minimum_effect=None, has_p_value=False),
    Row("chi2", distances.chi2, ordered=False, decides=NONE, minimum_effect=None, has_p_value=True),
    Row("g", entropies.g, ordered=False, decides=NONE, minimum_effect=None, has_p_value=True),
    Row("kuiper", edf.kuiper, ordered=True, decides=NONE, minimum_effect=None, has_p_value=False),
    Row("cvm", edf.cvm, ordered=True, decides=NONE, minimum_effect=None, has_p_value=False),
    Row("ad", edf.ad, ordered=True, decides=NONE, minimum_effect=None, has_p_value=False),
    Row(
        "wasserstein",
        None,
        ordered=True,
        decides=NONE,
        minimum_effect=None,
        has_p_value=False,
        located=distances.wasserstein,
        error=bounds_of_error.wasserstein_error,
    ),
    Row(
        "energy",
        None,
        ordered=True,
        decides=NONE,
        minimum_effect=None,
        has_p_value=False,
        located=energy,
        error=bounds_of_error.energy_error,
    ),
)

MINIMUM_EFFECTS = {row.name: row.minimum_effect for row in STATISTICS if row.minimum_effect is not None}
"""Default floors of the limits of the deciding statistics, by name."""
