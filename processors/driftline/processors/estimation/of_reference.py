"""How good the model was on the very rows of its reference: what estimates begin from."""

from __future__ import annotations

import numpy as np

from driftline.processors.estimation.score import Score
from driftline.processors.estimation.score_model import ScoreModel
from driftline.processors.profile import NumericField, Profile
from driftline.processors.statistics.performance.buckets import DECISIONS, BucketFigure, measure_buckets
from driftline.processors.statistics.performance.table import BINARY


def reference_performance(profile: Profile) -> tuple[BucketFigure, ...]:
    """Metrics of a binary model from the score's histogram and its outcomes; of another, or without outcomes, none.

    What follows from decisions is left out where a bucket holds rows that were decided both ways, and everything where
    scores are no probabilities.

    Rows that the model was trained on flatter it, and every estimate after them: a profile for estimates is made of
    rows that the model has not seen.

    >>> table = {"score": [0.1, 0.2, 0.8, 0.9] * 9, "outcome": [0, 0, 1, 1] * 9}
    >>> found = reference_performance(Profile.from_table(table, kinds={"outcome": "categorical"}))
    >>> [(each.figure.metric, each.figure.value) for each in found][:1]
    [('accuracy', 1.0)]
    """
    model = ScoreModel.of(profile)
    if model is None or model.task != BINARY or not _are_probabilities(profile, score := model.scores[0]):
        return ()
    decided = np.round(score.decided)
    found = measure_buckets(score.positives, score.counts - score.positives, score.bounds, decided)
    whole = np.array_equal(decided, score.decided)
    return tuple(each for each in found if whole or each.figure.metric not in DECISIONS)


def _are_probabilities(profile: Profile, score: Score) -> bool:
    field = next(each for each in profile.fields if isinstance(each, NumericField) and each.name == score.field)
    return field.min is not None and field.max is not None and field.min >= 0 and field.max <= 1
