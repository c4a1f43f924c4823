"""What follows the errors: the detectors of the literature, charts with a budget, and the test of the calibration.

Each takes a cohort at a time and says what it found in it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from driftline.processors.detectors.concept import DETECTORS, Zone
from driftline.processors.detectors.sequential import CHARTS
from driftline.processors.findings import Signal
from driftline.processors.pipeline.concept.cohort import Cohort
from driftline.processors.statistics.calibration_drift import TooFewOutcomesError, calibration_drift

PANE = 10
"""Outcomes that a chart takes at once: a delay of at most so many."""
SCORE_BUCKETS = 20
LEAST_P = 1e-300


class Follower(Protocol):
    """Follows one identity."""

    def take(self, cohort: Cohort, alpha: float) -> Signal | None:
        """Take a cohort's outcomes, one at least; None where it cannot tell anything of them.

        Args:
            cohort: in the order of predictions, newer than all before.
            alpha: chance, in (0, 1), of an alarm in this cohort although nothing has changed; some keep to none.
        """
        ...

    def to_dict(self) -> dict[str, Any]:
        """The state, as JSON can hold it."""
        ...

    def restore(self, saved: dict[str, Any]) -> None:
        """Take up a state. Raises KeyError, TypeError or ValueError on anything else."""
        ...


class OfLiterature:
    """A detector that takes error by error and keeps to no budget."""

    def __init__(self, name: str) -> None:
        self._name, self._detector = name, DETECTORS[name]()

    def take(self, cohort: Cohort, alpha: float) -> Signal:  # noqa: ARG002 - it has defaults and no budget
        at = [place for place, error in enumerate(cohort.errors.tolist()) if self._detector.update(error) is Zone.DRIFT]
        return Signal(self._name, bool(at), at_ns=int(cohort.times_ns[at[0]]) if at else None)

    def to_dict(self) -> dict[str, Any]:
        return self._detector.to_dict()

    def restore(self, saved: dict[str, Any]) -> None:
        self._detector.restore(saved)


class Charted:
    """A chart of two counts, right and wrong, against what was learned."""

    def __init__(self, name: str, learned: Cohort) -> None:
        self._name = name
        self._learned = _counts(learned.errors)
        self._chart = CHARTS[name](self._learned, ordered=True)

    def take(self, cohort: Cohort, alpha: float) -> Signal:
        starts, found, highest = range(0, len(cohort), PANE), None, (0.0, 1.0)
        for start in starts:
            self._chart.update(_counts(cohort.errors[start : start + PANE]), alpha / len(starts))
            now = self._chart.get()
            if now[0] / now[1] >= highest[0] / highest[1]:
                highest = now
            if now[0] > now[1] and found is None:
                found = int(cohort.times_ns[min(start + PANE, len(cohort)) - 1])
        return Signal(self._name, found is not None, *highest, found)

    def to_dict(self) -> dict[str, Any]:
        return {"learned": self._learned.tolist(), "chart": self._chart.to_dict()}

    def restore(self, saved: dict[str, Any]) -> None:
        self._learned = np.array(saved["learned"], dtype=np.int64)
        self._chart = CHARTS[self._name](self._learned, ordered=True)
        self._chart.restore(saved["chart"])


class Calibrated:
    """The outcomes of each cohort, score by score, against those that were learned. `score` is -log10 of the chance."""

    def __init__(self, name: str, learned: Cohort) -> None:
        self._name = name
        known = np.isfinite(learned.scores)
        shares = np.arange(1, SCORE_BUCKETS) / SCORE_BUCKETS
        self._bounds = np.unique(np.quantile(learned.scores[known], shares)) if known.any() else np.zeros(0)
        self._learned = self._counted(learned)

    def take(self, cohort: Cohort, alpha: float) -> Signal | None:
        try:
            found = calibration_drift(*self._counted(cohort), *self._learned)
        except TooFewOutcomesError:
            return None
        score, limit = -math.log10(max(found.p_value, LEAST_P)), -math.log10(alpha)
        return Signal(self._name, score > limit, score, limit)

    def to_dict(self) -> dict[str, Any]:
        return {"bounds": self._bounds.tolist(), "learned": [counts.tolist() for counts in self._learned]}

    def restore(self, saved: dict[str, Any]) -> None:
        favourable, observed = (np.array(counts, dtype=np.int64) for counts in saved["learned"])
        self._bounds, self._learned = np.array(saved["bounds"], dtype=np.float64), (favourable, observed)

    def _counted(self, cohort: Cohort) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Favourable outcomes and all of them, by bucket of the score."""
        known = np.isfinite(cohort.scores)
        at = np.searchsorted(self._bounds, cohort.scores[known])
        size = len(self._bounds) + 1
        return np.bincount(at[cohort.favourable[known]], minlength=size), np.bincount(at, minlength=size)


LEARNING: Mapping[str, Callable[[str, Cohort], Follower]] = {
    "cusum": Charted,
    "e_process": Charted,
    "calibration": Calibrated,
}
"""Those that keep to a budget and compare with what was learned."""


def taken_up(name: str, saved: dict[str, Any]) -> Follower:
    """A follower with a saved state. Raises KeyError, TypeError or ValueError on anything else."""
    follower = LEARNING[name](name, Cohort.nothing()) if name in LEARNING else OfLiterature(name)
    follower.restore(saved)
    return follower


def _counts(errors: NDArray[np.bool_]) -> NDArray[np.int64]:
    wrong = int(errors.sum())
    return np.array([len(errors) - wrong, wrong], dtype=np.int64)
