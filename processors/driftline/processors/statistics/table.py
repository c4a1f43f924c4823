"""Every statistic, one row each. Adding one is a function in `distances` and a row here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from driftline.processors.statistics import distances
from driftline.processors.statistics.distances import Counts, Floats


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of one statistic.

    `function` maps (current, reference) counts, shape (..., B), to scores, shape (...); None where it needs more than
    counts (`wasserstein`: bounds and a scale). `ordered` ones need buckets in an order. `decides` names the kinds of
    field whose verdict it takes part in. `minimum_effect` is the default floor of its limit, None unless it decides.
    """

    name: str
    function: Callable[[Counts, Counts], Floats] | None
    ordered: bool
    decides: frozenset[str]
    minimum_effect: float | None
    has_p_value: bool


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
    Row("chi2", distances.chi2, ordered=False, decides=NONE, minimum_effect=None, has_p_value=True),
    Row("wasserstein", None, ordered=True, decides=NONE, minimum_effect=None, has_p_value=False),
)

MINIMUM_EFFECTS = {row.name: row.minimum_effect for row in STATISTICS if row.minimum_effect is not None}
"""Default floors of the limits of the deciding statistics, by name."""
