"""Every fairness metric, one row each, by the name the field calls it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from driftline.processors.statistics.fairness.groups import (
    Groups,
    Rates,
    Residuals,
    odds,
    opportunity,
    residuals,
    selection,
)

FOUR_FIFTHS = 0.8
"""The four-fifths rule: a selection rate below 4/5 of the highest group's is taken as evidence of adverse impact.

Source: Uniform Guidelines on Employee Selection Procedures (1978), 29 CFR 1607.4(D)."""


class Shape(StrEnum):
    """How groups are compared."""

    DIFFERENCE = "difference"
    """The largest difference between two groups: 0 is equal, a larger one is worse."""
    RATIO = "ratio"
    """The smallest ratio of two groups: 1 is equal, a smaller one is worse."""
    TO_REFERENCE = "to_reference"
    """A ratio for each group, to a reference group: 1 is equal, a smaller one is worse."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One way to say how differently groups are treated.

    Args:
        shape: how the groups are compared.
        families: the figures that are compared, of each group.
        source: who defined it.
        outcomes: whether it needs outcomes; without, predictions are enough.
        limit: from where on it is a finding, where a rule says so; None: the user's to say.
    """

    shape: Shape
    families: Callable[[Groups], Sequence[Rates] | Sequence[Residuals]]
    source: str
    outcomes: bool = False
    limit: float | None = None

    @property
    def per_group(self) -> bool:
        """Whether it has a figure for each group rather than one for all."""
        return self.shape is Shape.TO_REFERENCE


_PARITY = "Calders, Kamiran and Pechenizkiy (2009), doi:10.1109/ICDMW.2009.83"
_IMPACT = "29 CFR 1607.4(D); Feldman et al. (2015), doi:10.1145/2783258.2783311"
_HARDT = "Hardt, Price and Srebro (2016), arXiv:1610.02413"
_CALIBRATED = "Kleinberg, Mullainathan and Raghavan (2017), doi:10.4230/LIPIcs.ITCS.2017.43"

METRICS: Mapping[str, Metric] = {
    "demographic_parity_difference": Metric(Shape.DIFFERENCE, selection, _PARITY),
    "demographic_parity_ratio": Metric(Shape.RATIO, selection, _PARITY),
    "disparate_impact_ratio": Metric(Shape.TO_REFERENCE, selection, _IMPACT, limit=FOUR_FIFTHS),
    "equal_opportunity_difference": Metric(Shape.DIFFERENCE, opportunity, _HARDT, outcomes=True),
    "equal_opportunity_ratio": Metric(Shape.RATIO, opportunity, _HARDT, outcomes=True),
    "equalized_odds_difference": Metric(Shape.DIFFERENCE, odds, _HARDT, outcomes=True),
    "equalized_odds_ratio": Metric(Shape.RATIO, odds, _HARDT, outcomes=True),
    "calibration_gap": Metric(Shape.DIFFERENCE, residuals, _CALIBRATED, outcomes=True),
}
"""Name to metric. Differences and ratios are those of fairlearn, between groups and in the worst case."""
