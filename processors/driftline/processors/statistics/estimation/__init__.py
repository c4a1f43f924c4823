"""How right a model is before anyone can say: from its scores alone, and what a reference knows of them."""

from driftline.processors.statistics.estimation.calibration import Calibration
from driftline.processors.statistics.estimation.cells import Cells, expected_cells
from driftline.processors.statistics.estimation.classes import ESTIMABLE_OF_CLASSES, ClassScores, estimate_classes
from driftline.processors.statistics.estimation.confidence import ESTIMABLE, estimate

__all__ = [
    "ESTIMABLE",
    "ESTIMABLE_OF_CLASSES",
    "Calibration",
    "Cells",
    "ClassScores",
    "estimate",
    "estimate_classes",
    "expected_cells",
]
