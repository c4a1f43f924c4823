"""Our estimates of chunks: a profile of the reference, then a histogram of scores and nothing else."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np

from driftline.processors.estimation import ScoreModel
from driftline.processors.profile import Profile
from driftline.processors.statistics.estimation import ESTIMABLE
from driftline.processors.statistics.performance import measure
from driftline.processors.windows import Binned
from tests.benchmarks.estimation.data import Case

METRICS = tuple(ESTIMABLE)


@dataclass
class Estimates:
    """By metric, chunk by chunk: what was estimated, what came true, and whether the interval held it."""

    estimated: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in METRICS})
    realized: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in METRICS})
    held: dict[str, list[bool]] = field(default_factory=lambda: {name: [] for name in METRICS})
    reference: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0

    def error(self, metric: str) -> float:
        """Mean absolute error of the estimates."""
        return self._error(metric, np.array(self.estimated[metric]))

    def constant_error(self, metric: str) -> float:
        """The same of the reference's value, said of every chunk."""
        return self._error(metric, np.full(len(self.realized[metric]), self.reference[metric]))

    def error_of(self, metric: str, others: list[float]) -> float:
        """The same of somebody else's estimates of the same chunks."""
        return self._error(metric, np.array(others[: len(self.realized[metric])]))

    def coverage(self, metric: str) -> float:
        """Share of the chunks whose interval held what came true."""
        return float(np.mean(self.held[metric]))

    def _error(self, metric: str, estimated: np.ndarray) -> float:
        return float(np.abs(estimated - np.array(self.realized[metric])).mean())


def profile_of(case: Case) -> Profile:
    """The reference as `driftline profile` keeps it."""
    table = {name: case.reference[name].to_numpy() for name in ("score", "prediction", "outcome")}
    kinds = {"prediction": "categorical", "outcome": "categorical"}
    return Profile.from_table(table, kinds=kinds, positive="1")


def estimates(case: Case) -> Estimates:
    """Estimate every whole chunk of a case, and measure what came true."""
    model = ScoreModel.of(profile_of(case))
    assert model is not None
    found = Estimates()
    found.reference = {each.metric: each.value or 0.0 for each in _measured(case.reference)}
    for chunk in case.chunks():
        (score,) = model.scores
        at = np.searchsorted(score.bounds, chunk["score"])
        counts = np.bincount(at, minlength=len(score.counts))
        begin = time.process_time()
        beside = model.beside({score.field: [Binned(score.bounds, counts)]})
        assert beside is not None
        guessed = model.estimate(beside, METRICS)
        found.seconds += time.process_time() - begin
        for guess, real in zip(guessed, _measured(chunk), strict=True):
            if guess.value is not None and real.value is not None:
                found.estimated[guess.metric].append(guess.value)
                found.realized[guess.metric].append(real.value)
                found.held[guess.metric].append(bool(guess.lower <= real.value <= guess.upper))
    return found


def _measured(rows):
    return measure("binary", rows["outcome"], rows["prediction"], rows["score"], metrics=METRICS)
