"""An estimate of a regression's errors as a finding: figures, verdict, assumptions, and the sentence about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from driftline.processors.estimation.judging import judged
from driftline.processors.estimation.loss_model import LossModel
from driftline.processors.estimation.words import in_doubt, surely_beyond, without_value
from driftline.processors.findings import Figure, Identity, Performance, Reference, Window
from driftline.processors.monitor.performance import Performance as Wanted
from driftline.processors.statistics.performance import REGRESSION
from driftline.processors.statistics.performance import Figure as Measured
from driftline.semconv import PerformanceKind

NO_CONCEPT_DRIFT = "rows like these are predicted as well as in the reference: the same errors on the same rows"
SUPPORT = "rows lie where the reference has rows"


def estimated_losses(
    model: LossModel,
    counts: NDArray[np.integer[Any]],
    wanted: Wanted,
    *,
    identity: Identity,
    window: Window,
    reference: Reference,
    drifting: Sequence[str] = (),
    now_ns: int,
) -> Performance | None:
    """How wrong the model's predictions of a window will turn out to be; None with too few rows.

    Args:
        model: what the reference's rows know of errors.
        counts: rows of the window in each leaf, as `model.counted` has them.
        wanted: which metrics, their limits, and how many predictions it takes.
        identity: whose predictions they are.
        window: when they were made, and how many there were: more than are counted, where those are a sample.
        reference: as findings show it.
        drifting: features in drift, which put the assumption in doubt.
        now_ns: the time this is computed.

    A figure is judged against the monitor's limit by its interval: too bad when all of it is.
    """
    rows = int(counts[0].sum())
    if rows < wanted.minimum_observations:
        return None
    measured = model.estimate(counts, wanted.metrics, sampled=window.observations > rows)
    figures = tuple(found for each in measured if (found := judged(each, wanted)) is not None)
    return Performance(
        identity,
        window,
        now_ns,
        REGRESSION,
        PerformanceKind.ESTIMATED,
        figures,
        reference=reference,
        assumptions=(NO_CONCEPT_DRIFT, SUPPORT),
        why="; ".join(_why(model, rows, figures, measured, drifting)),
    )


def _why(
    model: LossModel, rows: int, figures: Sequence[Figure], measured: Sequence[Measured], drifting: Sequence[str]
) -> Iterator[str]:
    yield f"estimated from {rows:,} rows and {model.rows:,} outcomes of the reference, none of now"
    yield from surely_beyond(figures)
    yield from in_doubt(drifting, "how far the model is off on such rows")
    yield from without_value(measured)
