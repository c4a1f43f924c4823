"""How right a model was: each metric of its outputs against the truth, with an interval of 95 %."""

from driftline.processors.statistics.performance.interval import Estimate, Leaning, variance
from driftline.processors.statistics.performance.rows import Rows, UndefinedError
from driftline.processors.statistics.performance.table import (
    BINARY,
    METRICS,
    MULTICLASS,
    OF_PROBABILITIES,
    RANKING,
    REGRESSION,
    TASKS,
    Figure,
    Metric,
    measure,
    measure_rows,
)

__all__ = [
    "BINARY",
    "METRICS",
    "MULTICLASS",
    "OF_PROBABILITIES",
    "RANKING",
    "REGRESSION",
    "TASKS",
    "Estimate",
    "Figure",
    "Leaning",
    "Metric",
    "Rows",
    "UndefinedError",
    "measure",
    "measure_rows",
    "variance",
]
