"""Our estimates of chunks: a profile of the reference, then a histogram of scores and nothing else."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from driftline.processors.estimation import ScoreModel
from driftline.processors.estimation.score import Score
from driftline.processors.profile import Profile
from driftline.processors.statistics.estimation import ESTIMABLE, ESTIMABLE_OF_CLASSES
from driftline.processors.statistics.performance import Figure, measure
from driftline.processors.windows import Binned
from tests.benchmarks.estimation.data import Case
from tests.processors.statistics.performance.holding import holds

METRICS = tuple(ESTIMABLE)
Figures = tuple[Figure, ...]


@dataclass
class Estimates:
    """By metric: what was estimated, what came true, of which chunk, and whether the interval held it."""

    estimated: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    realized: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    chunks: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    held: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    reference: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0

    def add(self, chunk: int, guessed: Figures, measured: Figures) -> None:
        """What was estimated of a chunk, and what came true, in the same order."""
        for guess, real in zip(guessed, measured, strict=True):
            if guess.value is not None and real.value is not None:
                self.estimated[guess.metric].append(guess.value)
                self.realized[guess.metric].append(real.value)
                self.chunks[guess.metric].append(chunk)
                self.held[guess.metric].append(holds(guess, real.value))

    def error(self, metric: str) -> float:
        """Mean absolute error of the estimates."""
        return self._error(metric, np.array(self.estimated[metric]))

    def constant_error(self, metric: str) -> float:
        """The same of the reference's value, said of every chunk."""
        return self._error(metric, np.full(len(self.realized[metric]), self.reference[metric]))

    def error_of(self, metric: str, others: list[float]) -> float:
        """The same of somebody else's estimates of the same chunks."""
        return self._error(metric, np.array(others)[self.chunks[metric]])

    def coverage(self, metric: str) -> float:
        """Share of the chunks whose interval held what came true."""
        return float(np.mean(self.held[metric]))

    def _error(self, metric: str, estimated: np.ndarray) -> float:
        return float(np.abs(estimated - np.array(self.realized[metric])).mean())


def profile_of(case: Case) -> Profile:
    """The reference as `driftline profile` keeps it."""
    kinds = {"prediction": "categorical", "outcome": "categorical"}
    return Profile.from_table(case.reference, kinds=kinds, positive="1" if case.task == "binary" else None)


def estimates(case: Case) -> Estimates:
    """Estimate every whole chunk of a case from its scores, and measure what came true."""
    model = ScoreModel.of(profile_of(case))
    assert model is not None
    found = Estimates()
    found.reference = {each.metric: each.value or 0.0 for each in _measured(case, case.reference)}
    for number, chunk in enumerate(case.chunks()):
        counted = {each.field: [_counted(each, chunk[each.field])] for each in model.scores}
        begin = time.process_time()
        beside = model.beside(counted)
        assert beside is not None
        guessed = model.estimate(beside, tuple(case.metrics))
        found.seconds += time.process_time() - begin
        found.add(number, guessed, _measured(case, chunk))
    return found


def _counted(score: Score, values: pd.Series) -> Binned:
    at = np.searchsorted(score.bounds, values)
    return Binned(score.bounds, np.bincount(at, minlength=len(score.counts)))


def _measured(case: Case, rows: pd.DataFrame) -> Figures:
    """In the order of the estimate's metrics."""
    codes = {name: code for code, name in enumerate(each.removeprefix("score.") for each in case.scores)}
    truth, said = (rows[name] if case.task == "binary" else rows[name].map(codes) for name in ("outcome", "prediction"))
    scores = rows["score"] if case.task == "binary" else rows[case.scores]
    found = {each.metric: each for each in measure(case.task, truth, said, scores, metrics=tuple(case.metrics))}
    return tuple(found[name] for name in (METRICS if case.task == "binary" else ESTIMABLE_OF_CLASSES))
