"""How wrong an estimate was: what it says of cohorts whose outcomes are known, beside what those show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from driftline.processors.estimation import ScoreModel, together
from driftline.processors.findings import Figure, Identity, Performance
from driftline.processors.outcomes import Joined
from driftline.processors.statistics.performance import BINARY, REGRESSION
from driftline.processors.statistics.performance import Figure as Guess
from driftline.processors.windows import Binned
from driftline.semconv import PerformanceKind

_SURELY = 3.29 / 1.96
"""Reaches of the 95 % interval that make one of 99.9 %: a handful of metrics are asked at every cohort."""

JoinedOf = Callable[[Identity, int, int], Joined]
BetweenOf = Callable[[Identity, int, int], Sequence[Performance]]

_OF_SCORES = "a score no longer means what it meant in the reference"
_OF_ROWS = "rows like these are no longer predicted as well, or as badly, as in the reference"


class EstimateErrors:
    """Puts estimates beside what final cohorts show. Each cohort is estimated once.

    Of a classifier they are made again, from the scores of the very rows that have outcomes. Of a regression they are
    those of the cohort's windows of captured rows: the rows that have outcomes are not known by their features.

    Args:
        joined: joined predictions of an identity, made in [start, end).
        model_of: what the reference of an identity knows of its score; None where it knows nothing.
        between: what was estimated from rows of an identity, made in [start, end).
    """

    def __init__(
        self, joined: JoinedOf, model_of: Callable[[Identity], ScoreModel | None], between: BetweenOf = lambda *_: ()
    ) -> None:
        self._joined = joined
        self._model_of = model_of
        self._between = between
        self._known: dict[Performance, Performance] = {}

    def beside(self, found: Sequence[Performance]) -> list[Performance]:
        """The same performances; figures of final ones that can be estimated say what the estimate was."""
        before, self._known = self._known, {}
        return [self._beside(each, before) if each.kind is PerformanceKind.REALIZED else each for each in found]

    def _beside(self, final: Performance, before: Mapping[Performance, Performance]) -> Performance:
        key = replace(final, time_ns=0)
        self._known[key] = before.get(key) or self.estimated(key)
        return replace(self._known[key], time_ns=final.time_ns)

    def estimated(self, performance: Performance) -> Performance:
        """One cohort with what the estimate was, computed anew."""
        if not performance.figures:
            return performance
        of = performance.identity, performance.window.start_ns, performance.window.end_ns
        if performance.task == REGRESSION:
            guesses, meaning = together(self._between(*of)), _OF_ROWS
        elif (model := self._model_of(performance.identity)) is not None:
            guesses, meaning = _guessed(model, self._joined(*of)), _OF_SCORES
        else:
            return performance
        shown = [(figure, guesses.get(figure.metric)) for figure in performance.figures]
        figures = tuple(replace(figure, estimated=guess.value if guess else None) for figure, guess in shown)
        return replace(performance, figures=figures, why="; ".join([performance.why, *_missed(shown, meaning)]))


def _guessed(model: ScoreModel, joined: Joined) -> dict[str, Guess]:
    """What the estimate says, by metric; nothing where rows lack a score, and of several classes."""
    score, values = model.scores[0], np.array([value for value in joined.scores if value is not None])
    if model.task != BINARY or len(values) < len(joined):
        return {}
    at = np.searchsorted(score.bounds, values)
    beside = model.beside({score.field: [Binned(score.bounds, np.bincount(at, minlength=len(score.counts)))]})
    found = model.estimate(beside, model.metrics) if beside else ()
    return {each.metric: each for each in found if each.value is not None}


def _missed(shown: Sequence[tuple[Figure, Guess | None]], meaning: str) -> Iterator[str]:
    """Where outcomes show what the estimate surely did not allow for."""
    for figure, guess in shown:
        if guess is None or guess.value is None or guess.lower is None or guess.upper is None:
            continue
        end = guess.lower if figure.value < guess.value else guess.upper
        if abs(figure.value - guess.value) > _SURELY * abs(end - guess.value):
            yield (
                f"{figure.metric} was estimated as {guess.value:.4g}, {guess.lower:.4g} to {guess.upper:.4g}: {meaning}"
            )
