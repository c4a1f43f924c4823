"""What a profile knows of a binary model's score: what came of it, and what the model decided, bucket by bucket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from driftline.processors.profile import CategoricalField, NumericField, Profile
from driftline.processors.profile.outputs import output_name
from driftline.processors.statistics.estimation import Calibration
from driftline.processors.statistics.rebinning import coarsen, common_edges
from driftline.processors.windows import Binned

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

FEWEST_BUCKETS = 10
"""With fewer buckets in common with the reference, a bucket is too wide to say what its rows will turn out to be."""
_THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class Beside:
    """Scores of now on the buckets of the reference, (B,) each."""

    current: Counts
    calibration: Calibration
    decided: Floats


@dataclass(frozen=True, slots=True)
class ScoreModel:
    """The score of a binary model in a profile that holds outcomes.

    Args:
        reference: id of the profile.
        field: the score's name.
        positive: the outcome class it speaks for.
        rows: reference rows with a score and an outcome.
        bounds: of the buckets, (B - 1,).
        counts: rows with an outcome, (B,).
        positives: those of the positive class, (B,).
        decided: share of each bucket that the model decides for the positive class, (B,).
    """

    reference: str
    field: str
    positive: str
    rows: int
    bounds: Floats
    counts: Counts
    positives: Counts
    decided: Floats

    @classmethod
    def of(cls, profile: Profile) -> ScoreModel | None:
        """None where the profile does not have exactly one score, outcomes of it, and the class it speaks for."""
        scores = [each for each in profile.fields if isinstance(each, NumericField) and each.role == "score"]
        if len(scores) != 1:
            return None
        (score,) = scores
        if score.positive is None or score.positive not in (score.outcomes or {}):
            return None
        by_class = {name: np.array(counts, dtype=np.int64) for name, counts in (score.outcomes or {}).items()}
        counts = np.sum(list(by_class.values()), axis=0)
        positives = by_class[score.positive]
        rows = int(counts.sum())
        if not rows:
            return None
        decided = _decided(score, profile)
        return cls(profile.id, score.name, score.positive, rows, score.bounds_array, counts, positives, decided)

    def beside(self, layouts: Sequence[Binned]) -> Beside | None:
        """Counts of now on the buckets they have in common with the reference; None with fewer than ten, or no rows.

        >>> profile = Profile.from_table(
        ...     {"score": [0.1, 0.2, 0.8, 0.9], "outcome": [0, 0, 1, 1]}, kinds={"outcome": "categorical"}
        ... )
        >>> ScoreModel.of(profile).beside([]) is None
        True
        """
        held = [layout for layout in layouts if layout.counts.any()]
        edges = common_edges(self.bounds, *(layout.bounds for layout in held))
        if not held or len(edges) + 1 < min(FEWEST_BUCKETS, len(self.counts)):
            return None
        current = np.sum([coarsen(layout.bounds, layout.counts, edges) for layout in held], axis=0)
        counts, positives = (coarsen(self.bounds, each, edges) for each in (self.counts, self.positives))
        starts = np.r_[0, np.searchsorted(self.bounds, edges) + 1]
        weights = self.counts + 1e-9  # buckets without rows count where there is nothing else
        decided = np.add.reduceat(self.decided * weights, starts) / np.add.reduceat(weights, starts)
        return Beside(current, Calibration.of(counts, positives), decided)


def _decided(score: NumericField, profile: Profile) -> Floats:
    """As the reference's rows were decided; where too few show it, by the threshold."""
    threshold = _THRESHOLD if score.threshold is None else score.threshold
    by_rule = (np.arange(len(score.counts)) > np.searchsorted(score.bounds_array, threshold)).astype(np.float64)
    prediction = next(
        (each for each in profile.fields if isinstance(each, CategoricalField) and each.role == "prediction"), None
    )
    shown = (score.outputs or {}).get(output_name(prediction.name, score.positive)) if prediction else None
    if shown is None:
        return by_rule
    known = np.array(shown, dtype=np.float64)  # None becomes NaN
    return np.where(np.isnan(known), _between(known, by_rule), known)


def _between(known: Floats, otherwise: Floats) -> Floats:
    """What the nearest bucket that shows it decides: a model with another threshold than the profile was told."""
    at = np.flatnonzero(~np.isnan(known))
    if not len(at):
        return otherwise
    every = np.arange(len(known))
    nearest = at[np.abs(every[:, None] - at).argmin(axis=1)]
    return np.asarray(known[nearest])
