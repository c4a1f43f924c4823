"""How right a model is before anyone can say: from its scores or its rows, and what a reference knows of them."""

from driftline.processors.statistics.estimation.calibration import Calibration
from driftline.processors.statistics.estimation.cells import Cells, expected_cells
from driftline.processors.statistics.estimation.classes import ESTIMABLE_OF_CLASSES, ClassScores, estimate_classes
from driftline.processors.statistics.estimation.confidence import ESTIMABLE, estimate
from driftline.processors.statistics.estimation.forest_weights import Leaves
from driftline.processors.statistics.estimation.growing import Forest, grow
from driftline.processors.statistics.estimation.losses import ESTIMABLE_OF_NUMBERS, estimate_losses

__all__ = [
    "ESTIMABLE",
    "ESTIMABLE_OF_CLASSES",
    "ESTIMABLE_OF_NUMBERS",
    "Calibration",
    "Cells",
    "ClassScores",
    "Forest",
    "Leaves",
    "estimate",
    "estimate_classes",
    "estimate_losses",
    "expected_cells",
    "grow",
]
