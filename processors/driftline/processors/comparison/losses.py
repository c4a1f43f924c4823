"""Rows of a table in the leaves of what the rows of its reference know of errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from driftline.processors.estimation import LossModel, LossModels
from driftline.processors.profile import NumericField, Profile
from driftline.processors.profile.rows_file import ProfileRows, feature_kinds
from driftline.processors.tables.columns import numbers
from driftline.processors.tables.sampling import cells_of
from driftline.processors.windows.row_sample import Column


class LossCounts:
    """Counts rows, batch by batch: memory does not grow with them.

    Args:
        profile: says which column holds predictions, and which hold categories.
        known: its rows.
        models: keeps what was grown on them.
    """

    def __init__(self, profile: Profile, known: ProfileRows, models: LossModels) -> None:
        self._categorical = feature_kinds(profile)
        said = (each.name for each in profile.with_role("prediction") if isinstance(each, NumericField))
        self._prediction = next(said, None)
        self._known, self._models = known, models
        self.model: LossModel | None = None
        self.counts: NDArray[np.integer[Any]] | None = None
        """Rows with a prediction in each leaf; None where nothing can be said."""

    def update(self, batch: pa.RecordBatch) -> None:
        """Count the rows of a batch. Raises MissingExtraError without scikit-learn."""
        if self._prediction is None or self._prediction not in batch.schema.names:
            return
        self.model = self.model or self._models.of(self._known, batch.schema.names)
        if self.model is None:
            return
        columns = {
            name: cells
            for name in self.model.coding.ranks
            if name in batch.schema.names and (cells := self._cells(batch, name)) is not None
        }
        counts = self.model.counted(columns, numbers(batch.column(self._prediction)))
        self.counts = counts if self.counts is None else self.counts + counts

    def _cells(self, batch: pa.RecordBatch, name: str) -> Column | None:
        return cells_of(pa.chunked_array([batch.column(name)]), categorical=self._categorical.get(name))
