"""Outcomes beside outputs: the rows that every metric is taken from, one by one or counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Number = TypeVar("Number", bound=np.generic)


class UndefinedError(Exception):
    """The rows do not define the metric; the message says why, as `no outcome is positive`."""


@dataclass(frozen=True, slots=True)
class Rows:
    """N rows; what a model does not give is None.

    Args:
        labels: the truth, (N,). Binary: 1 is the positive class. Multiclass: codes 0 to K-1. Regression: numbers.
            Ranking: relevance, at least 0.
        predictions: what the model said, (N,), coded as the labels.
        scores: binary: probability of the positive class, (N,); multiclass: of each class, (N, K); ranking: (N,).
        weights: 1 / the chance that the row was sampled, (N,): unequal sampling made unbiased.
        counts: how often the row was seen, (N,): a histogram's buckets are rows with counts.
        groups: the query of a row, codes from 0, (N,); of ranking only.
        k: ranks that NDCG looks at.
    """

    labels: Floats
    predictions: Floats | None
    scores: Floats | None
    weights: Floats
    counts: Floats
    groups: Ints | None = None
    k: int = 10

    @classmethod
    def of(
        cls,
        labels: ArrayLike,
        predictions: ArrayLike | None = None,
        scores: ArrayLike | None = None,
        *,
        weights: ArrayLike | None = None,
        counts: ArrayLike | None = None,
        groups: ArrayLike | None = None,
        k: int = 10,
    ) -> Rows:
        """Rows of whatever numpy takes; no weights and no counts are ones.

        Raises:
            ValueError: lengths differ, or a number is NaN or infinite: leave such rows out.
        """
        truth = _finite("labels", labels)
        ones = np.ones(len(truth))
        rows = cls(
            truth,
            None if predictions is None else _finite("predictions", predictions),
            None if scores is None else _finite("scores", scores),
            ones if weights is None else np.asarray(weights, dtype=np.float64),
            ones if counts is None else np.asarray(counts, dtype=np.float64),
            None if groups is None else np.asarray(groups, dtype=np.int64),
            k,
        )
        _same_length(rows)
        return rows

    @property
    def mass(self) -> Floats:
        """What each row stands for: counts times weights, (N,)."""
        return self.counts * self.weights

    @property
    def known_predictions(self) -> Floats:
        """`predictions`; raises UndefinedError without."""
        return _known("predictions", self.predictions)

    @property
    def known_scores(self) -> Floats:
        """`scores`; raises UndefinedError without."""
        return _known("scores", self.scores)

    @property
    def known_groups(self) -> Ints:
        """`groups`; raises UndefinedError without."""
        return _known("groups", self.groups)


def _known(name: str, values: NDArray[Number] | None) -> NDArray[Number]:
    if values is None:
        raise UndefinedError(f"the rows have no {name}")
    return values


def _finite(name: str, values: ArrayLike) -> Floats:
    array: Floats = np.asarray(values, dtype=np.float64)
    if not np.isfinite(array).all():
        raise ValueError(f"{name} hold NaN or infinite values: leave such rows out, and count them")
    return array


def _same_length(rows: Rows) -> None:
    given: dict[str, Any] = {
        "predictions": rows.predictions,
        "scores": rows.scores,
        "weights": rows.weights,
        "counts": rows.counts,
        "groups": rows.groups,
    }
    for name, values in given.items():
        if values is not None and len(values) != len(rows.labels):
            raise ValueError(f"{len(values)} {name} for {len(rows.labels)} labels: give one for each")
