"""How differently a model treats groups of people, from counts per group alone: no row is needed."""

from driftline.processors.statistics.fairness.disparity import Disparity, NotComparableError, disparity
from driftline.processors.statistics.fairness.extremes import largest_difference, ratios_to, smallest_ratio
from driftline.processors.statistics.fairness.groups import Confusion, Groups, Scores
from driftline.processors.statistics.fairness.table import METRICS, Metric, Shape

__all__ = [
    "METRICS",
    "Confusion",
    "Disparity",
    "Groups",
    "Metric",
    "NotComparableError",
    "Scores",
    "Shape",
    "disparity",
    "largest_difference",
    "ratios_to",
    "smallest_ratio",
]
