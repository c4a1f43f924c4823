"""How wrong a regression's predictions will turn out to be, from the rows of a window."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from driftline.processors.estimation import LossModel, LossModels, estimated_losses
from driftline.processors.findings import Finding, Identity, Performance, Reference, Window
from driftline.processors.pipeline.rows.subject import KnownRows, RowSubject
from driftline.processors.statistics.rows.classifying import MissingExtraError
from driftline.processors.windows.reservoir import Reservoir
from driftline.processors.windows.row_sample import Column, RowSample
from driftline.semconv import ReferenceKind, attributes

PREDICTED: Final = attributes.ML_PREDICTION_VALUE
"""The column of a window's rows that holds what was predicted: no feature, and never judged as one."""

log = logging.getLogger(__name__)


class RowLosses:
    """Estimates from windows of rows, for models whose profile has rows with outcomes beside it. For one thread.

    Args:
        drifting: features of an identity that drift by themselves.
    """

    def __init__(self, drifting: Callable[[Identity], Sequence[str]]) -> None:
        self._drifting = drifting
        self._models = LossModels()
        self._able = True

    def estimated(
        self, subject: RowSubject, window: Reservoir, known: KnownRows, rows: Finding, now_ns: int
    ) -> Performance | None:
        """The estimate of one window; None where nobody said what was predicted, or the reference has no outcomes.

        In doubt are the features that drift by themselves, and those that changed together, as the finding of the
        window's `rows` has them.

        Cost: 0.2 s beside 20,000 rows of a reference; growing what knows them takes 2 s, once for each reference.
        """
        sample = window.get()
        said = sample.columns.get(PREDICTED)
        if known.beside is None or said is None or said.dtype == object:
            return None
        model = self._model(known, sample)
        if model is None:
            return None
        start_ns, _ = window.span_ns
        return estimated_losses(
            model,
            model.counted(sample.columns, np.asarray(said, dtype=np.float64)),
            subject.monitor.spec.performance,
            identity=subject.identity,
            window=Window(start_ns, now_ns, round(window.stands_for)),
            reference=Reference(known.id, ReferenceKind.DECLARED, model.rows, max(now_ns - known.made_ns, 0) / 1e9),
            drifting=list(dict.fromkeys([*self._drifting(subject.identity), *rows.drifting])),
            now_ns=now_ns,
        )

    def _model(self, known: KnownRows, sample: RowSample) -> LossModel | None:
        """What the reference knows of rows with these columns; without scikit-learn nothing, which is said once."""
        if known.beside is None or not self._able:
            return None
        try:
            return self._models.of(known.beside, sample.columns)
        except MissingExtraError as error:
            log.warning("%s", error)
            self._able = False
            return None


def features(sample: RowSample) -> RowSample:
    """The same rows without what was predicted of them."""
    columns: dict[str, Column] = {name: column for name, column in sample.columns.items() if name != PREDICTED}
    return replace(sample, columns=columns)
