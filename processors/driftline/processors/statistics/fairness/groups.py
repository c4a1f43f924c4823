"""What is counted of each group, and the rates that are compared between groups.

A group is a position on the first axis; what it is called is the caller's business. Parts add up: two windows, two
instances or two versions are one by adding their arrays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from driftline.processors.statistics.intervals import Interval, wilson

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Confusion:
    """Predictions whose outcome is known, per group (K,): the favourable class is the positive one."""

    true_positives: Counts
    false_positives: Counts
    false_negatives: Counts
    true_negatives: Counts


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores whose outcome is known, per group and bucket.

    Args:
        favourable: with a favourable outcome, (K, B).
        observed: all of them, (K, B).
        places: the score that stands for each bucket, in [0, 1], (B,); or for each of each group, (K, B).
    """

    favourable: Counts
    observed: Counts
    places: Floats


@dataclass(frozen=True, slots=True)
class Groups:
    """What is known of K groups.

    Args:
        favourable: favourable predictions of each, (K,).
        predictions: all predictions of each, (K,).
        confusion: where outcomes are known; absent: metrics that need outcomes cannot be told.
        scores: where outcomes of scores are known; absent: the calibration gap cannot be told.
    """

    favourable: Counts
    predictions: Counts
    confusion: Confusion | None = None
    scores: Scores | None = None


@dataclass(frozen=True, slots=True)
class Rates:
    """Hits of trials in each group, (K,): a share that can be compared between groups."""

    hits: Counts
    trials: Counts

    def at(self, kept: NDArray[np.bool_]) -> Rates:
        """The same of some of the groups."""
        return Rates(self.hits[kept], self.trials[kept])

    def interval(self, deviate: float) -> Interval:
        """Wilson's interval of each group's share; every group needs a trial."""
        return wilson(self.hits, self.trials, deviate)


@dataclass(frozen=True, slots=True)
class Residuals:
    """How far the outcomes of each group lie over its scores on average, in [-1, 1].

    Args:
        hits: favourable outcomes, (K,).
        trials: outcomes, (K,).
        expected: mean score, (K,).
        variance: mean square of what the outcome of one prediction is away from its score, (K,).
    """

    hits: Counts
    trials: Counts
    expected: Floats
    variance: Floats

    def at(self, kept: NDArray[np.bool_]) -> Residuals:
        """The same of some of the groups."""
        return Residuals(self.hits[kept], self.trials[kept], self.expected[kept], self.variance[kept])

    def interval(self, deviate: float) -> Interval:
        """Wilson's interval of the share of favourable outcomes, less the mean score.

        Scores tell outcomes apart, so that the share varies less than a binomial one: the trials count as many more as
        the mean square is smaller than the binomial variance. One trial more, a fair coin's, keeps that finite.
        """
        share = (self.hits + 0.5) / (self.trials + 1)
        variance = (self.trials * self.variance + 0.25) / (self.trials + 1)
        gain = np.maximum(share * (1 - share) / variance, 1.0)
        rate = wilson(self.hits * gain, self.trials * gain, deviate)
        return Interval(*(each - self.expected for each in rate))


def selection(groups: Groups) -> tuple[Rates]:
    """Favourable predictions among all: the selection rate."""
    return (Rates(groups.favourable, groups.predictions),)


def opportunity(groups: Groups) -> tuple[Rates]:
    """Favourable predictions among those with a favourable outcome: the true positive rate."""
    cells = _cells(groups)
    return (Rates(cells.true_positives, cells.true_positives + cells.false_negatives),)


def odds(groups: Groups) -> tuple[Rates, Rates]:
    """The true and the false positive rate."""
    cells = _cells(groups)
    false = Rates(cells.false_positives, cells.false_positives + cells.true_negatives)
    return (*opportunity(groups), false)


def residuals(groups: Groups) -> tuple[Residuals]:
    """Outcomes over scores: how far each group is from calibrated in the large."""
    scores = groups.scores
    if scores is None:
        raise ValueError("this metric needs the outcomes of scores: give the groups their `scores`")
    hits, trials = scores.favourable.sum(axis=1), scores.observed.sum(axis=1)
    held = np.maximum(trials, 1)
    hit, miss = scores.favourable, scores.observed - scores.favourable
    squares = (hit * (1 - scores.places) ** 2 + miss * scores.places**2).sum(axis=1)
    calibrated = (scores.observed * (scores.places * (1 - scores.places))).sum(axis=1)
    expected = (scores.observed * scores.places).sum(axis=1)
    return (Residuals(hits, trials, expected / held, np.maximum(squares, calibrated) / held),)


def _cells(groups: Groups) -> Confusion:
    if groups.confusion is None:
        raise ValueError("this metric needs the outcomes of predictions: give the groups their `confusion`")
    return groups.confusion
