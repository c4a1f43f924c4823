"""What the rows beside a profile know of a regression's errors."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from driftline.processors.estimation.coding import Coding
from driftline.processors.statistics.estimation import ESTIMABLE_OF_NUMBERS, Forest, estimate_losses, grow
from driftline.processors.statistics.performance import Figure
from driftline.processors.windows.row_sample import Column

if TYPE_CHECKING:
    from driftline.processors.profile.rows_file import ProfileRows

Floats = NDArray[np.float64]
Ints = NDArray[np.integer[Any]]

FEWEST_ROWS: Final = 500
"""Reference rows with an outcome without which nothing is estimated: leaves of ten rows would tell little apart."""


@dataclass(frozen=True, slots=True)
class LossModel:
    """A forest on the rows of a reference, and their outcomes.

    Args:
        coding: of the columns.
        forest: grown on their errors.
        outcomes, predictions: of the reference, (N,).
    """

    coding: Coding
    forest: Forest
    outcomes: Floats
    predictions: Floats

    @classmethod
    def of(cls, known: ProfileRows, names: Collection[str] | None = None, seed: int = 0) -> LossModel | None:
        """None where the rows hold no predictions and outcomes that are numbers, too few of them, or no errors.

        Args:
            known: rows of a reference.
            names: columns that rows of now have; None: all. Vectors are left out.
            seed: of the forest.

        Raises:
            MissingExtraError: scikit-learn is not installed.

        Cost: that of `grow`: 10,000 rows of 8 columns take 1.5 s of one core.
        """
        if not known.outputs:
            return None
        predictions, outcomes = known.outputs["prediction"], known.outputs["outcome"]
        whole = np.isfinite(predictions) & np.isfinite(outcomes)
        errors = predictions[whole] - outcomes[whole]
        if len(errors) < FEWEST_ROWS or np.ptp(np.abs(errors)) == 0:
            return None
        columns = {
            name: cells[whole]
            for name, cells in known.columns.items()
            if cells.ndim == 1 and (names is None or name in names)
        }
        coding = Coding.of(columns, np.abs(errors))
        forest = grow(coding.points(columns, predictions[whole]), errors, seed)
        return cls(coding, forest, outcomes[whole], predictions[whole])

    @property
    def rows(self) -> int:
        """Reference rows with an outcome."""
        return len(self.outcomes)

    def counted(self, columns: Mapping[str, Column], predictions: Floats) -> Ints:
        """Rows of now in each leaf, (T, L); those without a prediction are left out. Counts of several sets add up."""
        told = np.isfinite(predictions)
        if not told.any():
            return np.zeros_like(self.forest.leaves.grown, dtype=np.int64)
        here = {name: columns[name][told] for name in self.coding.ranks if name in columns}
        return self.forest.leaves.counted(self.forest.place(self.coding.points(here, predictions[told])))

    def estimate(self, counts: Ints, metrics: Collection[str], *, sampled: bool) -> tuple[Figure, ...]:
        """The figures, of what `counted` gave."""
        chosen = set(ESTIMABLE_OF_NUMBERS) & set(metrics or ESTIMABLE_OF_NUMBERS)
        return estimate_losses(self.forest.leaves, counts, self.outcomes, self.predictions, chosen, sampled=sampled)
