"""How right a model is before anyone can say: from its scores alone, and what a reference knows of them."""

from driftline.processors.statistics.estimation.calibration import Calibration
from driftline.processors.statistics.estimation.cells import Cells, expected_cells
from driftline.processors.statistics.estimation.confidence import ESTIMABLE, estimate

__all__ = ["ESTIMABLE", "Calibration", "Cells", "estimate", "expected_cells"]
