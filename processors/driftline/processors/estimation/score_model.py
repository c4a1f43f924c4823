"""What a profile knows of a model's scores: one of two classes, or one for each of several."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from driftline.processors.estimation.score import Score
from driftline.processors.profile import CategoricalField, NumericField, Profile
from driftline.processors.statistics.estimation import (
    ESTIMABLE,
    ESTIMABLE_OF_CLASSES,
    ClassScores,
    estimate,
    estimate_classes,
)
from driftline.processors.statistics.performance import BINARY, MULTICLASS, Figure
from driftline.processors.windows import Binned


@dataclass(frozen=True, slots=True)
class ScoreModel:
    """The scores of a classifier in a profile that holds outcomes.

    Args:
        task: `binary`, or `multiclass`.
        scores: of a binary model one; of several classes one for each.
    """

    task: str
    scores: tuple[Score, ...]

    @classmethod
    def of(cls, profile: Profile) -> ScoreModel | None:
        """None where the profile does not have the scores of every class, what came of them and, of several classes,
        what the model decided.

        >>> table = {"score": [0.1, 0.2, 0.8, 0.9], "outcome": [0, 0, 1, 1]}
        >>> ScoreModel.of(Profile.from_table(table, kinds={"outcome": "categorical"})).task
        'binary'
        """
        fields = [each for each in profile.with_role("score") if isinstance(each, NumericField)]
        scores = tuple(found for each in fields if (found := Score.of(each, profile)) is not None)
        if not scores or len(scores) < len(fields):
            return None
        if len(scores) == 1:
            return cls(BINARY, scores)
        outcome = next(iter(profile.with_role("outcome")), None)
        classes = set(outcome.categories) if isinstance(outcome, CategoricalField) else set()
        whole = classes == {each.positive for each in scores} and all(each.shown for each in scores)
        return cls(MULTICLASS, scores) if whole else None

    @property
    def rows(self) -> int:
        """Reference rows with an outcome."""
        return max(each.rows for each in self.scores)

    @property
    def metrics(self) -> Collection[str]:
        """What can be estimated."""
        return tuple(ESTIMABLE) if self.task == BINARY else ESTIMABLE_OF_CLASSES

    def beside(self, layouts: Mapping[str, Sequence[Binned]]) -> tuple[ClassScores, ...] | None:
        """Histograms of now, by score field, on the reference's buckets; None unless every score has one."""
        found = [each.beside(layouts.get(each.field, ())) for each in self.scores]
        held = tuple(each for each in found if each is not None)
        return held if len(held) == len(found) else None

    def estimate(self, beside: Sequence[ClassScores], metrics: Collection[str]) -> tuple[Figure, ...]:
        """The figures, of what `beside` gave."""
        return estimate(*beside[0], metrics) if self.task == BINARY else estimate_classes(beside, metrics)
