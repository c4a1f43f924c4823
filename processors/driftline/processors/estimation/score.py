"""What a profile knows of one score: what came of it, and what the model decided, bucket by bucket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from driftline.processors.profile import CategoricalField, NumericField, Profile
from driftline.processors.profile.fields import output_name
from driftline.processors.statistics.estimation import Calibration, ClassScores
from driftline.processors.statistics.rebinning import coarsen, common_edges
from driftline.processors.windows import Binned

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

FEWEST_BUCKETS = 10
"""With fewer buckets in common with the reference, a bucket is too wide to say what its rows will turn out to be."""
_THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class Score:
    """One score of a model in a profile that holds outcomes.

    Args:
        field: its name.
        positive: the outcome class it speaks for.
        bounds: of the buckets, (B - 1,).
        counts: reference rows with an outcome, (B,).
        positives: those of the positive class, (B,).
        decided: share of each bucket that the model decides for the positive class, (B,).
        shown: whether the reference's predictions say what is decided; else the threshold does.
    """

    field: str
    positive: str
    bounds: Floats
    counts: Counts
    positives: Counts
    decided: Floats
    shown: bool

    @classmethod
    def of(cls, score: NumericField, profile: Profile) -> Score | None:
        """None where the profile holds no outcomes of it, or not of the class it speaks for."""
        if score.positive is None or score.positive not in (score.outcomes or {}):
            return None
        by_class = {name: np.array(counts, dtype=np.int64) for name, counts in (score.outcomes or {}).items()}
        counts = np.sum(list(by_class.values()), axis=0)
        if not counts.any():
            return None
        known = _shown(score, score.positive, profile)
        decided = _by_threshold(score) if known is None else known
        positives = by_class[score.positive]
        return cls(score.name, score.positive, score.bounds_array, counts, positives, decided, known is not None)

    @property
    def rows(self) -> int:
        """Reference rows with an outcome."""
        return int(self.counts.sum())

    def beside(self, layouts: Sequence[Binned]) -> ClassScores | None:
        """Counts of now on the buckets they have in common with the reference; None with too few, or without rows."""
        held = [layout for layout in layouts if layout.counts.any()]
        edges = common_edges(self.bounds, *(layout.bounds for layout in held))
        if not held or len(edges) + 1 < min(FEWEST_BUCKETS, len(self.counts)):
            return None
        current = np.sum([coarsen(layout.bounds, layout.counts, edges) for layout in held], axis=0)
        counts, positives = (coarsen(self.bounds, each, edges) for each in (self.counts, self.positives))
        starts = np.r_[0, np.searchsorted(self.bounds, edges) + 1]
        weights = self.counts + 1e-9  # buckets without rows count where there is nothing else
        decided = np.add.reduceat(self.decided * weights, starts) / np.add.reduceat(weights, starts)
        return ClassScores(current, Calibration.of(counts, positives), decided)


def _shown(score: NumericField, positive: str, profile: Profile) -> Floats | None:
    """As the reference's rows were decided; a bucket that hides it goes with the nearest one that shows it."""
    prediction = next((each for each in profile.with_role("prediction") if isinstance(each, CategoricalField)), None)
    told = (score.outputs or {}).get(output_name(prediction.name, positive)) if prediction else None
    known = np.array(told if told is not None else (), dtype=np.float64)  # None becomes NaN
    at = np.flatnonzero(~np.isnan(known))
    if not len(at):
        return None
    nearest = at[np.abs(np.arange(len(known))[:, None] - at).argmin(axis=1)]
    return np.asarray(known[nearest])


def _by_threshold(score: NumericField) -> Floats:
    threshold = _THRESHOLD if score.threshold is None else score.threshold
    return np.asarray(np.arange(len(score.counts)) > np.searchsorted(score.bounds_array, threshold), dtype=np.float64)
